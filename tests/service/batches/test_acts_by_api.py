"""The acts of months, lists, controls and recoveries as a program does them: as the page, and once."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.build import build
from service.batches.models import Batch, MonthRun, Payment
from service.batches.recoveries.models import RecoveryCase, RecoveryReceipt
from service.batches.switches.models import ControlSwitch
from service.foundation import clock
from service.foundation.months import Month
from service.officers.interests import declare
from service.residents.feeds import event_feeds
from service.residents.models import Division
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import channel, due, payee
from tests.factories.mending import Months
from tests.factories.officers import staff
from tests.factories.residents import DeliveryFactory
from tests.service.batches.test_township import scoped
from tests.service.web.browsing import Browser, SignInAs

TOWN = "330523100"
RUN = "/api/months/2026-10/run"


def said(answer: Any) -> tuple[int, str]:
    """Return the status and the problem's code."""
    return answer.status_code, answer.json().get("code", "")


def keyed(browser: Browser, path: str, body: dict[str, Any], key: str = "k-1") -> Any:
    """Send an act with the program's own key."""
    return browser.post(path, json=body, headers={"idempotency-key": key})


@pytest.fixture
def county(made: Session) -> Session:
    for feed in event_feeds():
        DeliveryFactory.create(feed=feed)
    made.add(Division(code=f"{TOWN}000", name="青禾镇", level="township", parent=None))
    channel("rural")
    return made


def test_a_program_runs_a_part_of_a_month_and_reads_how_far_it_is(
    county: Session, sign_in_as: SignInAs
) -> None:
    maker = sign_in_as("maker")
    assert said(maker.get(RUN)) == (404, "not_found")
    body = {"codes": ["MZ15"], "division": TOWN}
    begun = keyed(maker, RUN, body)
    assert begun.status_code == 202
    assert (begun.json()["programmes"], begun.json()["division"]) == (["MZ15"], TOWN)
    assert begun.json()["stages"][0] == {
        "kind": "month.freeze", "jobs": {"queued": 1}, "is_over": False,
    }  # fmt: skip
    assert keyed(maker, RUN, body).json() == begun.json()
    assert len(county.scalars(select(MonthRun)).all()) == 1
    assert maker.get(RUN).json() == begun.json()
    busy = maker.post("/api/months/2026-10/build", json={})
    assert said(busy) == (409, "run_going")
    assert said(maker.post(RUN, json={"codes": []})) == (422, "nothing_chosen")
    assert said(maker.post(RUN, json={"codes": ["NONE"]})) == (404, "not_found")
    assert maker.post(RUN, json={"codes": ["MZ15"], "kind": "other"}).status_code == 422
    assert said(maker.post("/api/months/2026-13/build", json={})) == (422, "bad_month")


def test_a_program_builds_a_whole_month_only_for_who_has_the_county(
    county: Session, sign_in_as: SignInAs
) -> None:
    town = sign_in_as(officer=scoped("maker", TOWN, ()))
    assert said(town.post("/api/months/2026-10/build", json={})) == (403, "not_allowed")
    assert said(sign_in_as("reviewer").post(RUN, json={"codes": ["MZ15"]}))[0] == 403
    begun = sign_in_as("maker").post("/api/months/2026-10/build", json={})
    assert begun.status_code == 202
    assert "MZ15" in begun.json()["programmes"]


