"""Workers killed at any moment, dozens of times: nothing is lost, and nobody is paid twice."""

import time
from collections.abc import Iterator
from itertools import count

from sqlalchemy import func, select, update

from service.audit.models import AuditEntry
from service.batches.models import Batch
from service.dispatch import queries
from service.dispatch.resolve import StillUnknown, release_resend
from service.foundation.jobs import Job
from service.ledger.queries import balances
from tests.bank_adapters.banks import wait_until
from tests.factories.banks import our_totals, their_totals
from tests.factories.town import SENDING, Town
from tests.service.dispatch import killing

KILLS = 36
SECONDS_MAX = 1200.0
"""Only a bound: what ends the killing is that enough were killed, however busy the machine is."""
BATCHES = 8
READERS = 14
RESOLVE_GAVE_UP = ("dispatch.resolve", "still_unknown")


def _release_what_is_nowhere(town: Town) -> None:
    """Two officers look at everything unknown and let what is nowhere be sent again."""
    for file in town.files():
        if file.state != "unknown":
            continue
        try:
            with town.committed.transaction() as session:
                release_resend(
                    session,
                    queries.locked(session, file.id),
                    by=town.people.signer,
                    and_by=town.people.reconciler,
                    reason="nowhere at the bank after a crash",
                )
        except StillUnknown:
            continue


def _lost(town: Town) -> int:
    """Return how often a worker died between intent and outcome."""
    with town.committed.transaction() as session:
        lost = select(func.count(AuditEntry.id)).where(
            AuditEntry.act == "bank_file.unknown",
            func.convert_from(AuditEntry.canonical, "UTF8").contains("worker_lost"),
        )
        return session.scalar(lost) or 0


def _done(town: Town) -> int:
    """Return how much was done so far: whatever is done leaves an entry in the audit trail."""
    with town.committed.transaction() as session:
        return session.scalar(select(func.count(AuditEntry.id))) or 0


def _forget_tries(town: Town) -> None:
    """On a busy machine a worker may be killed too soon to do anything, a dozen times on end."""
    with town.committed.transaction() as session:
        waiting = update(Job).where(Job.state == "queued", Job.kind.in_(SENDING))
        session.execute(waiting.values(attempts=0))


def _keep_at_it(town: Town) -> bool:
    town.wait_for_retries()
    town.send()
    town.resolve()
    _release_what_is_nowhere(town)
    town.collect()
    return town.answered()


def test_dozens_of_kills_lose_nothing_and_pay_nothing_twice(town: Town) -> None:
    town.open()
    for number in range(BATCHES):
        town.sign(lines=2 + number % 3, month=f"2026-{number + 1:02d}")
    moments, killed = killing.Moments(58), 0
    started = time.monotonic()
    with killing.warm() as context:
        # On until somebody died between intent and outcome, too.
        while killed < KILLS or not _lost(town):
            assert time.monotonic() - started < SECONDS_MAX, f"{killed} killed, {_lost(town)} lost"
            town.wait_for_retries()
            _forget_tries(town)
            before = _done(town)
            worker = killing.started(context, killing.work, killing.KINDS)
            was_at_work = killing.kill(worker, moments.draw())
            moments.seen(killed=was_at_work, did=_done(town) > before)
            killed += was_at_work
            if killed % 12 == 0:
                _release_what_is_nowhere(town)
            if town.answered() or all(file.state == "delivered" for file in town.files()):
                town.sign(lines=2, month=f"2027-{killed % 12 + 1:02d}")
    wait_until(lambda: _keep_at_it(town))

    referee = town.bank.referee()
    assert referee["paid_more_than_once"] == []
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank)
        assert sum(balances(session).values()) == 0
        in_transit = {code: fen for code, fen in balances(session).items() if "in_transit" in code}
        assert set(in_transit.values()) == {0}
        assert set(session.scalars(select(Batch.state))) == {"answered"}
        kinds = Job.kind.in_(killing.KINDS)
        # Time runs fast here, so looking for a file nobody has may be given up: people decide then.
        gave_up = session.scalars(select(Job).where(kinds, Job.state == "failed")).all()
        assert {(job.kind, job.error_code) for job in gave_up} <= {RESOLVE_GAVE_UP}
    ours = {payment.reference: payment.amount_fen for payment in town.payments()}
    theirs = {one["reference"]: one["amount_fen"] for one in referee["payments"]}
    assert ours == theirs


def _lay_out_answers(town: Town, months: Iterator[str]) -> None:
    """Have another batch paid, so that there is something to read."""
    town.sign(lines=4, month=next(months))
    town.send()
    town.settle()


def test_kills_while_answers_are_read_apply_each_answer_once(town: Town) -> None:
    town.open()
    months = (f"{2026 + number // 12}-{number % 12 + 1:02d}" for number in count())
    for _ in range(4):
        _lay_out_answers(town, months)
    moments, killed = killing.Moments(62), 0
    started = time.monotonic()
    with killing.warm() as context:
        while killed < READERS:
            assert time.monotonic() - started < SECONDS_MAX, f"only {killed} killed at work"
            before = _done(town)
            reader = killing.started(context, killing.collect, ("ccb", "rural"))
            was_at_work = killing.kill(reader, moments.draw())
            moments.seen(killed=was_at_work, did=_done(town) > before)
            killed += was_at_work
            if town.answered():
                _lay_out_answers(town, months)
    town.collect_until(town.answered)
    with town.committed.transaction() as session:
        ours = our_totals(session)
        assert ours == their_totals(town.bank)
        assert set(ours) == {"paid"}
        assert ours["paid"][0] >= 16
        assert balances(session)["settled:MZ15"] == ours["paid"][1]
        assert sum(balances(session).values()) == 0
