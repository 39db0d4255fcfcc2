"""Situations of the domain as far as who people are decides what is paid, and to whom."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.build import build
from service.batches.look_again import look_again
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import NeedsData, release
from service.batches.reopen import reopen_months
from service.enquiry.answer import answer
from service.enquiry.identify import ask_code
from service.enquiry.models import EnquiryCode
from service.reconciliation.reissue import reissue
from service.residents.identity.confirm_life import confirm_alive, confirm_dead, withdraw
from service.residents.identity.disputes import open_dispute, resolve
from service.residents.identity.merge import merge
from service.residents.identity.split import split
from service.residents.models import Delivery, FeedRecord, Person, ReviewTask
from tests.factories import residents
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import account, channel, due, payee
from tests.factories.officers import OfficerFactory, staff
from tests.factories.residents import (
    DeliveryFactory,
    FeedRecordFactory,
    PersonFactory,
    PersonIdentifierFactory,
    id_number,
)

WHY = "公安答复：同一人。"


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work; both banks pay."""
    residents.use(session)
    for code in ("ccb", "rural"):
        channel(code)
    return session


def _pressed(session: Session, *people: Person) -> Batch | None:
    """Press the month once more: a new assessment in which these people are due."""
    assessment = AssessmentFactory.create()
    for person in people:
        due(assessment, person)
    look_again(session, assessment, "MZ15", by=SYSTEM)
    return build(session, assessment, "MZ15", by=SYSTEM)


def _lines(session: Session) -> list[Payment]:
    session.expire_all()
    return list(session.scalars(select(Payment).order_by(Payment.id)))


def _holds(session: Session, line: Payment) -> set[str]:
    return set(
        session.scalars(
            select(PaymentHold.control).where(
                PaymentHold.payment_id == line.id, PaymentHold.cleared_at.is_(None)
            )
        )
    )


def test_who_was_paid_under_a_former_number_is_not_paid_again(made: Session) -> None:
    """Situation 9: one person with two numbers has one entitlement, and one line a period."""
    former, kept = payee(), payee()
    _pressed(made, former)
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    assert _pressed(made, kept) is None
    assert [line.subject_id for line in _lines(made)] == [former.id]
    told = made.scalars(
        select(AuditEntry).where(AuditEntry.act == "batch.same_person_left_out")
    ).one()
    assert b'"count":1' in told.canonical


def test_two_decisions_about_one_person_make_one_line_for_the_one_who_is_kept(
    made: Session,
) -> None:
    former, kept, third = payee(), payee(), payee()
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    merge(made, kept.id, third.id, reason=WHY, by=SYSTEM)
    _pressed(made, former, kept, third)
    assert [line.subject_id for line in _lines(made)] == [kept.id]


def test_who_was_split_again_is_paid_as_the_two_people_they_are(made: Session) -> None:
    former, kept = payee(), payee()
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    _pressed(made, kept)
    split(made, kept.id, former.id, reason="查明为两人。", by=SYSTEM)
    assert _pressed(made, former, kept) is not None
    assert sorted(line.subject_id for line in _lines(made)) == sorted([former.id, kept.id])


def test_a_line_held_under_a_former_number_is_paid_once_and_to_the_newest_account(
    made: Session,
) -> None:
    former, kept = PersonFactory.create(), PersonFactory.create()
    _pressed(made, former)
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    newest = account(kept)
    _pressed(made, kept)
    line = _lines(made)
    assert [(one.state, one.subject_id, one.account_id) for one in line] == [
        ("ready", former.id, newest.id)
    ]


def test_a_second_line_listed_before_the_merge_is_held_and_no_hand_clears_it(
    made: Session,
) -> None:
    former, kept = PersonFactory.create(), payee()
    _pressed(made, former, kept)
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    _pressed(made, kept)
    held = next(line for line in _lines(made) if line.subject_id == former.id)
    assert held.state == "held"
    assert "same_person_twice" in _holds(made, held)
    with pytest.raises(NeedsData):
        release(made, held, by=staff().maker, reason="照发")


def test_a_failed_payment_is_not_issued_again_beside_one_to_the_same_person(
    made: Session,
) -> None:
    former, kept = payee(), payee()
    _pressed(made, former, kept)
    first = next(line for line in _lines(made) if line.subject_id == former.id)
    for state in ("frozen", "sent", "rejected"):
        first.state = state
        made.flush()
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    account(kept)
    assert reissue(made, "MZ15", "2026-10", by=SYSTEM) is not None
    again = next(line for line in _lines(made) if line.replaces_id == first.id)
    assert (again.state, _holds(made, again)) == ("held", {"same_person_twice"})


def test_a_failed_payment_goes_to_the_account_of_the_corrected_number(made: Session) -> None:
    former, kept = payee(), PersonFactory.create()
    _pressed(made, former)
    line = _lines(made)[0]
    for state in ("frozen", "sent", "rejected"):
        line.state = state
        made.flush()
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    assert reissue(made, "MZ15", "2026-10", by=SYSTEM) is None, "the same account would fail again"
    new = account(kept)
    assert reissue(made, "MZ15", "2026-10", by=SYSTEM) is not None
    again = next(one for one in _lines(made) if one.replaces_id == line.id)
    assert (again.account_id, again.state) == (new.id, "ready")


