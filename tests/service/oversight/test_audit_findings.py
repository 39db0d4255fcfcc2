"""Findings from opening to closure: who may do what, what is kept, what goes to the office above."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.exclusions import EXCLUSIVE
from service.officers.may import NotAllowed, acts_of, may
from service.officers.models import DUTIES, Officer, Organisation
from service.officers.table import CHANGES_MONEY, TABLE
from service.oversight.findings import decide, queries
from service.oversight.findings.answer import answer, ask_more_time
from service.oversight.findings.models import AuditFinding
from service.oversight.findings.open import Proposed, open_finding
from service.oversight.findings.problems import (
    AnotherCloses,
    DayUnusable,
    EvidenceUnknown,
    NotYourFinding,
    OfficeNotKnown,
    SayMore,
)
from service.oversight.findings.remind import escalate
from service.oversight.findings.waiting import findings as waiting
from tests.factories.batches import PaymentFactory
from tests.factories.findings import FindingFactory
from tests.factories.mending import RecoveryCaseFactory
from tests.factories.officers import OfficerFactory
from tests.service.web.browsing import SignInAs


def _soon(days: int = 14) -> Any:
    return clock.today() + timedelta(days=days)


def _open(session: Session, by: Officer, office: str, **given: Any) -> AuditFinding:
    return open_finding(
        session,
        Proposed(
            **{
                "severity": "high", "sentence": "向已死亡人员发放三笔", "organisation": office,
                "due_on": _soon(), **given,
            }
        ),
        by=by,
    )  # fmt: skip


def test_a_grave_finding_goes_its_way_and_another_closes_it(made: Session) -> None:
    opener, second = OfficerFactory.create_batch(2, duties=["auditor"])
    maker = OfficerFactory.create()
    stranger = OfficerFactory.create(organisation=_office(made, "县水利局"))
    line = PaymentFactory.create()
    case = RecoveryCaseFactory.create()
    finding = _open(made, opener, maker.organisation, evidence=line.reference)
    assert finding.evidence == [{"kind": "line", "id": line.reference}]

    with pytest.raises(NotYourFinding):
        answer(made, finding, text="已核实追回", by=stranger)
    with pytest.raises(NotAllowed):
        answer(made, finding, text="已核实追回", by=opener)
    ask_more_time(made, finding, text="须向银行调取凭证", until=_soon(30), by=maker)
    assert finding.due_on == _soon(), "asking changes nothing"
    decide.give_time(made, finding, text="同意延期", until=_soon(30), by=opener)
    assert finding.due_on == _soon(30)
    answer(made, finding, text="已立案追缴", measures=case.case_no, by=maker)
    decide.send_back(made, finding, text="缺少银行凭证", until=_soon(40), by=opener)
    answer(made, finding, text="附银行凭证并已追回", by=maker)
    with pytest.raises(IllegalMove):
        decide.close(made, finding, text="已办结", by=second)
    decide.accept(made, finding, text="凭证齐全", by=opener)
    with pytest.raises(AnotherCloses):
        decide.close(made, finding, text="已办结", by=opener)
    decide.close(made, finding, text="款项已到账", by=second)
    assert (finding.state, finding.closed_by) == ("closed", second.id)
    notes = queries.notes_of(made, finding)
    assert [one.kind for one in notes] == [
        "opened", "more_time", "time_given", "measure", "returned", "answer", "accepted", "closed",
    ]  # fmt: skip
    assert notes[3].links == [{"kind": "recovery", "id": case.case_no}]
    acts = made.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(finding.id)))
    assert sorted(acts) == sorted(
        ["finding.opened", "finding.more_time_asked", "finding.time_given", "finding.answered",
         "finding.returned", "finding.answered", "finding.accepted", "finding.closed"]
    )  # fmt: skip
    lesser = _open(made, opener, maker.organisation, severity="low")
    answer(made, lesser, text="已补充材料", by=maker)
    decide.accept(made, lesser, text="材料齐全", by=opener)
    decide.close(made, lesser, text="已办结", by=opener)


def _office(session: Session, name: str, **given: Any) -> str:
    session.add(Organisation(name=name, **given))
    session.flush()
    return name


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"sentence": " 短 "}, SayMore),
        ({"organisation": "县审计局"}, OfficeNotKnown),
        ({"due_on": clock.today()}, DayUnusable),
        ({"evidence": "MZ99-2026-10-77"}, EvidenceUnknown),
        ({"hit_id": 2**40}, NotFound),
    ],
)
def test_a_finding_names_what_there_is(
    given: dict[str, Any], problem: type[Problem], made: Session
) -> None:
    auditor = OfficerFactory.create(duties=["auditor"], organisation=_office(made, "县审计局"))
    maker = OfficerFactory.create()
    with pytest.raises(problem):
        _open(made, auditor, **{"office": maker.organisation, **_as_open(given)})


def _as_open(given: dict[str, Any]) -> dict[str, Any]:
    return {("office" if name == "organisation" else name): one for name, one in given.items()}


def test_overdue_findings_go_to_the_office_above_once(made: Session) -> None:
    office = _office(made, "测试镇政府", kind="township", division="330523100")
    above = made.scalars(
        select(Organisation.name).where(Organisation.kind == "civil_affairs")
    ).first()
    above = above or _office(made, "测试县民政局", kind="civil_affairs")
    clerk = OfficerFactory.create(organisation=office)
    FindingFactory.create(organisation=office, due_on=clock.today())
    late = FindingFactory.create(organisation=office, due_on=clock.today() - timedelta(days=1))
    assert escalate(made) >= 1
    assert escalate(made) == 0
    assert late.escalated_to
    assert late.escalated_to != office
    overseer = OfficerFactory.create(organisation=late.escalated_to, duties=["reviewer"])
    assert queries.by_no(made, late.finding_no, overseer).id == late.id
    counts = {item.href: item.count for item in waiting(made, clerk)}
    assert counts["/findings?state=open"] == 2
    assert {item.href: item.count for item in waiting(made, overseer)}["/findings?state=overdue"]


def test_an_auditor_writes_findings_and_changes_nothing_else() -> None:
    changing = {act for act in acts_of(["auditor"]) if not act.endswith(".read")}
    assert not acts_of(["auditor"]) & CHANGES_MONEY
    # Own findings and declarations, what an emergency read, packs and legal holds of what is there.
    assert {act for act in changing if not act.startswith("evidence.")} <= {
        "findings.write", "emergency.review", "emergency.ask", "interests.declare", "audit.hold",
    }  # fmt: skip
    for duty in DUTIES:
        if duty != "auditor":
            assert frozenset({"auditor", duty}) in EXCLUSIVE
            assert duty not in TABLE["findings.write"].duties
    assert "auditor" not in TABLE["findings.answer"].duties


def test_the_office_sees_its_own_and_answers_on_the_page(
    made: Session, sign_in_as: SignInAs
) -> None:
    auditor = sign_in_as("auditor")
    OfficerFactory.create()
    given = {
        "sentence": "公示期不足七天", "severity": "medium", "organisation": "县民政局",
        "due_on": _soon().isoformat(), "evidence": "没有这个编号", "amount": "", "hit": "",
    }  # fmt: skip
    refused = auditor.submit("/findings/new", given)
    assert refused.status_code == 422
    assert "没有这个编号" in refused.text
    assert 'href="#evidence"' in refused.text
    assert 'id="evidence-error"' in refused.text
    opened = auditor.submit("/findings/new", {**given, "evidence": ""})
    assert opened.status_code == 303
    home = opened.headers["location"]
    assert "公示期不足七天" in auditor.get("/findings?severity=medium").text
    assert "公示期不足七天" in auditor.get("/findings.csv").text
    assert "公示期不足七天" in auditor.get("/findings/report").text
    maker = sign_in_as("maker")
    mine = made.scalars(select(Officer).order_by(Officer.id.desc())).first()
    assert mine is not None
    number = home.removeprefix("/findings/A")
    finding = made.scalars(select(AuditFinding).where(AuditFinding.number == int(number))).one()
    if mine.organisation != finding.organisation:
        assert maker.get(home).status_code == 404, "no office sees what was put to another"
        mine.organisation = finding.organisation
        made.flush()
    assert maker.get(home).status_code == 200
    silent = maker.submit(f"{home}/answer", {"said": "", "measures": ""}, shown_at=home)
    assert 'id="answer-said-error"' in silent.text
    assert f"答复期限 {_soon().isoformat()}" in silent.text, "a day says what it is"
    said = maker.submit(f"{home}/answer", {"said": "已重新公示", "measures": ""}, shown_at=home)
    assert said.status_code == 303
    assert auditor.get(f"/api/findings/{home.rpartition('/')[2]}").json()["state"] == "answered"
    assert may(mine, "findings.answer")
    assert maker.get("/findings/new").status_code == 403
    for act, text in (("accept", "已看到公示"), ("close", "已办结")):
        assert auditor.submit(f"{home}/{act}", {"said": text}, shown_at=home).status_code == 303
    assert "已办结" in auditor.get(home).text
