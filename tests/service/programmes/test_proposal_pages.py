"""Proposals on pages: written by policy staff, seen with their effects, approved by two others."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.preview.make import make
from service.foundation import jobs
from service.programmes.in_force import rules_for
from service.programmes.models import RuleProposal
from service.programmes.proposals.decide import ask_for_preview, submit
from service.programmes.proposals.queries import newest_snapshot
from tests.factories.proposals import (
    CASES,
    STANDARD,
    RulePeople,
    drafted,
    raised_allowance,
    shipped,
    submitted,
)
from tests.service.residents.snapshot.conftest import county
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import SignInAs

__all__ = ["county"]
SAID: dict[str, Any] = {
    "title": "提高高龄津贴",
    "law": "示例〔2026〕1号",
    "evidence": "illustrative",
    "remark": "示例",
    "reason": "按文件提高标准",
    "month": "2027-01",
}


def _sent(texts: dict[str, str]) -> dict[str, Any]:
    # Browsers send lines of a text area with carriage returns.
    return {
        **SAID,
        "name": list(texts),
        "text": [text.replace("\n", "\r\n") for text in texts.values()],
    }


def _only(session: Session) -> RuleProposal:
    session.expire_all()
    return session.scalars(select(RuleProposal)).one()


def test_a_programme_is_chosen_and_its_text_and_cases_lie_there_to_be_changed(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("policy")
    shown = browser.get(f"/rules/new?file={STANDARD}").text
    assert "yuan(60)" in shown
    assert f'value="{CASES}"' in shown
    added = browser.submit(
        "/rules/new",
        {**_sent({STANDARD: shipped(STANDARD)}), "file": "parameters/dibao_std.yaml", "act": "add"},
    )
    assert added.status_code == 200
    assert 'value="parameters/dibao_std.yaml"' in added.text
    assert "按文件提高标准" in added.text
    assert session.scalars(select(RuleProposal)).all() == []


def test_what_was_sent_is_kept_as_it_stands_in_files(
    session: Session, sign_in_as: SignInAs
) -> None:
    answer = sign_in_as("policy").submit("/rules/new", _sent(raised_allowance()))
    assert answer.status_code == 303
    kept = _only(session)
    assert answer.headers["location"] == f"/rules/{kept.spoken_name}"
    assert (kept.title, kept.evidence, kept.state) == (
        "提高高龄津贴",
        "illustrative: 示例",
        "draft",
    )


def test_faults_are_listed_with_file_and_line_and_nothing_is_lost(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("policy")
    wrong = {STANDARD: shipped(STANDARD).replace("yuan(60)", "yuan(60) + days(1)")}
    answer = browser.submit("/rules/new", _sent(wrong))
    assert answer.status_code == 422
    assert f"{STANDARD}:" in answer.text
    assert "days(1)" in answer.text
    failing = browser.submit("/rules/new", _sent({STANDARD: raised_allowance()[STANDARD]}))
    assert failing.status_code == 422
    assert "60.00 → due 80.00" in failing.text
    assert session.scalars(select(RuleProposal)).all() == []


def test_from_draft_to_approved_in_three_browsers(
    county: County, session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    for year in range(1930, 1950):
        county.person(birth=f"{year}-05-05")
    county.freeze()
    proposal = drafted(session, people)
    home = f"/rules/{proposal.spoken_name}"
    author = sign_in_as(officer=people.author)
    shown = author.get(home).text
    assert "yuan(80)" in shown
    assert "提高高龄津贴" in author.get("/rules").text
    assert author.submit(f"{home}/submit", shown_at=home).status_code == 303
    department, finance = (
        sign_in_as(officer=people.department),
        sign_in_as(officer=people.finance, language="en"),
    )
    waiting = department.submit(f"{home}/approve_department", shown_at=home)
    assert waiting.status_code == 409
    assert "测算完成后方可审批" in waiting.text
    snapshot = newest_snapshot(session)
    assert snapshot is not None
    make(session, proposal, snapshot)
    assert "/rules" in department.get("/").text
    seen = department.get(home).text
    assert "增加 10.00 至不足 50.00" in seen
    assert "<svg" in seen
    assert "/residents/" in seen
    assert department.submit(f"{home}/approve_department", shown_at=home).status_code == 303
    said = finance.get(home).text
    assert "waits for finance" in said
    assert "more by 10.00 to under 50.00" in said
    assert finance.submit(f"{home}/approve_finance", shown_at=home).status_code == 303
    assert _only(session).state == "approved"
    assert rules_for(session, "2027-01").digest == proposal.proposed_digest
    assert "approved" in finance.get("/rules").text


def test_examples_of_people_are_only_for_who_may_see_residents(
    county: County, session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    county.person(birth="1940-05-05")
    county.freeze()
    home = f"/rules/{submitted(session, people).spoken_name}"
    assert "/residents/" in sign_in_as("auditor").get(home).text.partition('id="effects"')[2]
    assert "/residents/" not in sign_in_as(officer=people.author).get(home).text


def test_small_counts_are_left_out_of_the_file(
    county: County, session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    for number in range(7):
        county.person(birth="1940-05-05", division=f"33052310{1 if number < 5 else 2}200")
    county.freeze()
    home = f"/rules/{submitted(session, people).spoken_name}"
    browser = sign_in_as("auditor")
    rows = browser.get(f"{home}/effects.csv").text.splitlines()
    assert any(row.endswith("all,0,0,7,0,42000,56000") for row in rows)
    assert any(row.endswith(",330523101000,0,0,5,0,30000,40000") for row in rows)
    assert any(row.endswith(",330523102000,0,0,<5,0,,") for row in rows)


def test_sent_back_with_a_reason_it_is_the_authors_again(
    session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    home = f"/rules/{submitted(session, people).spoken_name}"
    department = sign_in_as(officer=people.department)
    refused = department.submit(f"{home}/return", {"reason": " "}, shown_at=home)
    assert refused.status_code == 422
    sent = {"reason": "依据文号有误"}
    assert department.submit(f"{home}/return", sent, shown_at=home).status_code == 303
    author = sign_in_as(officer=people.author)
    assert "依据文号有误" in author.get(home).text
    edited = author.submit(f"{home}/edit", _sent(raised_allowance()) | {"title": "更正后"})
    assert edited.status_code == 303
    assert _only(session).title == "更正后"


def test_a_figure_is_shown_old_and_new_with_its_day_and_mark(
    session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    name = "parameters/dibao_std.yaml"
    more = (
        shipped(name)
        + "  - {effective: 2026-12-01, value: '1180', evidence: illustrative, source: 示例}\n"
    )
    home = f"/rules/{drafted(session, people, {name: more}).spoken_name}"
    shown = sign_in_as(officer=people.author).get(home).text
    assert "2026-12-01" in shown
    assert "1,180.00" in shown
    assert "示例数据" in shown or "演示" in shown or "illustrative" in shown


def test_a_month_that_has_begun_is_flagged(
    session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    home = f"/rules/{drafted(session, people, month='2026-07').spoken_name}"
    assert "生效月份已开始" in sign_in_as(officer=people.author).get(home).text


@pytest.mark.parametrize("duty", ["maker", "reviewer", "signer", "auditor", "steward"])
def test_only_policy_staff_write(
    session: Session, people: RulePeople, sign_in_as: SignInAs, duty: str
) -> None:
    browser = sign_in_as(duty)
    home = f"/rules/{drafted(session, people).spoken_name}"
    assert browser.get("/rules/new").status_code == 403
    assert browser.get(f"{home}/edit").status_code == 403
    assert browser.get(home).status_code == 200


def test_an_administrator_has_no_say(
    session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("system_administrator")
    assert browser.get("/rules").status_code == 403
    assert browser.get("/rules/R1").status_code == 403


@pytest.mark.parametrize("path", ["/rules/R999999", "/rules/x", "/rules/R1/nothing"])
def test_what_there_is_not_is_not_found(sign_in_as: SignInAs, path: str) -> None:
    assert sign_in_as("policy").get(path).status_code in {404, 405}


def test_submitting_asks_for_the_count_once(
    county: County, session: Session, people: RulePeople
) -> None:
    county.person(birth="1940-05-05")
    county.freeze()
    proposal = drafted(session, people)
    submit(session, proposal, by=people.author)
    ask_for_preview(session, proposal)
    waiting = session.scalars(select(jobs.Job).where(jobs.Job.kind == "rules.preview")).all()
    assert len(waiting) == 1
