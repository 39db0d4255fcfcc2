"""Tallies always equal what counting would give: any order of writes, rollbacks, writers at once, a kill."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.batches import figures
from service.batches.lifecycle import PAYMENT_MOVES
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.queries import held_totals, holds_of, locked
from service.batches.tallies import queries as tallies
from service.foundation import clock, ids
from service.foundation.migrating import configuration, upgrade
from tests.factories.batches import BatchFactory, PaymentFactory, channel
from tests.foundation.committed import Committed, committed, template

__all__ = ["committed", "template"]

VILLAGES = ("330523100200", "330523101201", None)
LIVE_LINES = """
    SELECT batch_id, {cut}, count(*), sum(amount_fen)::bigint FROM payments GROUP BY batch_id, {cut}
"""
KEPT_LINES = """
    SELECT batch_id, {cut}, sum(lines)::bigint, sum(amount_fen)::bigint FROM line_tallies
    WHERE cut = '{name}' GROUP BY batch_id, {cut} HAVING sum(lines) <> 0 OR sum(amount_fen) <> 0
"""
CUTS = {"bank": "state, channel_id, bank_file_id", "place": "state, division"}
LIVE_HOLDS = """
    SELECT p.batch_id, h.control, p.division, count(*) FROM payment_holds h
    JOIN payments p ON p.id = h.payment_id WHERE h.cleared_at IS NULL GROUP BY 1, 2, 3
"""
KEPT_HOLDS = """
    SELECT batch_id, control, division, sum(holds)::bigint FROM hold_tallies GROUP BY 1, 2, 3
    HAVING sum(holds) <> 0
"""
ARE_TRUE = [
    *(
        (LIVE_LINES.format(cut=cut), KEPT_LINES.format(cut=cut, name=name))
        for name, cut in CUTS.items()
    ),
    (LIVE_HOLDS, KEPT_HOLDS),
]


def assert_true(ask: Callable[[str], list[Any]]) -> None:
    """Compare every kept sum with what counting gives."""
    for live, kept in ARE_TRUE:
        assert sorted(map(str, ask(kept))) == sorted(map(str, ask(live)))


def in_session(session: Session) -> Callable[[str], list[Any]]:
    def ask(query: str) -> list[Any]:
        return [tuple(row) for row in session.execute(text(query))]

    return ask


def in_database(url: str) -> Callable[[str], list[Any]]:
    def ask(query: str) -> list[Any]:
        with psycopg.connect(url) as connection:
            return connection.execute(query).fetchall()

    return ask


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, int, int, bool]]:
    """Acts on a few batches: which, on what, how, and whether it is rolled back."""
    acts = ("list", "move", "hold", "clear", "again", "elsewhere", "address", "file", "all")
    one = st.tuples(st.sampled_from(acts), st.integers(0, 9), st.integers(0, 9), st.booleans())
    return draw(st.lists(one, min_size=5, max_size=25))


class Desk:
    """What can happen to lines, each by plain statements as any stage writes them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.batches = [BatchFactory.create() for _ in range(2)]
        self.channels = [channel("rural").id, None]
        for number in range(6):
            self.list(number, number)

    def do(self, act: str, first: int, second: int) -> None:
        getattr(self, act)(first, second)

    def lines(self) -> list[int]:
        mine = [batch.id for batch in self.batches]
        query = select(Payment.id).where(Payment.batch_id.in_(mine)).order_by(Payment.id)
        return list(self.session.scalars(query))

    def list(self, first: int, second: int) -> None:
        PaymentFactory.create_batch(
            1 + second % 3,
            batch=self.batches[first % 2],
            state=("ready", "held")[second % 2],
            division=VILLAGES[first % 3],
            channel_id=self.channels[second % 2],
            amount_fen=100 + first,
        )

    def move(self, first: int, second: int) -> None:
        line = self.lines()[first % len(self.lines())]
        state = self.session.scalar(text("SELECT state FROM payments WHERE id = :id"), {"id": line})
        ways = sorted(then for now, then in PAYMENT_MOVES if now == state)
        if ways:
            self.run("UPDATE payments SET state = :to WHERE id = :id", id=line,
                     to=ways[second % len(ways)])  # fmt: skip

    def all(self, first: int, _second: int) -> None:
        self.run(
            "UPDATE payments SET state = 'frozen' WHERE batch_id = :batch AND state = 'ready'",
            batch=self.batches[first % 2].id,
        )

    def hold(self, first: int, second: int) -> None:
        line = self.lines()[first % len(self.lines())]
        self.run(
            "INSERT INTO payment_holds (payment_id, control, found_at) VALUES (:id, :control, :at) "
            "ON CONFLICT (payment_id, control) DO UPDATE SET cleared_at = NULL, cleared_by = NULL, "
            "cleared_reason = NULL WHERE payment_holds.cleared_by = 'data'",
            id=line, control=f"control_{second % 2}", at=clock.now(),
        )  # fmt: skip

    def again(self, first: int, second: int) -> None:
        for number in range(3):
            self.hold(first + number, second)

    def clear(self, first: int, second: int) -> None:
        line = self.lines()[first % len(self.lines())]
        who = ("data", "officer")[second % 2]
        self.run(
            "UPDATE payment_holds SET cleared_at = :at, cleared_by = :who, cleared_reason = '' "
            "WHERE payment_id = :id AND cleared_at IS NULL",
            id=line, at=clock.now(), who=who,
        )  # fmt: skip

    def elsewhere(self, first: int, _second: int) -> None:
        self.run(
            "UPDATE payments SET batch_id = :to WHERE state = 'held' AND id % 3 = :third "
            "AND batch_id = :out",
            to=self.batches[first % 2].id, out=self.batches[(first + 1) % 2].id, third=first % 3,
        )  # fmt: skip

    def address(self, first: int, second: int) -> None:
        line = self.lines()[first % len(self.lines())]
        self.run(
            "UPDATE payments SET channel_id = :channel WHERE id = :id AND state IN ('held', 'ready')",
            id=line, channel=self.channels[second % 2],
        )  # fmt: skip

    def file(self, first: int, _second: int) -> None:
        self.run(
            "UPDATE payments SET bank_file_id = :file WHERE batch_id = :batch AND state = 'frozen'",
            batch=self.batches[first % 2].id, file=ids.uuid7(),
        )  # fmt: skip

    def run(self, statement: str, **values: Any) -> None:
        self.session.execute(text(statement), values)
        self.session.expire_all()


