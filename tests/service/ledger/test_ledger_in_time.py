"""The books as they were known at an instant and booked by a day, and what the database keeps of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation import clock
from service.foundation.problems import NotFound
from service.ledger.appropriate import appropriate, commit
from service.ledger.cut import EVERYTHING, Cut
from service.ledger.models import LedgerEntry
from service.ledger.post import account_code, post
from service.ledger.postings import Wanted, walk, whole
from service.ledger.queries import account_balances, balance, balances
from service.ledger.reverse import NotReversible, reverse
from service.ledger.waterfall import BY, FIGURES, KINDS_OF, divide, total, waterfall
from tests.foundation.committed import Committed

START = datetime(2026, 10, 16, 1, tzinfo=UTC)
DAY = date(2026, 10, 16)
MOVES = {
    # From where to where, as money goes; what a bank does carries the bank.
    "commit": ("available", "commitments"),
    "release": ("commitments", "available"),
    "send": ("commitments", "in_transit"),
    "pay": ("in_transit", "settled"),
    "reject": ("in_transit", "commitments"),
    "return": ("settled", "returned_held"),
    "return of a return": ("returned_held", "settled"),
    "commit again": ("returned_held", "commitments"),
    "ask back": ("settled", "recovery_receivable"),
    "give up": ("recovery_receivable", "written_off"),
    "paid back": ("recovery_receivable", "unidentified_receipts"),
    "to the treasury": ("returned_held", "due_to_treasury"),
}


@dataclass(frozen=True)
class Happened:
    move: str
    programme: str
    bank: str
    fen: int
    minute: int
    day: int


HAPPENED = st.builds(
    Happened,
    move=st.sampled_from(sorted(MOVES)),
    programme=st.sampled_from(("MZ15", "MZ17")),
    bank=st.sampled_from(("ccb", "rural")),
    fen=st.integers(1, 10**9),
    minute=st.integers(0, 5),
    day=st.integers(0, 3),
)
SOURCES = st.lists(st.integers(0, 10**9), min_size=3, max_size=3).filter(any)


def _code(kind: str, one: Happened) -> str:
    if kind == "unidentified_receipts":
        return kind
    channel = one.bank if kind == "in_transit" else ""
    return account_code(kind, programme=one.programme, channel=channel)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock on the wall that a test may turn, also back."""
    shown = [START]
    monkeypatch.setattr(clock, "now", lambda: shown[0])
    return shown


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None
)
@given(
    st.lists(HAPPENED, max_size=14),
    SOURCES,
    st.one_of(st.none(), st.integers(-1, 6)),
    st.one_of(st.none(), st.integers(-1, 4)),
)
def test_the_waterfall_is_the_trial_balance_to_the_fen_at_every_cut(
    session: Session,
    wall: list[datetime],
    events: list[Happened],
    given_fen: list[int],
    at: int | None,
    through: int | None,
) -> None:
    with session.begin_nested() as example:
        wall[0] = START
        names = ("中央", "省级", "县级")
        for programme in ("MZ15", "MZ17"):
            appropriate(
                session, programme, 2026, sum(given_fen), fund_source="、".join(names), by=SYSTEM,
                sources=dict(zip(names, given_fen, strict=True)),
            )  # fmt: skip
        for number, one in enumerate(events):
            wall[0] = START + timedelta(minutes=one.minute)
            source, target = (_code(kind, one) for kind in MOVES[one.move])
            post(
                session, one.move, str(number), {target: one.fen, source: -one.fen},
                booked_on=clock.today() + timedelta(days=one.day), channel=one.bank,
            )  # fmt: skip
        cut = Cut(
            None if at is None else START + timedelta(minutes=at),
            None if through is None else DAY + timedelta(days=through),
        )
        inside = [
            one
            for one in events
            if (at is None or one.minute <= at) and (through is None or one.day <= through)
        ]
        expected: dict[str, int] = defaultdict(int)
        for one in inside:
            source, target = MOVES[one.move]
            expected[source] -= one.fen
            expected[target] += one.fen
        if (at is None or at >= 0) and (through is None or through >= 0):
            expected["available"] += 2 * sum(given_fen)
            expected["authority"] -= 2 * sum(given_fen)

        booked = account_balances(session, cut)
        assert sum(one.amount_fen for one in booked) == 0
        assert {one.code: one.amount_fen for one in booked} == balances(
            session, at=cut.at, through=cut.through
        )
        kinds: dict[str, int] = defaultdict(int)
        for balance_ in booked:
            kinds[balance_.kind] += balance_.amount_fen
            assert balance_.amount_fen == balance_.debit_fen - balance_.credit_fen
        assert {kind: fen for kind, fen in kinds.items() if fen} == {
            kind: fen for kind, fen in expected.items() if fen
        }

        finest = waterfall(session, cut, by=BY)
        coarse = [waterfall(session, cut, by=one) for one in (("programme",), ("channel",), ())]
        assert {total(rows) for rows in coarse} == {total(finest)}
        said = total(finest)
        for figure, of_kinds in KINDS_OF.items():
            sign = -1 if figure == "appropriated_fen" else 1
            assert getattr(said, figure) == sign * sum(kinds[kind] for kind in of_kinds), figure
        assert said.recovered_fen == kinds["unidentified_receipts"]
        assert said.returned_fen == sum(
            one.fen if one.move == "return" else -one.fen
            for one in inside
            if one.move.startswith("return")
        )
        for bank in ("ccb", "rural"):
            own = total(one for one in finest if one.channel == bank)
            assert own.in_transit_fen == sum(
                one.amount_fen for one in booked if one.code.startswith(f"in_transit:{bank}")
            )
        example.rollback()


