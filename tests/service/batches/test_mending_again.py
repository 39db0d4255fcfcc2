"""Mending again, twice at once, after a crash, and after the correction was corrected itself."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.mending.mend import mend
from service.batches.models import Payment
from service.batches.recoveries.models import RecoveryCase
from service.foundation.months import Month
from service.ledger.models import BankChannel
from service.residents.models import Person
from tests.factories.assessment import AssessmentFactory, DecisionFactory
from tests.factories.batches import channel, payee
from tests.factories.mending import MAKER, PROGRAMME, Months
from tests.foundation.committed import Committed

PAST = ("2026-07", "2026-08", "2026-09")


@pytest.fixture
def months(made: Session) -> Months:
    return Months(made)


def _raise_and_drop(months: Months) -> tuple[Person, Person]:
    """Two people paid for three months: one is due more since, one less."""
    more, less = payee(), payee()
    for person in (more, less):
        months.knows(person, *PAST)
    months.run(*PAST)
    months.knows(more, *PAST, fen=11_000)
    months.knows(less, *PAST, fen=9_000)
    return more, less


def test_mending_again_adds_nothing_before_or_after_the_money_is_paid(months: Months) -> None:
    """Situation 80: a month run again after data were mended doubles no line that was paid."""
    more, less = _raise_and_drop(months)
    assert months.mend("2026-10", *PAST).batch is not None
    before = months.lines(more), months.asked(less)
    for _ in range(2):
        again = months.mend("2026-10", *PAST)
        assert (again.batch, again.freed, again.cases) == (None, None, 0)
        assert (len(months.lines(more)), months.asked(less)) == (len(before[0]), before[1])
        months.pay()


def test_further_mends_of_one_month_count_their_attempts(months: Months) -> None:
    person = payee()
    months.knows(person, "2026-09")
    months.run("2026-09")
    for fen in (11_000, 12_500):
        months.knows(person, "2026-09", fen=fen)
        months.mend("2026-10", "2026-09")
        months.pay()
    assert [line[1:4] for line in months.lines(person)] == [
        ("regular", 1, 10_000), ("supplementary", 1, 1_000), ("supplementary", 2, 1_500),
    ]  # fmt: skip


def test_a_regular_list_made_late_knows_the_arrears(months: Months, made: Session) -> None:
    """The button pressed for July once more lists nobody whom arrears have paid for July."""
    other, late = payee(), payee()
    months.knows(other, "2026-07")
    months.run("2026-07")
    months.knows(late, "2026-07")
    months.mend("2026-10", "2026-07")
    assert months.build("2026-07") is None
    assert [line[1] for line in months.lines(late)] == ["arrears"]


def test_a_death_report_that_was_wrong_is_taken_back(months: Months) -> None:
    """Situation 7: asked back in October, known to be wrong in November: the case ends."""
    person = payee()
    months.knows(person, "2026-08", "2026-09")
    months.run("2026-08", "2026-09")
    months.knows(person, "2026-08", "2026-09", fen=0)
    months.mend("2026-10", "2026-08", "2026-09")
    months.knows(person, "2026-09")
    mended = months.mend("2026-11", "2026-08", "2026-09")
    assert (mended.batch, months.asked(person)) == (None, {"2026-08": 10_000})
    months.knows(person, "2026-08")
    mended = months.mend("2026-11", "2026-08", "2026-09")
    assert (mended.batch, months.asked(person)) == (None, {})
    assert [case.state for case in months.cases(person)] == ["withdrawn"]


def test_what_came_back_already_is_paid_again_when_it_had_been_due(
    months: Months, made: Session
) -> None:
    person = payee()
    months.knows(person, "2026-09")
    months.run("2026-09")
    months.knows(person, "2026-09", fen=0)
    months.mend("2026-10", "2026-09")
    (case,) = months.cases(person)
    case.notified_on = case.opened_at.date()
    for state in ("noticed", "netting"):
        case.state, case.share_percent = state, 50
        made.flush()
    months.knows(person, "2026-10", fen=6_000)
    months.run("2026-10")
    months.knows(person, "2026-09")
    mended = months.mend("2026-11", "2026-09", "2026-10")
    assert mended.batch is not None
    assert months.lines(person)[-1] == ("2026-09", "supplementary", 1, 3_000, "ready")
    assert months.asked(person) == {}
    made.refresh(case)
    assert case.state == "settled"


def test_two_who_mend_at_once_add_nothing_twice(committed: Committed) -> None:
    with committed.transaction() as session:
        months = Months(session)
        people = [payee() for _ in range(6)]
        for person in people:
            months.knows(person, "2026-08", "2026-09")
        months.run("2026-08", "2026-09")
        for person in people[:3]:
            months.knows(person, "2026-08", "2026-09", fen=12_000)
        for person in people[3:]:
            months.knows(person, "2026-08", "2026-09", fen=0)
        past = [months.assess("2026-08").id, months.assess("2026-09").id]
    together = Barrier(4)

    def run(_: int) -> bool:
        together.wait(timeout=60)
        with committed.transaction() as session:
            found = [session.get_one(Assessment, one) for one in past]
            mended = mend(session, PROGRAMME, Month(2026, 10), found, by=MAKER)
            return mended.batch is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 1
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 12 + 6
        assert session.scalar(select(func.count()).select_from(RecoveryCase)) == 3


def test_a_crash_before_the_end_leaves_nothing_and_the_next_try_does_it_all(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with committed.transaction() as session:
        _, less = _raise_and_drop(Months(session))
        months = Months.__new__(Months)
        months.session, months.programme, months.payees = session, PROGRAMME, {}
        everybody = session.scalars(select(Payment.subject_id).distinct()).all()
        months.due = {
            one: dict.fromkeys(PAST, 9_000 if one == less.id else 11_000) for one in everybody
        }
        past = [months.assess(one).id for one in PAST]

    def attempt() -> None:
        with committed.transaction() as session:
            found = [session.get_one(Assessment, one) for one in past]
            mend(session, PROGRAMME, Month(2026, 10), found, by=MAKER)

    def crash(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr("service.batches.mending.mend.open_cases", crash)
        with pytest.raises(ConnectionError):
            attempt()
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 6
    attempt()
    attempt()
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 9
        assert session.scalar(select(func.count()).select_from(RecoveryCase)) == 1


def test_a_merged_person_is_one_human_being_in_every_month(months: Months, made: Session) -> None:
    """Situation 9: paid under the old number; the new one is owed nothing for the same months."""
    old, new = payee(), payee()
    months.knows(old, "2026-09")
    months.run("2026-09")
    made.execute(
        text("UPDATE persons SET merged_into = :new WHERE id = :old"),
        {"new": new.id, "old": old.id},
    )
    months.due.clear()
    months.knows(new, "2026-09", fen=12_000)
    months.mend("2026-10", "2026-09")
    assert [line[1:4] for line in months.lines(new)] == [("supplementary", 1, 2_000)]


def test_a_years_payment_is_mended_by_the_month_it_was_first_paid_in(made: Session) -> None:
    """Decision 0007: a year belongs to the month of its first list."""
    months = Months(made, programme="CL03")
    person, late = payee(), payee()

    def look(month: str, **fen: int) -> Assessment:
        one: Assessment = AssessmentFactory.create(month=month)
        for who, amount in ((person, fen["person"]), (late, fen["late"])):
            DecisionFactory.create(
                assessment=one, programme="CL03", subject_id=who.id, period="2026",
                amount_fen=amount or None, outcome="due" if amount else "not_due",
            )  # fmt: skip
        return one

    assert build(made, look("2026-03", person=26_000, late=0), "CL03", by=SYSTEM)
    months.pay()
    past = [look("2026-03", person=30_000, late=0), look("2026-04", person=20_000, late=26_000)]
    mended = mend(made, "CL03", Month(2026, 5), past, by=MAKER)
    assert mended.batch is not None
    assert mended.cases == 0
    assert [line[:4] for line in months.lines(person)][1:] == [("2026", "supplementary", 1, 4_000)]
    assert not months.lines(late), "the running year belongs to May's regular list"
    past = [look("2026-11", person=0, late=26_000), look("2026-12", person=0, late=26_000)]
    mend(made, "CL03", Month(2027, 1), past, by=MAKER)
    assert [line[:4] for line in months.lines(late)] == [("2026", "arrears", 1, 26_000)]


amounts = st.sampled_from([0, 1, 4_000, 10_000, 12_345])
facts = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(PAST),
        st.one_of(amounts, st.none()),
        st.sampled_from(["mend", "mend and pay", "only learn"]),
    ),
    max_size=8,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(first=st.lists(amounts, min_size=6, max_size=6), learned=facts)
def test_after_any_late_facts_the_lines_and_cases_say_what_was_due(
    made: Session, first: list[int], learned: list[tuple[int, str, int | None, str]]
) -> None:
    with made.begin_nested() as example:
        months = Months.__new__(Months)
        months.session, months.programme, months.due, months.payees = made, PROGRAMME, {}, {}
        if not made.query(BankChannel).first():
            channel("rural")
        anchor, people = payee(), [payee(), payee()]
        months.knows(anchor, *PAST)
        for number, fen in enumerate(first):
            months.knows(people[number // 3], PAST[number % 3], fen=fen)
        months.run(*PAST)
        for who, month, known, then in learned:
            months.knows(people[who], month, fen=known)
            if then != "only learn":
                months.mend("2026-10", *PAST)
            if then == "mend and pay":
                months.pay()
        months.pay()
        months.mend("2026-10", *PAST)
        months.pay()
        months.mend("2026-10", *PAST)
        for person in people:
            asked = months.asked(person)
            for month in PAST:
                due = months.due[person.id][month]
                listed = sum(line[3] for line in months.lines(person, month))
                if due is not None:
                    assert listed - asked.get(month, 0) == due
        example.rollback()