def _held(session: Session) -> tuple[Batch, Payment]:
    channel("rural")
    assessment = AssessmentFactory.create()
    due(assessment, payee(verdict=None))
    batch = build(session, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    return batch, session.scalars(select(Payment).where(Payment.batch_id == batch.id)).one()


def test_a_program_releases_a_held_line_with_a_reason(made: Session, sign_in_as: SignInAs) -> None:
    batch, payment = _held(made)
    path = f"/api/batches/{batch.batch_no}/lines/{payment.reference}/release"
    assert said(sign_in_as("signer").post(path, json={"reason": "核实"}))[0] == 403
    maker = sign_in_as("maker")
    assert said(maker.post(path, json={"reason": " "})) == (422, "reason_missing")
    assert maker.post(path, json={}).status_code == 422
    done = keyed(maker, path, {"reason": "已与银行电话核实"})
    assert (done.json()["state"], done.json()["holds"]) == ("ready", [])
    assert keyed(maker, path, {"reason": "已与银行电话核实"}).json() == done.json()
    assert said(maker.post(path, json={"reason": "再来"})) == (404, "not_found")


def test_a_program_clears_a_finding_with_a_reason(made: Session, sign_in_as: SignInAs) -> None:
    channel("rural")
    mother = payee()
    declare(made, staff().reviewer, mother.id, "parent", by=SYSTEM)
    assessment = AssessmentFactory.create()
    due(assessment, mother)
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    maker, home = sign_in_as("maker"), f"/api/batches/{batch.batch_no}/findings"
    (found,) = maker.get(home).json()
    assert (found["control"], found["ends_by"], found["cleared_at"]) == (
        "officer_or_relative", "maker", None,
    )  # fmt: skip
    path = f"{home}/officer_or_relative/clear"
    assert said(maker.post(path, json={"reason": ""})) == (422, "reason_missing")
    assert said(sign_in_as("reviewer").post(path, json={"reason": "已核对"}))[0] == 403
    done = keyed(maker, path, {"reason": "已入户核对"})
    assert done.json()["cleared_reason"] == "已入户核对"
    assert keyed(maker, path, {"reason": "已入户核对"}).json() == done.json()
    assert said(maker.post(f"{home}/nothing/clear", json={"reason": "无"})) == (404, "not_found")


def test_two_programs_switch_a_control_off_and_one_on(made: Session, sign_in_as: SignInAs) -> None:
    policy, signer, home = sign_in_as("policy"), sign_in_as("signer"), "/api/controls/switches"
    month = str(Month.of(clock.today()))
    body = {"control": "account_unverified", "from_month": month, "to_month": month,
            "reason": "银行核验系统升级停机，经会议纪要同意"}  # fmt: skip
    assert said(sign_in_as("maker").post(home, json=body))[0] == 403
    assert policy.post(home, json={**body, "reason": "短"}).status_code == 422
    asked = keyed(policy, home, body)
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    assert keyed(policy, home, body).json() == asked.json()
    assert policy.post(home, json=body).status_code == 409
    one = f"{home}/{asked.json()['id']}"
    assert policy.post(f"{one}/confirm", json={}).status_code in (403, 409)
    assert signer.post(f"{one}/confirm", json={}).json()["state"] == "off"
    assert [each["state"] for each in policy.get(home).json()] == ["off"]
    assert signer.post(f"{one}/on", json={}).json()["state"] == "on"
    assert signer.post(f"{one}/other", json={}).status_code == 422
    assert made.scalars(select(ControlSwitch)).one().state == "on"


@pytest.fixture
def case(made: Session) -> RecoveryCase:
    months, person = Months(made), payee(name="试样甲")
    months.knows(person, "2026-08", "2026-09")
    months.run("2026-08", "2026-09")
    months.knows(person, "2026-08", "2026-09", fen=0)
    months.mend("2026-10", "2026-08", "2026-09")
    (found,) = months.cases(person)
    return found


def test_a_recovery_goes_its_way_by_programs(
    made: Session, case: RecoveryCase, sign_in_as: SignInAs
) -> None:
    home = f"/api/recoveries/{case.case_no}"
    maker, reviewer, reconciler = (sign_in_as(one) for one in ("maker", "reviewer", "reconciler"))
    terms = {"share": 40, "reason": "本人同意"}
    assert reviewer.post(f"{home}/agree", json=terms).status_code == 409
    told = maker.post(f"{home}/notify", json={"on": "2026-10-03", "how": "当面送达"})
    assert told.json()["notified_on"] == "2026-10-03"
    assert said(maker.post(f"{home}/agree", json=terms))[0] == 403
    too_much = reviewer.post(f"{home}/agree", json={**terms, "share": 60})
    assert said(too_much) == (422, "recovery_share_too_large")
    agreed = reviewer.post(f"{home}/agree", json=terms).json()
    assert (agreed["state"], agreed["share_percent"], agreed["left_fen"]) == ("netting", 40, 20_000)
    paid = {"on": "2026-11-20", "amount_fen": 20_000, "reference": "BANK-9"}
    assert said(reconciler.post(f"{home}/receive", json={**paid, "amount_fen": 30_000})) == (
        409, "recovery_too_large",
    )  # fmt: skip
    assert keyed(reconciler, f"{home}/receive", paid).json()["state"] == "settled"
    assert keyed(reconciler, f"{home}/receive", paid).json()["left_fen"] == 0
    assert len(made.scalars(select(RecoveryReceipt)).all()) == 1
    shown = sign_in_as("auditor").get(home)
    assert "试样甲" not in shown.text
    assert sign_in_as("auditor").get("/api/recoveries").json()["cases"] == [shown.json()]
    assert made.scalars(select(AuditEntry).where(AuditEntry.act == "recovery.received")).one()


def test_a_write_off_by_programs_takes_two(case: RecoveryCase, sign_in_as: SignInAs) -> None:
    path = f"/api/recoveries/{case.case_no}/write-off"
    body = {"reason": "死亡且无遗产"}
    first = sign_in_as("reviewer")
    assert keyed(first, path, body).json()["state"] != "written_off"
    assert keyed(first, path, body).json()["state"] != "written_off"
    assert said(keyed(first, path, body, "k-2")) == (409, "recovery_own_case")
    assert sign_in_as("signer").post(path, json=body).json()["state"] == "written_off"


def test_a_program_looks_back_only_for_the_county(county: Session, sign_in_as: SignInAs) -> None:
    path = "/api/recoveries/look-back"
    maker = sign_in_as("maker")
    assert said(maker.post(path, json={"month": "2026-10"})) == (409, "nothing_behind")
    assert said(maker.post(path, json={"month": "October"})) == (422, "bad_month")
    town = sign_in_as(officer=scoped("maker", TOWN, ()))
    assert said(town.post(path, json={"month": "2026-10"})) == (403, "not_allowed")