@given(st.integers(-(10**15), 10**15), SOURCES)
def test_money_is_divided_in_whole_fen_that_add_up(amount_fen: int, given_fen: list[int]) -> None:
    names = ("a", "b", "c")
    parts = divide(amount_fen, dict(zip(names, given_fen, strict=True)))
    assert sum(parts.values()) == amount_fen
    for name, share in zip(names, given_fen, strict=True):
        exact = amount_fen * share
        assert abs(parts[name] * sum(given_fen) - exact) < 2 * sum(given_fen)
    assert set(FIGURES) >= set(KINDS_OF)


def test_money_of_no_named_source_is_not_made_up(session: Session) -> None:
    assert divide(7, {}) == {"": 7}
    post(session, "t", "1", {"settled:X": 7, "available:X": -7}, booked_on=DAY)
    (row,) = waterfall(session, by=BY)
    assert (row.programme, row.fund_source, row.channel) == ("X", "", "")
    with pytest.raises(ValueError, match="fund_source"):
        waterfall(session, by=("village",))


def test_what_each_source_gives_is_an_account_and_a_new_share_moves_between_them(
    session: Session,
) -> None:
    appropriate(session, "MZ15", 2026, 900, fund_source="省级", by=SYSTEM)
    appropriate(
        session, "MZ15", 2026, 1_000, fund_source="中央、省级", by=SYSTEM,
        sources={"中央": 600, "省级": 400},
    )  # fmt: skip
    assert balances(session) == {
        "available:MZ15": 1_000, "authority:MZ15:中央": -600, "authority:MZ15:省级": -400,
    }  # fmt: skip
    entries = len(session.scalars(select(LedgerEntry)).all())
    appropriate(
        session, "MZ15", 2026, 1_000, fund_source="中央、省级", by=SYSTEM,
        sources={"中央": 600, "省级": 400},
    )  # fmt: skip
    assert len(session.scalars(select(LedgerEntry)).all()) == entries == 2
    commit(session, "MZ15", 2026, 333, batch="a", on=DAY)
    parts = {one.fund_source: one.committed_fen for one in waterfall(session, by=BY)}
    assert parts == {"中央": 199, "省级": 134}
    with pytest.raises(ValueError, match="add up"):
        appropriate(
            session, "MZ15", 2026, 5, fund_source="x", by=SYSTEM, sources={"x": 6}
        )  # fmt: skip


def test_a_clock_that_jumps_back_a_day_changes_neither_order_nor_balance(
    session: Session, wall: list[datetime]
) -> None:
    for number, jump in enumerate((timedelta(), timedelta(days=-1), timedelta(days=365))):
        wall[0] = START + jump
        post(session, "t", str(number), {"settled:X": 1, "pool": -1}, booked_on=DAY)
    found = walk(session, Wanted(kind="settled"))
    assert [one.entry.event_id for one in found.sides] == ["2", "1", "0"]
    numbers = [one.entry.number for one in found.sides]
    assert numbers == sorted(numbers, reverse=True)
    assert balance(session, "settled:X") == 3
    assert balances(session, at=START)["settled:X"] == 2, "a year ahead is not known yet"


