"""An event of money is posted once, balanced, and the database holds it when our code is wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting
from service.ledger.post import account_code, post
from service.ledger.queries import balance, balances
from tests.foundation.committed import Committed

DAY = date(2026, 10, 16)


def test_an_event_is_posted_once(session: Session) -> None:
    assert post(session, "test.paid", "1", {"settled:X": 5, "in_transit:ccb:X": -5}, booked_on=DAY)
    assert not post(
        session, "test.paid", "1", {"settled:X": 7, "in_transit:ccb:X": -7}, booked_on=DAY
    )
    assert post(session, "test.paid", "2", {"settled:X": 1, "in_transit:ccb:X": -1}, booked_on=DAY)
    assert post(session, "test.other", "1", {"settled:X": 1, "in_transit:ccb:X": -1}, booked_on=DAY)
    assert balance(session, "settled:X") == 7
    assert balances(session) == {"settled:X": 7, "in_transit:ccb:X": -7}


def test_an_event_posted_by_many_at_once_is_posted_once(committed: Committed) -> None:
    together = Barrier(8)

    def run(_: int) -> bool:
        together.wait(timeout=60)
        with committed.transaction() as session:
            return post(session, "test.paid", "1", {"settled:X": 5, "clearing": -5}, booked_on=DAY)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(run, range(8))) == 1
    with committed.transaction() as session:
        assert balance(session, "settled:X") == 5
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 1


def test_entries_that_need_the_same_new_accounts_do_not_wait_for_each_other_for_ever(
    committed: Committed,
) -> None:
    def run(number: int) -> bool:
        sides = {f"settled:P{place}": 1 for place in range(8)}
        if number % 2:
            sides = dict(reversed(sides.items()))
        with committed.transaction() as session:
            return post(session, "test.many", str(number), {**sides, "pool": -8}, booked_on=DAY)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(24)))
    with committed.transaction() as session:
        assert sum(balances(session).values()) == 0
        assert balance(session, "pool") == -192


def test_what_does_not_balance_is_a_mistake_of_ours(session: Session) -> None:
    with pytest.raises(ValueError, match="does not balance"):
        post(session, "test.paid", "1", {"settled:X": 5, "in_transit:ccb:X": -4}, booked_on=DAY)
    assert balances(session) == {}


def test_what_moves_nothing_is_not_posted(session: Session) -> None:
    assert not post(session, "test.paid", "1", {"settled:X": 0}, booked_on=DAY)
    assert session.scalars(select(LedgerEntry)).all() == []


def test_the_database_refuses_an_unbalanced_entry_at_the_commit(committed: Committed) -> None:
    entry = uuid4()

    def commit_one_side() -> None:
        with committed.transaction() as session:
            account = LedgerAccount(code="settled:X", kind="settled")
            session.add(account)
            session.add(
                LedgerEntry(id=entry, event_type="t", event_id="1", booked_on=DAY, at=clock.now())
            )
            session.flush()
            session.add(LedgerPosting(entry_id=entry, account_id=account.id, amount_fen=1))
            session.flush()

    with pytest.raises(Exception, match="a ledger entry does not balance"):
        commit_one_side()
    with committed.transaction() as session:
        assert session.scalars(select(LedgerPosting)).all() == []


def test_a_side_cannot_be_added_to_a_balanced_entry_by_direct_sql(committed: Committed) -> None:
    with committed.transaction() as session:
        post(session, "test.paid", "1", {"settled:X": 5, "clearing": -5}, booked_on=DAY)
    add = (
        "INSERT INTO ledger_postings (entry_id, account_id, amount_fen) "
        "SELECT entry_id, account_id, 1 FROM ledger_postings LIMIT 1"
    )
    with (
        psycopg.connect(committed.url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.CheckViolation, match="does not balance"),
    ):
        connection.execute(add)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("available", "commitments", "settled", "returned_held")),
            st.sampled_from(("available", "commitments", "settled", "returned_held")),
            st.integers(-(10**12), 10**12),
        ),
        max_size=12,
    )
)
def test_the_books_add_up_to_nothing_after_any_events(
    session: Session, events: list[tuple[str, str, int]]
) -> None:
    with session.begin_nested() as example:
        expected: dict[str, int] = {}
        for number, (debit, credit, amount_fen) in enumerate(events):
            if debit == credit:
                continue
            post(session, "e", str(number), {debit: amount_fen, credit: -amount_fen}, booked_on=DAY)
            expected[debit] = expected.get(debit, 0) + amount_fen
            expected[credit] = expected.get(credit, 0) - amount_fen
        found = balances(session)
        assert sum(found.values()) == 0
        assert {code: found.get(code, 0) for code in expected} == expected
        example.rollback()


def test_a_code_names_kind_then_channel_then_programme(session: Session) -> None:
    assert account_code("in_transit", channel="ccb", programme="MZ15") == "in_transit:ccb:MZ15"
    assert account_code("available", programme="MZ15") == "available:MZ15"
    assert account_code("bank_cash", channel="ccb") == "bank_cash:ccb"
    post(
        session,
        "t",
        "1",
        {"in_transit:ccb:MZ15": 1, "bank_cash:ccb": 1, "available:MZ15": -2},
        booked_on=DAY,
    )
    parts = {
        row.code: (row.kind, row.channel, row.programme)
        for row in session.scalars(select(LedgerAccount))
    }
    assert parts == {
        "in_transit:ccb:MZ15": ("in_transit", "ccb", "MZ15"),
        "bank_cash:ccb": ("bank_cash", "ccb", None),
        "available:MZ15": ("available", None, "MZ15"),
    }