@given(script=steps())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_tallies_are_what_counting_gives(
    made: Session, script: list[tuple[str, int, int, bool]]
) -> None:
    with made.begin_nested() as whole:
        desk = Desk(made)
        for act, first, second, is_undone in script:
            with made.begin_nested() as inner:
                desk.do(act, first, second)
                if is_undone:
                    inner.rollback()
            assert_true(in_session(made))
        whole.rollback()
    made.expire_all()


def test_pages_read_the_same_as_counting(made: Session) -> None:
    batch = BatchFactory.create()
    bank = channel("rural")
    PaymentFactory.create_batch(3, batch=batch, channel_id=bank.id, amount_fen=1_000)
    held = PaymentFactory.create_batch(2, batch=batch, state="held", amount_fen=70)
    for line in held:
        made.add(PaymentHold(payment_id=line.id, control="no_account", found_at=clock.now()))
    made.flush()
    first = made.scalars(
        select(Payment).where(Payment.batch_id == batch.id, Payment.state == "ready")
    ).first()
    assert first is not None
    first.bank_file_id = ids.uuid7()
    made.flush()
    sums = figures.totals_of(made, [batch.id])[batch.id]
    assert (sums.lines, sums.amount_fen, sums.held, sums.held_fen) == (5, 3_140, 2, 140)
    (share,) = figures.bank_shares(made, batch)
    assert (share.channel.id, share.lines, share.amount_fen, share.files) == (bank.id, 3, 3_000, 1)
    assert holds_of(made, batch) == {"no_account": 2}
    assert held_totals(made, batch.month)["no_account"] == 2
    assert figures.months_with_totals(made)[batch.month][1].lines >= 5
    assert figures.totals_of(made, [ids.uuid7()]).popitem()[1] == figures.Totals()


def test_rows_are_folded_so_that_a_reader_never_adds_up_every_act(made: Session) -> None:
    batch = BatchFactory.create()
    lines = PaymentFactory.create_batch(2, batch=batch)
    for number in range(400):
        state = ("held", "ready")[number % 2]
        made.execute(
            text("UPDATE payments SET state = :state WHERE id = :id"),
            {"state": state, "id": lines[0].id},
        )
    kept = made.scalar(
        text("SELECT count(*) FROM line_tallies WHERE batch_id = :batch"), {"batch": batch.id}
    )
    # Four rows each time, and every 256th of them is folded.
    assert kept is not None
    assert kept <= 256 + 8
    assert_true(in_session(made))


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT INTO line_tallies (batch_id, cut, state, lines, amount_fen) "
            "VALUES (gen_random_uuid(), 'bank', 'paid', 1, 1)"
        ),
        "UPDATE line_tallies SET lines = 0",
        "DELETE FROM hold_tallies",
        "TRUNCATE line_tallies",
        "TRUNCATE hold_tallies",
    ],
)
def test_nobody_but_the_triggers_writes_a_tally(made: Session, statement: str) -> None:
    PaymentFactory.create()
    with pytest.raises(IntegrityError, match="is never changed or deleted"), made.begin_nested():
        made.execute(text(statement))


@pytest.fixture
def desk(committed: Committed) -> tuple[Committed, list[Any], list[int]]:
    """Two committed batches and forty held lines of the first, each with two open holds."""
    with committed.transaction() as session:
        batches = [BatchFactory.create().id for _ in range(2)]
        first = session.get_one(Batch, batches[0])
        lines = [one.id for one in PaymentFactory.create_batch(40, batch=first, state="held")]
        session.add_all(
            PaymentHold(payment_id=line, control=f"control_{number}", found_at=clock.now())
            for line in lines
            for number in range(2)
        )
    return committed, batches, lines