def test_postings_are_walked_page_by_page_and_none_is_seen_twice_or_left_out(
    session: Session,
) -> None:
    for number in range(57):
        post(session, "t", str(number), {"settled:X": 1, "pool": -1}, booked_on=DAY)
    first = walk(session, Wanted(account="settled:X"))
    assert (len(first.sides), first.total, first.amount_fen) == (50, 57, 57)
    post(session, "t", "late", {"settled:X": 1, "pool": -1}, booked_on=DAY)
    second = walk(session, Wanted(account="settled:X"), before=first.next)
    assert second.next is None
    seen = [one.entry.event_id for one in (*first.sides, *second.sides)]
    assert seen == [str(number) for number in reversed(range(57))]
    assert walk(session, Wanted(event="t", since=DAY + timedelta(days=1))).total == 0
    assert walk(session, Wanted(cut=EVERYTHING, programme="X")).total == 58


def test_a_wrong_entry_is_taken_back_once_by_a_new_one_that_names_it(session: Session) -> None:
    post(session, "t", "1", {"settled:X": 5, "in_transit:ccb:X": -5}, booked_on=DAY)
    wrong = session.scalars(select(LedgerEntry)).one()
    with pytest.raises(NotReversible, match="reason is missing"):
        reverse(session, wrong.id, on=DAY, reason=" ", by=SYSTEM)
    with pytest.raises(NotReversible, match="later than"):
        reverse(session, wrong.id, on=DAY - timedelta(days=1), reason="x", by=SYSTEM)
    back = reverse(session, wrong.id, on=DAY, reason="记错项目", by=SYSTEM)
    assert reverse(session, wrong.id, on=DAY, reason="again", by=SYSTEM).id == back.id
    assert balances(session) == {"settled:X": 0, "in_transit:ccb:X": 0}
    assert (back.channel, back.reason, back.reverses_id) == ("ccb", "记错项目", wrong.id)
    found = whole(session, wrong.id)
    assert found is not None
    assert found.reversed_by is not None
    assert [one.posting.amount_fen for one in found.sides] == [5, -5]
    with pytest.raises(NotReversible, match="takes another one back"):
        reverse(session, back.id, on=DAY, reason="x", by=SYSTEM)
    with pytest.raises(NotFound):
        reverse(session, uuid4(), on=DAY, reason="x", by=SYSTEM)


def test_direct_sql_changes_nothing_that_was_posted(committed: Committed) -> None:
    with committed.transaction() as session:
        post(session, "t", "1", {"settled:X": 5, "pool": -5}, booked_on=DAY)
    refused = (
        "UPDATE ledger_accounts SET programme = 'Y'",
        "DELETE FROM ledger_accounts",
        "TRUNCATE ledger_accounts CASCADE",
        "UPDATE ledger_entries SET booked_on = booked_on + 1",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries CASCADE",
        "UPDATE ledger_postings SET amount_fen = 2 * amount_fen",
        "DELETE FROM ledger_postings",
        "TRUNCATE ledger_postings",
        # Two sides that balance, added to what was posted yesterday.
        (
            "INSERT INTO ledger_postings (entry_id, account_id, amount_fen) "
            "SELECT entry_id, account_id, -amount_fen FROM ledger_postings"
        ),
        (
            "INSERT INTO ledger_entries (id, event_type, event_id, booked_on, at, made_in) "
            "VALUES (gen_random_uuid(), 't', '2', '2026-10-16', now(), 0)"
        ),
        # Somebody who writes his own transaction's number into an old entry's place.
        (
            "WITH e AS (INSERT INTO ledger_entries (id, event_type, event_id, booked_on, at) VALUES "
            "(gen_random_uuid(), 't', '3', '2026-10-16', now()) RETURNING id) INSERT INTO "
            "ledger_postings (entry_id, account_id, amount_fen) SELECT e.id, a.id, 1 "
            "FROM e, ledger_accounts a"
        ),
    )
    with psycopg.connect(committed.url, autocommit=True) as connection:
        for statement in refused:
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(statement)
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(
                "INSERT INTO ledger_entries (id, event_type, event_id, booked_on, at) "
                "VALUES (gen_random_uuid(), 't', '1', '2026-10-16', now())"
            )
    with committed.transaction() as session:
        assert balances(session) == {"settled:X": 5, "pool": -5}
