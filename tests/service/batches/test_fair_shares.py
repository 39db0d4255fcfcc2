"""While the money cannot pay every open list, nobody's list is approved beyond the others' share."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.approvals.back import send_back
from service.approvals.decide import approve
from service.audit.actor import SYSTEM
from service.batches.instalments.fair import MoneyContested
from service.batches.instalments.release import release_waiting
from service.batches.instalments.short import Claim, Shortage, shortage
from service.batches.instalments.split import split
from service.batches.models import Batch, Payment
from service.batches.queries import locked
from service.ledger.appropriate import AppropriationExceeded, appropriate
from service.officers.models import Officer
from tests.factories.batches import PAY_DAY, county_batch, frozen
from tests.factories.officers import Staff, staff
from tests.foundation.committed import Committed

YEAR = 2026
CLAIMS = st.lists(
    st.tuples(st.integers(1, 10**9), st.integers(0, 100)), min_size=1, max_size=6
)  # fmt: skip


def _give(session: Session, fen: int) -> None:
    appropriate(session, "MZ15", YEAR, fen, fund_source="县级", by=SYSTEM)


def _approve(session: Session, batch: Batch, people: Staff) -> None:
    approve(session, batch, by=people.reviewer, on=PAY_DAY)


@pytest.fixture
def lists(made: Session) -> list[Batch]:
    """Three lines of 300.06 yuan together in October, and the same in November."""
    return [county_batch(made, 3), county_batch(made, 3, month="2026-11")]


def test_a_list_that_fits_is_not_paid_whole_while_another_is_short(
    made: Session, lists: list[Batch]
) -> None:
    _give(made, 40_000)
    people = [frozen_by(made, one) for one in lists]
    for one, other, who in zip(lists, reversed(lists), people, strict=True):
        with pytest.raises(MoneyContested) as refused, made.begin_nested():
            _approve(made, one, who)
        assert refused.value.members == {"lists": [other.batch_no], "share_fen": 20_000}
        assert f"and by {other.batch_no}" in str(refused.value)
        assert "本次至多发放 200.00 元" in refused.value.say("zh")
        assert one.state in ("frozen", "noticed")
    _give(made, 60_012)
    for one, who in zip(lists, people, strict=True):
        _approve(made, one, who)


def frozen_by(session: Session, batch: Batch) -> Staff:
    people = staff()
    frozen(session, batch, people)
    return people


def test_divided_both_are_approved_in_any_order(made: Session, lists: list[Batch]) -> None:
    _give(made, 40_000)
    for one in reversed(lists):
        people = staff()
        assert split(made, one, by=people.maker).now_fen == 20_000
        frozen(made, one, people)
    for one in lists:
        _approve(made, one, staff())
    left = made.scalar(text("SELECT amount_fen - committed_fen FROM appropriations"))
    assert left == 0


def test_direct_sql_does_not_approve_it_either(made: Session, lists: list[Batch]) -> None:
    _give(made, 40_000)
    attack = text("UPDATE batches SET state = 'approved' WHERE id = :id")
    for one in lists:
        frozen_by(made, one)
        with pytest.raises(IntegrityError, match="an approval is missing"), made.begin_nested():
            made.execute(attack, {"id": one.id})
    # Who could get past the guards of approvals and notices still does not get past this one.
    for other in ("no_step_skipped", "require_notice"):
        made.execute(text(f"ALTER TABLE batches DISABLE TRIGGER {other}"))
    for one in lists:
        with pytest.raises(IntegrityError, match="the same share"), made.begin_nested():
            made.execute(attack, {"id": one.id})
    _give(made, 60_012)
    for one in lists:
        with made.begin_nested() as only_to_see:
            made.execute(attack, {"id": one.id})
            only_to_see.rollback()


def test_who_was_paid_a_part_waits_until_the_others_have_as_much(
    made: Session, lists: list[Batch]
) -> None:
    october, november = lists
    people = staff()
    _give(made, 60_012)
    # Half of October was approved before November asked for anything.
    made.execute(text("UPDATE appropriations SET amount_fen = 15003"))
    divided = split(made, october, by=people.maker, now_fen=7_000)
    frozen(made, october, people)
    _approve(made, october, people)
    made.execute(text("UPDATE appropriations SET amount_fen = 30000"))
    # 30,006 each; October has 7,000. With 23,000 more both can have 15,000.
    assert divided.now_fen == 7_000
    money = shortage(made, november)
    assert (money.left_fen, money.asked_fen, money.share_fen) == (23_000, 53_012, 15_000)
    release_waiting(made, "MZ15", str(YEAR))
    rest = made.scalars(select(Batch).where(Batch.kind == "instalment")).one()
    assert shortage(made, rest).share_fen == 8_000
    assert shortage(made, november).share_fen == 15_000
    for one in (rest, november):
        people = staff()
        split(made, one, by=people.maker)
        frozen(made, one, people)
        _approve(made, one, people)
    paid = Counter[str]()
    for line in made.scalars(select(Payment).where(Payment.state == "frozen")):
        paid[line.period] += line.amount_fen
    assert paid == {"2026-10": 15_000, "2026-11": 15_000}


def test_a_list_that_comes_back_is_not_put_behind_the_rests_of_others(
    made: Session, lists: list[Batch]
) -> None:
    _give(made, 40_000)
    people = staff()
    for one in lists:
        split(made, one, by=people.maker)
        frozen(made, one, people)
        _approve(made, one, people)
    send_back(made, lists[1], by=people.signer, reason="账户待核", on=PAY_DAY)
    frozen(made, lists[1], people)
    _approve(made, lists[1], staff())
    assert [one.state for one in lists] == ["approved", "approved"]


def test_more_than_is_left_is_told_as_that(made: Session, lists: list[Batch]) -> None:
    _give(made, 30_005)
    people = frozen_by(made, lists[0])
    with pytest.raises(AppropriationExceeded):
        _approve(made, lists[0], people)


def test_sixteen_at_once_approve_nothing_of_what_is_contested(committed: Committed) -> None:
    """Each of four lists fits alone, and two of them; whoever is first still gets nothing more."""
    with committed.transaction() as session:
        ids = [county_batch(session, 3, month=f"2026-{9 + number:02d}").id for number in range(4)]
        _give(session, 90_000)
        for one in ids:
            frozen(session, session.get_one(Batch, one), staff())
        deciders = [staff().reviewer.id for _ in range(16)]
        makers = [staff().maker.id for _ in range(16)]

    def decide(session: Session, batch: Batch, number: int) -> None:
        approve(session, batch, by=session.get_one(Officer, deciders[number]), on=PAY_DAY)

    assert _at_once(committed, ids, decide) == {"MoneyContested": 16}
    with committed.transaction() as session:
        for one in ids:
            reviewer = session.get_one(Officer, deciders[0])
            send_back(session, locked(session, one), by=reviewer, reason="分期", on=PAY_DAY)

    def divide(session: Session, batch: Batch, number: int) -> None:
        split(session, batch, by=session.get_one(Officer, makers[number]))

    assert _at_once(committed, ids, divide) == {"done": 4, "NotShort": 12}
    with committed.transaction() as session:
        for one in ids:
            frozen(session, session.get_one(Batch, one), staff())
        deciders[:] = [staff().reviewer.id for _ in range(16)]
    said = _at_once(committed, ids, decide)
    assert said["done"] == 4
    with committed.transaction() as session:
        now = Counter[UUID]()
        for line in session.scalars(select(Payment).where(Payment.state == "frozen")):
            now[line.batch_id] += line.amount_fen
        assert set(now.values()) == {22_500}
        left = session.scalar(text("SELECT amount_fen - committed_fen FROM appropriations"))
        assert left == 0


def _at_once(
    committed: Committed, ids: list[UUID], do: Callable[[Session, Batch, int], None]
) -> Counter[str]:
    together = Barrier(16)

    def attempt(number: int) -> str:
        together.wait(timeout=60)
        try:
            with committed.transaction() as session:
                do(session, locked(session, ids[number % len(ids)]), number)
        except Exception as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(attempt, range(16)))


@settings(max_examples=200, deadline=None)
@given(claims=CLAIMS, part=st.integers(0, 12_000))
def test_shares_are_equal_and_within_what_is_left(claims: list[tuple[int, int]], part: int) -> None:
    """Of every claim a list is open for what was not given; all shares together fit."""
    found = [(due, due * percent // 100) for due, percent in claims]
    left = sum(due - given_fen for due, given_fen in found) * part // 10_000
    shares = []
    for place, (due, given_fen) in enumerate(found):
        everybody = tuple(
            Claim(done, whole, whole - done if at == place else 0, (uuid4(),))
            for at, (whole, done) in enumerate(found)
            if whole > done
        )
        money = Shortage(left, due - given_fen, everybody)
        shares.append(money.share_fen)
        assert 0 <= money.share_fen <= due - given_fen
        assert money.is_short == (money.share_fen < due - given_fen)
    assert sum(shares) <= left or shares == [due - given_fen for due, given_fen in found]
    raised = [
        (given_fen + share, due)
        for share, (due, given_fen) in zip(shares, found, strict=True)
        if share
    ]
    for reached, due in raised:
        for other, whole in raised:
            # Equal parts, but for a fen: a/b - c/d is within one fen of either.
            assert abs(reached * whole - other * due) <= 2 * max(whole, due)