@pytest.mark.parametrize("undo", [False, True])
def test_the_months_of_both_are_put_before_somebody(made: Session, undo: bool) -> None:
    former, kept = payee(), payee()
    _pressed(made, former, kept)
    act = merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    if undo:
        act = split(made, kept.id, former.id, reason="查明为两人。", by=SYSTEM)
    for _ in range(2):
        reopen_months(made, act_id=str(act.id), persons=f"{kept.id},{former.id}", cause=act.kind)
    task = made.scalars(select(ReviewTask).where(ReviewTask.kind == "months_affected")).one()
    month = [{"programme": "MZ15", "period": "2026-10"}]
    assert task.details["months"] == month
    assert task.details["listed_twice"] == ([] if undo else month)


def test_nobody_is_bothered_about_a_merge_without_months(made: Session) -> None:
    one, other = PersonFactory.create(), PersonFactory.create()
    act = merge(made, one.id, other.id, reason=WHY, by=SYSTEM)
    reopen_months(made, act_id=str(act.id), persons=f"{one.id},{other.id}", cause="merge")
    assert made.scalars(select(ReviewTask)).all() == []


@pytest.mark.parametrize("as_payee", [False, True])
def test_both_who_share_a_number_are_held_until_the_police_answered(
    made: Session, as_payee: bool
) -> None:
    """Situation 10: nothing is paid under a number that two people carry."""
    person, guardian = payee(), payee()
    about = person if not as_payee else PersonFactory.create()
    paid_to = guardian if not as_payee else person
    dispute = open_dispute(made, person.id, "GA_HUKOU", DeliveryFactory.create().id, why="two_rows")
    for _ in range(2):
        assessment = AssessmentFactory.create()
        due(assessment, about, payee_person_id=paid_to.id)
        look_again(made, assessment, "MZ15", by=SYSTEM)
        build(made, assessment, "MZ15", by=SYSTEM)
        line = _lines(made)[0]
        if dispute.resolved_at is None:
            assert (line.state, _holds(made, line)) == ("held", {"identity_disputed"})
            with pytest.raises(NeedsData):
                release(made, line, by=staff().maker, reason="照发")
            reviewer = OfficerFactory.create(duties=["reviewer"])
            resolve(made, dispute.id, by=reviewer, resolution="公安答复：号码属于本人。")
    assert (line.state, _holds(made, line)) == ("ready", set())


def test_a_dispute_about_a_former_number_holds_the_person_who_has_it(made: Session) -> None:
    former, kept = PersonFactory.create(), payee()
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    open_dispute(made, former.id, "GA_HUKOU", DeliveryFactory.create().id, why="another_person")
    _pressed(made, kept)
    assert _holds(made, _lines(made)[0]) == {"identity_disputed"}


def test_a_newborn_is_paid_once_whether_known_by_certificate_or_by_number(made: Session) -> None:
    """Situation 31: what was listed for the provisional person is not listed for the child again."""
    provisional, child, mother = PersonFactory.create(), PersonFactory.create(), payee()
    for subject in (provisional, child):
        assessment = AssessmentFactory.create()
        due(assessment, subject, payee_person_id=mother.id)
        build(made, assessment, "MZ15", by=SYSTEM)
        if subject is provisional:
            merge(made, child.id, provisional.id, reason="落户。", by=SYSTEM)
    assert [line.subject_id for line in _lines(made)] == [provisional.id]


def test_a_child_claimed_by_both_parents_has_one_payment(made: Session) -> None:
    """Situation 32: the line is the child's, so whoever claims second gets none."""
    child, mother, father = PersonFactory.create(), payee(), payee()
    for parent in (mother, father):
        assessment = AssessmentFactory.create()
        due(assessment, child, payee_person_id=parent.id)
        build(made, assessment, "MZ15", by=SYSTEM)
    assert [line.payee_person_id for line in _lines(made)] == [mother.id]


def test_twins_have_a_line_each_to_one_parent(made: Session) -> None:
    """Situation 33: two children, two lines, one card – and that is no shared account."""
    twins, mother = [PersonFactory.create(), PersonFactory.create()], payee()
    assessment = AssessmentFactory.create()
    for twin in twins:
        due(assessment, twin, payee_person_id=mother.id)
    build(made, assessment, "MZ15", by=SYSTEM)
    assert [line.state for line in _lines(made)] == ["ready", "ready"]


def test_a_former_number_answers_its_owner_about_every_payment(made: Session) -> None:
    """Situation 83: who asks is the person, by whichever number was given to that person."""
    former, kept = payee(), payee()
    PersonIdentifierFactory.create(person=former, number=id_number(811))
    _pressed(made, former)
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    ask_code(made, id_number(811))
    assert made.scalars(select(EnquiryCode.person_id)).one() == kept.id
    assert len(answer(made, kept.id, "2026-10").lines) == 1


