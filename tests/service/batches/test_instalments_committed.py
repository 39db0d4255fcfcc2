"""A split beside other transactions: many at once, in a job, by the command line, and past the code."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner

from service.approvals.decide import approve
from service.batches.instalments.models import InstalmentPart, InstalmentSplit
from service.batches.instalments.problems import NotShort, ShareUnusable
from service.batches.instalments.split import split
from service.batches.models import Batch
from service.batches.queries import locked
from service.cli import app as command_line
from service.foundation import jobs
from service.officers.models import Officer
from tests.factories.batches import PAY_DAY, county_batch, frozen
from tests.factories.officers import OfficerFactory, staff
from tests.foundation.committed import Committed
from tests.service.batches.short_money import give, lines_in


def test_a_split_that_does_not_add_up_does_not_commit(committed: Committed) -> None:
    with committed.transaction() as session:
        batch_id = county_batch(session).id
        give(session, 24_000)
    attack = (
        "INSERT INTO instalment_splits (id, batch_id, due_fen, now_fen, lines, made_by, made_at) "
        f"VALUES (gen_random_uuid(), '{batch_id}', 40010, 24000, 0, 'sql', now())"
    )
    with (
        pytest.raises(IntegrityError, match="exactly what was due"),
        committed.transaction() as session,
    ):
        session.execute(text(attack))


def test_sixteen_splits_at_once_are_one_and_approvals_stay_within_the_money(
    committed: Committed,
) -> None:
    with committed.transaction() as session:
        batches = [county_batch(session, 3).id, county_batch(session, 3, month="2026-11").id]
        give(session, 40_000)
        people = [staff() for _ in range(8)]
        makers = [one.maker.id for one in people]
        reviewers = [one.reviewer.id for one in people]
    together = Barrier(16)

    def divide(number: int) -> bool:
        together.wait(timeout=60)
        try:
            with committed.transaction() as session:
                batch = session.get_one(Batch, batches[number % 2])
                split(session, batch, by=session.get_one(Officer, makers[number // 2]))
        except (NotShort, ShareUnusable):
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(divide, range(16))) == 2
    with committed.transaction() as session:
        splits = select(InstalmentSplit.batch_id, func.count()).group_by(InstalmentSplit.batch_id)
        assert all(count == 1 for _, count in session.execute(splits))
        waiting = session.scalar(select(func.sum(InstalmentPart.waiting_fen))) or 0
        ready = sum(line.amount_fen for line in lines_in(session, "ready"))
        assert ready <= 40_000
        assert ready + waiting == 2 * 30_006
        for batch_id in batches:
            frozen(session, session.get_one(Batch, batch_id), staff())
    again = Barrier(16)

    def decide(number: int) -> str:
        again.wait(timeout=60)
        try:
            with committed.transaction() as session:
                batch = locked(session, batches[number % 2])
                approve(
                    session, batch, by=session.get_one(Officer, reviewers[number // 2]), on=PAY_DAY
                )
        except Exception as error:
            return type(error).__name__
        return "approved"

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(decide, range(16)))
    assert said.count("approved") == 2
    with committed.transaction() as session:
        left = session.scalar(text("SELECT amount_fen - committed_fen FROM appropriations"))
        assert left is not None
        assert left >= 0


def test_the_raise_itself_lets_the_rests_go_on(committed: Committed) -> None:
    with committed.transaction() as session:
        batch = county_batch(session)
        give(session, 24_000)
        split(session, batch, by=OfficerFactory.create())
    jobs.drain(kinds=("instalments.release",))
    with committed.transaction() as session:
        # Not a fen of it is committed yet: what waits may be listed beside the first part already.
        assert [line.state for line in lines_in(session, "held")] == []
        give(session, 50_000)
    jobs.drain(kinds=("instalments.release",))
    with committed.transaction() as session:
        assert sum(line.amount_fen for line in lines_in(session, "ready")) == 40_010


def test_the_command_looks_and_divides(committed: Committed) -> None:
    with committed.transaction() as session:
        number = county_batch(session).batch_no
        give(session, 24_000)
        username = OfficerFactory.create().username
    run = CliRunner().invoke
    looked = run(command_line, ["month", "instalments", number, "--json"])
    assert json.loads(looked.output)["share_fen"] == 24_000
    done = run(
        command_line,
        ["month", "instalments", number, "--by", username, "--amount", "200.05", "--json"],
    )
    assert json.loads(done.output)["now_fen"] == 20_005
