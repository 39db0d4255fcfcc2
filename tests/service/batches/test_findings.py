"""Whole lists: counted decisions, nobody missing, nobody gone unsaid, villages, late ones, officers."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches import controls
from service.batches.address import address
from service.batches.build import build
from service.batches.controls import CONTROLS
from service.batches.findings.catalogue import FINDINGS
from service.batches.findings.clear import FindingIsAboutYou, FindingNeedsData, clear_finding
from service.batches.findings.look import look_at_whole
from service.batches.findings.models import BatchFinding
from service.batches.findings.queries import FindingsStop, of_batch
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import ReasonMissing
from service.batches.submit import submit
from service.foundation.ids import reference_of
from service.officers.interests import declare
from service.officers.may import NotAllowed, NotNow
from service.residents.models import Household, Person
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import BatchFactory, PaymentFactory, channel, due, payee
from tests.factories.officers import staff
from tests.factories.residents import FeedRecordFactory, PersonFactory
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs


@pytest.fixture(autouse=True)
def banks(made: Session) -> None:
    channel("ccb")
    channel("rural")


def _list(session: Session, *people: Person, programme: str = "MZ15", **changes: Any) -> Batch:
    assessment = AssessmentFactory.create(**changes)
    for person in people:
        due(assessment, person, programme=programme)
    built = build(session, assessment, programme, by=SYSTEM)
    assert built is not None
    return built


def _found(session: Session, batch: Batch) -> dict[str, int]:
    return {one.control: one.lines for one in of_batch(session, batch) if one.cleared_at is None}


def _holds(session: Session, batch: Batch) -> dict[str, dict[str, Any]]:
    rows = session.execute(
        select(PaymentHold.control, PaymentHold.evidence)
        .join(Payment, Payment.id == PaymentHold.payment_id)
        .where(Payment.batch_id == batch.id)
    )
    return {control: evidence for control, evidence in rows}  # noqa: C416 - rows are tuples of two


def _paid_list(month: str, people: int, division: str) -> None:
    batch = BatchFactory.create(month=month)
    for _ in range(people):
        PaymentFactory.create(batch=batch, division=division)


def test_a_list_as_it_should_be_has_no_finding(made: Session) -> None:
    counts = {"MZ15": {"due": 2, "not_due": 0, "unknown": 0, "amount_fen": 20_000}}
    assert _found(made, _list(made, payee(), payee(), counts=counts)) == {}


@pytest.mark.parametrize(("due_counted", "fen_counted"), [(3, 20_000), (2, 20_001), (0, 0)])
def test_decisions_that_are_not_those_counted_stop_the_list_and_nobody_clears_it(
    made: Session, due_counted: int, fen_counted: int
) -> None:
    counts = {"MZ15": {"due": due_counted, "amount_fen": fen_counted}}
    batch, people = _list(made, payee(), payee(), counts=counts), staff()
    assert _found(made, batch) == {"total_differs": 2}
    with pytest.raises(FindingsStop):
        submit(made, batch, by=people.maker)
    with pytest.raises(FindingNeedsData):
        clear_finding(made, batch, "total_differs", by=people.maker, reason="看过了")
    assert batch.state == "draft"


def test_whoever_is_due_and_on_no_list_stops_it_until_listed(made: Session) -> None:
    batch, people, late = _list(made, payee()), staff(), payee()
    assessment = made.get_one(Assessment, batch.assessment_id)
    due(assessment, late)
    with pytest.raises(FindingsStop):
        submit(made, batch, by=people.maker)
    build(made, assessment, "MZ15", by=SYSTEM)
    submit(made, batch, by=people.maker)
    assert batch.state == "frozen"
    found = made.scalars(select(BatchFinding).where(BatchFinding.batch_id == batch.id)).one()
    assert (found.control, found.cleared_by) == ("due_not_listed", "data")


def test_a_merged_person_listed_under_the_other_number_is_not_missing(made: Session) -> None:
    one, other = payee(), payee()
    other.merged_into = one.id
    made.flush()
    assert _found(made, _list(made, one, other)) == {}


def test_whoever_was_paid_and_is_gone_without_a_decision_is_found(made: Session) -> None:
    before = BatchFactory.create(month="2026-09")
    PaymentFactory.create(batch=before, period="2026-09")
    gone = PaymentFactory.create(
        batch=before, period="2026-09", subject_id=PersonFactory.create().id
    )
    told = PaymentFactory.create(
        batch=before, period="2026-09", subject_id=PersonFactory.create().id
    )
    for state in ("frozen", "sent", "paid"):
        for line in (gone, told):
            line.state = state
        made.flush()
    assessment, staying = AssessmentFactory.create(), payee()
    due(assessment, staying)
    due(assessment, made.get_one(Person, told.subject_id), None, outcome="not_due")
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    assert _found(made, batch) == {"paid_before_unsaid": 1}
    assert of_batch(made, batch)[0].evidence == {"lines": [gone.id]}


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ((4, 4), 9, True),
        ((4, 4), 8, False),
        ((20, 20), 30, True),
        ((20, 20), 29, False),
        ((4,), 30, False),
    ],
)
def test_a_village_beyond_its_history_is_found(
    made: Session, before: tuple[int, ...], now: int, found: bool
) -> None:
    village = "330523100201"
    for month, people in zip(("2026-09", "2026-08"), before, strict=False):
        _paid_list(month, people, village)
    batch = BatchFactory.create(month="2026-10", run_no=1)
    for _ in range(now):
        PaymentFactory.create(batch=batch, division=village)
    look_at_whole(made, batch)
    assert _found(made, batch) == ({"village_outlier": now} if found else {})


def test_whoever_comes_after_the_posted_list_is_said_to(made: Session) -> None:
    first, people = _list(made, payee(), programme="MZ09"), staff()
    assert first.assessment_id is not None
    submit(made, first, by=people.maker)
    made.execute(text("UPDATE batches SET state = 'noticed' WHERE id = :id"), {"id": first.id})
    assessment = AssessmentFactory.create()
    due(assessment, payee(), programme="MZ09")
    second = build(made, assessment, "MZ09", by=SYSTEM)
    assert second is not None
    assert _found(made, second) == {"late_addition": 1}
    assert of_batch(made, second)[0].evidence == {"after": [first.batch_no]}


def test_a_relative_on_the_list_is_found_and_cleared_by_another(made: Session) -> None:
    """Situation 71: whoever is related to a payee stays out; another officer does it."""
    people, mother = staff(), payee()
    declare(made, people.maker, mother.id, "parent", by=SYSTEM)
    batch = _list(made, mother, payee())
    assert _found(made, batch) == {"officer_or_relative": 1}
    line = made.scalars(select(Payment).where(Payment.payee_person_id == mother.id)).one()
    assert line.state == "ready"
    said = of_batch(made, batch)[0].evidence
    assert said == {"officers": [str(people.maker.id)], "lines": [line.id]}
    with pytest.raises((FindingIsAboutYou, NotAllowed, NotNow)):
        clear_finding(made, batch, "officer_or_relative", by=people.maker, reason="已核对")
    another = staff().maker
    with pytest.raises(ReasonMissing):
        clear_finding(made, batch, "officer_or_relative", by=another, reason=" ")
    clear_finding(made, batch, "officer_or_relative", by=another, reason="已入户核对，符合条件")
    assert _found(made, batch) == {}
    acts = made.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(batch.id))).all()
    assert acts.count("finding.cleared") == 1
    look_at_whole(made, batch)
    assert _found(made, batch) == {}, "what was cleared came back without a change"


def test_the_public_payroll_holds_where_the_rule_shuts_it_out(made: Session) -> None:
    clerk = payee()
    said = {"on_payroll": True, "from_date": "2020-01-01"}
    record = FeedRecordFactory.create(feed="CZ_PAY", person=clerk, data=said)
    assert _holds(made, _list(made, clerk)) == {}
    shut = _list(made, clerk, programme="SL02")
    assert _holds(made, shut) == {"public_payroll": {"feed": "CZ_PAY", "record": record.id}}


@pytest.mark.parametrize(
    "said",
    [
        {"on_payroll": False},
        {"on_payroll": True, "to_date": "2020-01-01"},
        {"on_payroll": True, "from_date": "2999-01-01"},
    ],
)
def test_whoever_left_the_payroll_is_not_held(made: Session, said: dict[str, Any]) -> None:
    person = payee()
    FeedRecordFactory.create(feed="CZ_PAY", person=person, data=said)
    assert _holds(made, _list(made, person, programme="SL02")) == {}


@pytest.mark.parametrize(
    ("kind", "feed", "twice"),
    [
        ("household", "MZ_SA", True),
        ("household", "MZ_SA", False),
        ("land", "NY_LAND", True),
        ("land", "NY_LAND", False),
    ],
)
def test_a_person_or_plot_of_two_recipients_holds_both(
    made: Session, kind: str, feed: str, twice: bool
) -> None:
    assessment, shared = AssessmentFactory.create(), PersonFactory.create()
    for number in (1, 2):
        home = Household(kind={"household": "assist", "land": "land"}[kind], code=f"H{number}")
        made.add(home)
        made.flush()
        member = shared if twice else PersonFactory.create()
        FeedRecordFactory.create(
            feed=feed, person=member, household=home,
            data={"status": "在保", "certificate_no": "N1" if twice else f"N{number}"},
        )  # fmt: skip
        paid = payee()
        due(assessment, paid, subject_kind=kind, subject_id=home.id, payee_person_id=paid.id)
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    held = made.scalars(select(PaymentHold.control)).all()
    assert held == (["counted_twice"] * 2 if twice else [])


def test_a_line_that_is_not_the_rules_amount_is_held_and_says_both(made: Session) -> None:
    batch = _list(made, payee(verdict=None))
    line = made.scalars(select(Payment)).one()
    assert batch.assessment_id is not None
    made.execute(text("ALTER TABLE decisions DISABLE TRIGGER never_changed"))
    made.execute(text("UPDATE decisions SET amount_fen = 9999"))
    address(
        made,
        "SELECT id, decision_id, period, line_type, attempt, replaces_id, mends_id, subject_kind, "
        "subject_id, payee_person_id, division, amount_fen FROM payments",
    )
    hits = controls.screen(made)
    assert hits == {"account_unverified": 1, "amount_not_rule": 1}
    said = made.scalar(
        text("SELECT evidence FROM building_holds WHERE control = 'amount_not_rule'")
    )
    assert said == {"decision": line.decision_id, "line_fen": 10_000, "rule_fen": 9_999}


def test_the_page_shows_findings_first_and_clears_one_with_a_reason(
    made: Session, sign_in_as: SignInAs
) -> None:
    people, mother = staff(), payee()
    declare(made, people.reviewer, mother.id, "parent", by=SYSTEM)
    batch = _list(made, mother)
    browser = sign_in_as("maker")
    shown = browser.get(f"/batches/{batch.batch_no}").text
    assert shown.index("工作人员或亲属") < shown.index('id="lines"')
    where = f"/batches/{batch.batch_no}/findings/officer_or_relative"
    line = made.scalars(select(Payment)).one()
    assert reference_of(line.id) in text_of(browser.get(where).text)
    assert mother.name is not None
    assert mother.name not in browser.get(where).text
    assert browser.submit(where, {"reason": ""}, shown_at=where).status_code == 422
    assert browser.submit(where, {"reason": "已入户核对"}, shown_at=where).status_code == 303
    assert _found(made, batch) == {}
    assert browser.get(f"/batches/{batch.batch_no}/findings/nothing").status_code == 404


def test_every_finding_speaks_both_languages() -> None:
    assert len({one.code for one in FINDINGS}) == len(FINDINGS) == 6
    for one in FINDINGS:
        assert one.en.endswith(".")
        assert one.how_en.endswith(".")
        assert one.zh.endswith("。")
        assert one.how_zh.endswith("。")


def test_the_page_about_screening_lists_every_control_as_it_is() -> None:
    page = (Path(__file__).parents[3] / "docs" / "screening.md").read_text(encoding="utf-8")
    for one in (*CONTROLS, *FINDINGS):
        assert f"| `{one.code}` v{one.version} | {one.en} {one.zh} | {one.severity} |" in page
        assert one.how_en in page