def test_a_number_in_dispute_tells_nobody_about_the_other(made: Session) -> None:
    """Situation 83: neither of two people with one number is told what concerns the other."""
    person, former = payee(), PersonFactory.create()
    PersonIdentifierFactory.create(person=person, number=id_number(812))
    merge(made, person.id, former.id, reason=WHY, by=SYSTEM)
    open_dispute(made, former.id, "GA_HUKOU", DeliveryFactory.create().id, why="two_rows")
    ask_code(made, id_number(812))
    assert made.scalars(select(EnquiryCode.person_id)).one() is None


Says = Callable[..., FeedRecord]


@pytest.fixture
def says(made: Session) -> Says:
    """Let a department say something about a person, as of a day of October 2026."""

    def say(feed: str, person: Person, day: int = 5, **data: Any) -> FeedRecord:
        delivery: Delivery = DeliveryFactory.create(feed=feed, as_of=date(2026, 10, day))
        made_one: FeedRecord = FeedRecordFactory.create(
            feed=feed, person=person, delivery=delivery, data=data
        )
        return made_one

    return say


def _held(session: Session, person: Person) -> set[str]:
    _pressed(session, person)
    return _holds(session, _lines(session)[0])


DIED = {"death_date": "2026-10-02"}


def test_a_false_report_is_cleared_by_the_township_and_a_later_register(
    made: Session, says: Says
) -> None:
    """Situation 7: held only, and paid by itself once both say that the person lives."""
    person = payee()
    says("GA_HUKOU", person, day=1, status="正常")
    says("MZ_CREM", person, **DIED)
    assert _held(made, person) == {"death_reported"}
    steward = OfficerFactory.create(duties=["steward"])
    seen = confirm_alive(
        made,
        person.id,
        on=date(2026, 10, 9),
        organisation="镇",
        reason="入户见到本人。",
        by=steward,
    )
    assert _held(made, person) == {"death_reported"}, "the register is older than the report"
    says("GA_HUKOU", PersonFactory.create(), day=10, status="正常")
    assert _held(made, person) == set()
    withdraw(made, seen.id, reason="认错了人。", by=steward)
    other = payee()
    assert "death_reported" not in _held(made, other)


def test_seen_alive_before_the_day_of_death_clears_nothing(made: Session, says: Says) -> None:
    person, steward = payee(), OfficerFactory.create(duties=["steward"])
    says("WJ_DEATH", person, **DIED)
    says("GA_HUKOU", person, day=10, status="正常")
    confirm_alive(
        made, person.id, on=date(2026, 10, 1), organisation="镇", reason="见到本人。", by=steward
    )
    assert _held(made, person) == {"death_reported"}


def test_one_report_and_the_township_stop_the_line(made: Session, says: Says) -> None:
    person, steward = payee(), OfficerFactory.create(duties=["steward"])
    confirm_dead(
        made, person.id, on=date(2026, 10, 2), organisation="镇", reason="参加了葬礼。", by=steward
    )
    assert _held(made, person) == {"death_reported"}
    says("WJ_DEATH", person, **DIED)
    assert _held(made, person) == {"payee_dead"}


@pytest.mark.parametrize(
    ("feed", "data", "end"),
    [
        ("FY_COURT", {"kind": "宣告死亡", "effective_on": "2026-10-02"}, "revoked_on"),
        ("WJ_DEATH", DIED, "retracted_on"),
        ("MZ_CREM", DIED, "retracted_on"),
        ("GA_DEREG", {"dereg_date": "2026-10-02", "reason": "死亡"}, "restored_on"),
    ],
)
def test_what_the_department_took_back_itself_holds_nobody(
    made: Session, says: Says, feed: str, data: dict[str, str], end: str
) -> None:
    """Situation 5: a declaration of death that was revoked, or an entry that was restored."""
    person = payee()
    record = says(feed, person, **data)
    assert _held(made, person) == {"death_reported"}
    record.data = {**data, end: "2026-10-20"}
    made.flush()
    assert _held(made, person) == set()


def test_deaths_reported_under_two_numbers_of_one_person_are_two_sources(
    made: Session, says: Says
) -> None:
    former, kept = PersonFactory.create(), payee()
    says("WJ_DEATH", former, **DIED)
    says("GA_DEREG", kept, dereg_date="2026-10-03", reason="死亡")
    assert _held(made, kept) == {"death_reported"}
    merge(made, kept.id, former.id, reason=WHY, by=SYSTEM)
    assert _held(made, kept) == {"payee_dead"}


def test_a_corrected_birth_neither_takes_back_nor_pays_anew(made: Session) -> None:
    """Situation 9: what was paid stays as it is; only months still to come are decided anew."""
    former, kept = payee(), payee()
    _pressed(made, former)
    before = made.scalar(select(func.sum(Payment.amount_fen)))
    merge(made, kept.id, former.id, reason="生日更正。", by=SYSTEM)
    _pressed(made, kept)
    assert made.scalar(select(func.sum(Payment.amount_fen))) == before
