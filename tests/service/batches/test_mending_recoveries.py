"""What was paid too much comes back by the book: told, agreed, kept in shares, or written off by two."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.moves import IllegalMove
from service.batches.recoveries.decide import agree, notify
from service.batches.recoveries.models import RecoveryCase
from service.batches.recoveries.netting import instalments
from service.batches.recoveries.problems import (
    InstalmentUnclear,
    NotWritable,
    OnItsWay,
    OwnCase,
    ShareTooLarge,
    TooLarge,
)
from service.batches.recoveries.receive import receive
from service.batches.recoveries.standing import standing
from service.batches.recoveries.write_off import approve_write_off
from service.batches.release import ReasonMissing
from service.foundation.months import Month
from service.ledger.queries import balance, balances
from service.officers.may import NotAllowed
from service.residents.models import Person
from tests.factories.batches import payee
from tests.factories.mending import Months
from tests.factories.officers import OfficerFactory, Staff, staff

TOLD = date(2026, 10, 3)


@pytest.fixture
def months(made: Session) -> Months:
    return Months(made)


@pytest.fixture
def people(made: Session) -> Staff:
    return staff()


@pytest.fixture
def owing(months: Months) -> Person:
    """Somebody who was paid 100 yuan for August and 100 for September and was due nothing."""
    person = payee()
    months.knows(person, "2026-08", "2026-09")
    months.run("2026-08", "2026-09")
    months.knows(person, "2026-08", "2026-09", fen=0)
    months.mend("2026-10", "2026-08", "2026-09")
    return person


@pytest.fixture
def case(months: Months, owing: Person) -> RecoveryCase:
    (found,) = months.cases(owing)
    return found


def _agreed(session: Session, case: RecoveryCase, people: Staff, **terms: object) -> None:
    notify(session, case, on=TOLD, how="当面送达", by=people.maker)
    given = {"share_percent": 50, "reason": "本人同意", **terms}
    agree(session, case, by=people.reviewer, **given)  # type: ignore[arg-type]


def _gross(session: Session) -> list[tuple[int, int, int]]:
    rows = session.execute(
        text(
            "SELECT o.gross_fen, o.offset_fen, p.amount_fen FROM recovery_offsets o "
            "JOIN payments p ON p.id = o.payment_id ORDER BY p.id"
        )
    )
    return [tuple(row) for row in rows]


def test_nothing_is_kept_before_the_notice_and_the_agreement(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session
) -> None:
    months.knows(owing, "2026-10", "2026-11", "2026-12")
    months.build("2026-10")
    with pytest.raises(IllegalMove):
        agree(made, case, share_percent=50, reason="同意", by=people.reviewer)
    notify(made, case, on=TOLD, how="挂号信", by=people.maker)
    months.build("2026-11")
    assert _gross(made) == []
    agree(made, case, share_percent=50, reason="本人同意", by=people.reviewer)
    months.build("2026-12")
    assert _gross(made) == [(10_000, 5_000, 5_000)]


def test_netting_keeps_the_agreed_share_until_nothing_is_left(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session
) -> None:
    """Situation 79: from a poor family it is kept back bit by bit, within the agreed share."""
    _agreed(made, case, people)
    months.knows(owing, *(f"2027-0{n}" for n in range(1, 7)))
    for number in range(1, 7):
        months.run(f"2027-0{number}")
    assert _gross(made) == [(10_000, 5_000, 5_000)] * 4
    made.refresh(case)
    assert case.state == "settled"
    assert months.lines(owing)[-1][3] == 10_000
    assert balance(made, "recovery_receivable:MZ15") == 0


@pytest.mark.parametrize(
    ("fen", "kept"), [(1, None), (2, 1), (3, 1), (10_001, 5_000), (60_000, 20_000)]
)
def test_netting_leaves_something_and_keeps_no_more_than_the_share_or_the_debt(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session, fen: int,
    kept: int | None,
) -> None:  # fmt: skip
    _agreed(made, case, people)
    months.knows(owing, "2026-11", fen=fen)
    months.build("2026-11")
    assert _gross(made) == ([] if kept is None else [(fen, kept, fen - kept)])


def test_two_cases_of_one_payee_share_the_countys_limit(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session
) -> None:
    months.knows(owing, "2026-10")
    months.run("2026-10")
    months.knows(owing, "2026-10", fen=7_000)
    months.mend("2026-11", "2026-10")
    first, second = months.cases(owing)
    _agreed(made, first, people, share_percent=40)
    _agreed(made, second, people, share_percent=40)
    months.knows(owing, "2026-11")
    months.build("2026-11")
    assert [kept for _, kept, _ in _gross(made)] == [4_000, 1_000]
    assert months.lines(owing)[-1][3] == 5_000


def test_a_payee_of_somebody_elses_money_loses_nothing_of_his_own_case(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session
) -> None:
    _agreed(made, case, people)
    other = payee()
    months.knows(other, "2026-11")
    months.build("2026-11")
    assert _gross(made) == []


def test_instalments_are_fixed_and_the_last_is_the_remainder(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session
) -> None:
    _agreed(made, case, people, monthly_fen=3_300, first_month=Month(2026, 12))
    every = ["2026-11", "2026-12", *(f"2027-{n:02d}" for n in range(1, 9))]
    months.knows(owing, *every)
    months.run(*every)
    assert [kept for _, kept, _ in _gross(made)] == [3_300] * 6 + [200]
    made.refresh(case)
    assert case.state == "settled"


@given(total=st.integers(1, 10**9), monthly=st.integers(1_000, 10**7))
def test_instalments_add_up_to_the_fen(total: int, monthly: int) -> None:
    parts = instalments(total, monthly)
    assert sum(parts) == total
    assert set(parts[:-1]) <= {monthly}
    assert 0 < parts[-1] <= monthly


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"share_percent": 51}, ShareTooLarge),
        ({"share_percent": 0}, ShareTooLarge),
        ({"monthly_fen": 100}, InstalmentUnclear),
        ({"first_month": Month(2026, 12)}, InstalmentUnclear),
        ({"monthly_fen": 0, "first_month": Month(2026, 12)}, InstalmentUnclear),
        ({"reason": "  "}, ReasonMissing),
    ],
)
def test_terms_that_are_not_allowed_or_not_clear_are_refused(
    case: RecoveryCase, people: Staff, made: Session, terms: dict[str, object], problem: type
) -> None:
    with pytest.raises(problem):
        _agreed(made, case, people, **terms)
    assert case.state == "noticed"


def test_money_paid_back_counts_once_and_never_more_than_is_left(
    case: RecoveryCase, people: Staff, made: Session
) -> None:
    given = {"on": TOLD, "by": people.reconciler}
    assert receive(made, case, amount_fen=12_000, reference="BANK-1", **given)  # type: ignore[arg-type]
    assert not receive(made, case, amount_fen=12_000, reference="BANK-1", **given)  # type: ignore[arg-type]
    for fen in (8_001, 0, -1):
        with pytest.raises(TooLarge):
            receive(made, case, amount_fen=fen, reference="BANK-2", **given)  # type: ignore[arg-type]
    assert receive(made, case, amount_fen=8_000, reference="BANK-2", **given)  # type: ignore[arg-type]
    assert case.state == "settled"
    with pytest.raises(NotWritable):
        receive(made, case, amount_fen=1, reference="BANK-3", **given)  # type: ignore[arg-type]
    assert balance(made, "unidentified_receipts") == 20_000
    assert balance(made, "recovery_receivable:MZ15") == 0


def test_two_others_write_off_each_with_a_reason(
    case: RecoveryCase, people: Staff, made: Session
) -> None:
    """Situation 78: what cannot be collected is kept, and given up by two people only."""
    notify(made, case, on=TOLD, how="公告", by=people.maker)
    with pytest.raises(ReasonMissing):
        approve_write_off(made, case, reason=" ", by=people.reviewer)
    assert not approve_write_off(made, case, reason="无遗产", by=people.reviewer)
    with pytest.raises(OwnCase):
        approve_write_off(made, case, reason="再次", by=people.reviewer)
    assert case.state == "noticed"
    assert approve_write_off(made, case, reason="已核实无遗产", by=people.signer)
    assert case.state == "written_off"
    assert balance(made, "written_off:MZ15") == 20_000
    assert balance(made, "recovery_receivable:MZ15") == 0
    with pytest.raises(NotWritable):
        approve_write_off(made, case, reason="又", by=OfficerFactory.create(duties=["reviewer"]))


def test_neither_the_maker_nor_who_agreed_writes_off(
    months: Months, people: Staff, made: Session
) -> None:
    person = payee()
    months.knows(person, "2026-09")
    months.run("2026-09")
    months.knows(person, "2026-09", fen=0)
    months.mend("2026-10", "2026-09", by=people.signer.actor())
    (case,) = months.cases(person)
    with pytest.raises(OwnCase):
        approve_write_off(made, case, reason="自己", by=people.signer)
    _agreed(made, case, people)
    with pytest.raises(OwnCase):
        approve_write_off(made, case, reason="同意过", by=people.reviewer)
    with pytest.raises(NotAllowed):
        approve_write_off(made, case, reason="经办", by=people.maker)


def test_the_database_itself_wants_two_to_write_off(case: RecoveryCase, made: Session) -> None:
    with pytest.raises(DBAPIError, match="two officers"), made.begin_nested():
        made.execute(text("UPDATE recovery_cases SET state = 'written_off'"))
    with pytest.raises(DBAPIError, match="never changes"), made.begin_nested():
        made.execute(text("UPDATE recovery_cases SET subject_id = 1"))
    for table in ("recovery_items", "recovery_cases"):
        with pytest.raises(DBAPIError, match="never changed or deleted"), made.begin_nested():
            made.execute(text(f"DELETE FROM {table}"))


def test_what_was_given_up_is_not_asked_for_again(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session
) -> None:
    approve_write_off(made, case, reason="无力偿还", by=people.reviewer)
    approve_write_off(made, case, reason="核实", by=people.signer)
    assert months.mend("2026-10", "2026-08", "2026-09").cases == 0
    months.knows(owing, "2026-08", fen=10_000)
    assert months.mend("2026-10", "2026-08", "2026-09").batch is None, "it was kept by the resident"


def test_a_sum_on_its_way_is_not_written_off(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session
) -> None:
    _agreed(made, case, people)
    months.knows(owing, "2026-11")
    months.build("2026-11")
    with pytest.raises(OnItsWay):
        approve_write_off(made, case, reason="核实", by=people.signer)
    months.pay()
    assert not approve_write_off(made, case, reason="核实", by=people.signer)
    other = OfficerFactory.create(duties=["reviewer"])
    assert approve_write_off(made, case, reason="核实", by=other)
    assert balance(made, "written_off:MZ15") == 15_000


def test_the_ledger_balances_through_every_step(
    months: Months, owing: Person, case: RecoveryCase, people: Staff, made: Session
) -> None:
    assert balance(made, "settled:MZ15") == 0
    assert balance(made, "recovery_receivable:MZ15") == 20_000
    _agreed(made, case, people)
    months.knows(owing, "2026-11")
    months.run("2026-11")
    assert balance(made, "settled:MZ15") == 10_000, "5,000 by the bank, 5,000 kept"
    receive(made, case, amount_fen=1_000, on=TOLD, reference="BANK-1", by=people.reconciler)
    months.knows(owing, "2026-08")
    months.mend("2026-12", "2026-08", "2026-09")
    figures = standing(made, case.id)
    assert (figures.asked_fen, figures.left_fen) == (16_000, 10_000)
    months.pay()
    assert balance(made, "settled:MZ15") == 20_000, "August and November"
    assert balance(made, "recovery_receivable:MZ15") == 10_000, "September"
    assert sum(balances(made).values()) == 0