def test_writers_at_once_lose_nothing(desk: tuple[Committed, list[Any], list[int]]) -> None:
    """Holds are cleared and found again, lines move to another batch and change state, all at once."""
    committed, batches, lines = desk
    statements = (
        (
            "UPDATE payment_holds SET cleared_at = now(), cleared_by = 'data', cleared_reason = '' "
            "WHERE payment_id = %(line)s AND control = 'control_0' AND cleared_at IS NULL"
        ),
        (
            "UPDATE payment_holds SET cleared_at = NULL, cleared_by = NULL, cleared_reason = NULL "
            "WHERE payment_id = %(line)s AND control = 'control_0' AND cleared_at IS NOT NULL"
        ),
        "UPDATE payments SET batch_id = %(second)s WHERE id = %(line)s AND state = 'held'",
        "UPDATE payments SET batch_id = %(first)s WHERE id = %(line)s AND state = 'held'",
        "UPDATE payments SET state = 'ready' WHERE id = %(line)s AND state = 'held'",
        "UPDATE payments SET state = 'held' WHERE id = %(line)s AND state = 'ready'",
    )
    failures: list[BaseException] = []

    def write(offset: int) -> None:
        try:
            with psycopg.connect(committed.url, autocommit=True) as connection:
                for number in range(60):
                    line = lines[(number * 7 + offset) % 8]
                    said = {"line": line, "first": batches[0], "second": batches[1]}
                    connection.execute(statements[(number + offset) % len(statements)], said)
        except BaseException as failure:
            failures.append(failure)

    writers = [threading.Thread(target=write, args=(offset,)) for offset in range(6)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert failures == []
    assert_true(in_database(committed.url))


def test_two_writers_of_one_batch_do_not_wait_for_each_other(
    desk: tuple[Committed, list[Any], list[int]],
) -> None:
    committed, _, lines = desk
    release = "UPDATE payments SET state = 'ready' WHERE id = %s"
    with psycopg.connect(committed.url) as one, psycopg.connect(committed.url) as other:
        other.execute("SET lock_timeout = '1s'")
        # Enough rows that each of them folds the batch's rows at least once.
        for line in lines[:20]:
            for statement in (release, "UPDATE payments SET state = 'held' WHERE id = %s") * 4:
                one.execute(statement, [line])
        for line in lines[20:]:
            for statement in (release, "UPDATE payments SET state = 'held' WHERE id = %s") * 4:
                other.execute(statement, [line])
        other.commit()
        assert_true(in_database(committed.url))
        one.rollback()
    assert_true(in_database(committed.url))


def test_two_who_refer_to_a_batch_may_both_lock_it_afterwards(
    desk: tuple[Committed, list[Any], list[int]],
) -> None:
    """A row that is written twice in one transaction has its reference checked: two files of a batch do."""
    committed, batches, _ = desk
    both_refer = threading.Barrier(2, timeout=60)
    failures: list[Exception] = []

    def refer_and_lock() -> None:
        try:
            with committed.transaction() as session:
                referred = text("SELECT FROM batches WHERE id = :id FOR KEY SHARE")
                session.execute(referred, {"id": batches[0]})
                both_refer.wait()
                locked(session, batches[0])
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=refer_and_lock) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []


def test_a_writer_that_is_killed_leaves_nothing_behind(
    desk: tuple[Committed, list[Any], list[int]],
) -> None:
    committed, batches, _ = desk
    victim = psycopg.connect(committed.url)
    victim.execute("UPDATE payments SET state = 'ready' WHERE batch_id = %s", [batches[0]])
    with psycopg.connect(committed.url) as killer:
        killer.execute("SELECT pg_terminate_backend(%s, 60000)", [victim.info.backend_pid])
    victim.close()
    assert_true(in_database(committed.url))
    with committed.transaction() as session:
        first = session.get_one(Batch, batches[0])
        assert tallies.states_seen(session, first, None) == {"held": 40}


def test_the_migration_counts_what_is_there_and_can_be_taken_back(
    desk: tuple[Committed, list[Any], list[int]],
) -> None:
    committed, batches, lines = desk
    scripts = ScriptDirectory.from_config(configuration(committed.url))
    (mine,) = [one for one in scripts.walk_revisions() if "tallies" in one.path]
    command.downgrade(configuration(committed.url), str(mine.down_revision))
    with committed.transaction() as session:
        session.execute(
            text("UPDATE payments SET state = 'ready' WHERE id = :id"), {"id": lines[0]}
        )
    upgrade(committed.url)
    assert_true(in_database(committed.url))
    with committed.transaction() as session:
        first = session.get_one(Batch, batches[0])
        assert tallies.states_seen(session, first, None) == {"held": 39, "ready": 1}
        assert session.scalar(select(func.count()).select_from(Payment)) == 40
