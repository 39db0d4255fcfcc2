"""Sign-offs under attack: sixteen threads at once on a real PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.approvals.back import send_back
from service.approvals.decide import approve
from service.approvals.models import ApprovalAct
from service.approvals.recall import recall
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches import queries
from service.batches.findings.models import BatchFinding
from service.batches.instalments.split import split
from service.batches.models import Batch
from service.foundation import clock
from service.foundation.problems import Problem
from service.ledger.appropriate import appropriate
from service.ledger.models import Appropriation, LedgerEntry
from service.ledger.queries import balance
from service.officers.models import Officer
from tests.factories.batches import PAY_DAY, county_batch, frozen
from tests.factories.chains import long_chain, long_staff
from tests.factories.officers import OfficerFactory, staff
from tests.foundation.committed import Committed

THREADS = 16


def race(committed: Committed, *tries: Callable[[Session], None]) -> list[str]:
    """Let everybody start at once, each in a transaction; return the codes of what came of it."""
    barrier = Barrier(len(tries))

    def run(do: Callable[[Session], None]) -> str:
        barrier.wait()
        try:
            with committed.transaction() as session:
                do(session)
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(run, tries))


def approving(batch_id: UUID, officer: Officer) -> Callable[[Session], None]:
    def do(session: Session) -> None:
        batch = queries.locked(session, batch_id)
        approve(session, batch, by=session.get_one(Officer, officer.id), on=PAY_DAY)

    return do


def recalling(batch_id: UUID, officer: Officer) -> Callable[[Session], None]:
    def do(session: Session) -> None:
        batch = queries.locked(session, batch_id)
        by = session.get_one(Officer, officer.id)
        recall(session, batch, by=by, reason="名单有误", on=PAY_DAY)

    return do


def test_sixteen_reviewers_at_once_approve_once(committed: Committed) -> None:
    with committed.transaction() as session:
        people = staff()
        appropriate(session, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
        batch = frozen(session, county_batch(session), people)
        reviewers = [OfficerFactory.create(duties=["reviewer"]) for _ in range(THREADS)]
    came = race(committed, *(approving(batch.id, one) for one in reviewers))
    assert Counter(came) == {"done": 1, "illegal_move": THREADS - 1}
    _one_effect(committed, batch.id, 40_010)


def test_one_reviewer_in_sixteen_windows_approves_once(committed: Committed) -> None:
    with committed.transaction() as session:
        people = staff()
        appropriate(session, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
        batch = frozen(session, county_batch(session), people)
    came = race(committed, *(approving(batch.id, people.reviewer) for _ in range(THREADS)))
    assert Counter(came) == {"done": 1, "already_acted": THREADS - 1}
    _one_effect(committed, batch.id, 40_010)


def test_two_of_many_leaders_are_two_however_many_press(committed: Committed) -> None:
    with committed.transaction() as session:
        people = long_staff()
        long_chain(session)
        batch = frozen(session, county_batch(session), people.staff)
        approve(session, batch, by=people.township, on=PAY_DAY)
        more = [OfficerFactory.create(duties=["reviewer"]) for _ in range(THREADS)]
    came = race(committed, *(approving(batch.id, one) for one in more))
    assert Counter(came) == {"done": 2, "not_your_step": THREADS - 2}
    with committed.transaction() as session:
        acts = session.scalars(select(ApprovalAct.position).order_by(ApprovalAct.position))
        assert list(acts) == [1, 2, 2]


def test_approval_and_recall_at_once_leave_one_of_two_truths(committed: Committed) -> None:
    with committed.transaction() as session:
        people = staff()
        appropriate(session, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
        batch = frozen(session, county_batch(session), people)
        reviewers = [OfficerFactory.create(duties=["reviewer"]) for _ in range(8)]
    tries = [approving(batch.id, one) for one in reviewers]
    tries += [recalling(batch.id, people.maker) for _ in range(8)]
    came = race(committed, *tries)
    assert came[8:].count("done") == 1, "the maker may call back what was approved, once"
    assert came[:8].count("done") <= 1
    with committed.transaction() as session:
        after = session.get_one(Batch, batch.id)
        assert (after.state, after.round) == ("returned", 2)
        assert balance(session, "commitments:MZ15") == 0
        assert session.scalars(select(Appropriation.committed_fen)).one() == 0


def test_whoever_refers_to_the_batch_does_not_wait_for_a_sign_off(committed: Committed) -> None:
    with committed.transaction() as session:
        people = long_staff()
        long_chain(session)
        batch = frozen(session, county_batch(session), people.staff)
    with committed.transaction() as session:
        approve(session, batch, by=session.get_one(Officer, people.township.id), on=PAY_DAY)
        session.flush()
        with committed.transaction() as beside:
            beside.execute(text("SET LOCAL lock_timeout = '20s'"))
            finding = BatchFinding(
                batch_id=batch.id, control="village_outlier", version=1, severity="check",
                lines=1, amount_fen=10_000, evidence={}, found_at=clock.now(),
            )  # fmt: skip
            beside.add(finding)
        with committed.transaction() as beside:
            beside.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                queries.locked(beside, batch.id)
            beside.rollback()
    with committed.transaction() as session:
        assert session.scalars(select(ApprovalAct.position)).one() == 1
        assert session.get(BatchFinding, finding.id) is not None


def test_sixteen_lists_on_the_last_hundred_yuan(committed: Committed) -> None:
    with committed.transaction() as session:
        people = staff()
        batches = [frozen(session, county_batch(session, 1), people) for _ in range(THREADS)]
        # Each list is 100.01 yuan: what is left pays exactly one of them, so it pays none whole.
        appropriate(session, "MZ15", 2026, 10_001, fund_source="省级", by=SYSTEM)
    came = race(committed, *(approving(one.id, people.reviewer) for one in batches))
    assert Counter(came) == {"money_contested": THREADS}
    with committed.transaction() as session:
        assert session.scalars(select(Appropriation.committed_fen)).one() == 0
        assert balance(session, "commitments:MZ15") == 0
        for one in batches:
            send_back(
                session,
                queries.locked(session, one.id),
                by=people.reviewer,
                reason="分期",
                on=PAY_DAY,
            )
            split(session, queries.locked(session, one.id), by=people.maker)
            frozen(session, session.get_one(Batch, one.id), people)
    # Divided, each is 6.25 yuan, and all of them fit.
    came = race(committed, *(approving(one.id, people.reviewer) for one in batches))
    assert Counter(came) == {"done": THREADS}
    with committed.transaction() as session:
        assert session.scalars(select(Appropriation.committed_fen)).one() == 10_000
        assert balance(session, "commitments:MZ15") == 10_000


def test_no_appropriation_at_all_pays_nothing_under_a_race(committed: Committed) -> None:
    with committed.transaction() as session:
        people = staff()
        batches = [frozen(session, county_batch(session, 1), people) for _ in range(4)]
    came = race(committed, *(approving(one.id, people.reviewer) for one in batches))
    assert Counter(came) == {"appropriation_exceeded": 4}
    with committed.transaction() as session:
        assert session.query(Appropriation).count() == 0
        assert session.query(ApprovalAct).count() == 0


def _one_effect(committed: Committed, batch_id: UUID, fen: int) -> None:
    with committed.transaction() as session:
        assert session.query(ApprovalAct).count() == 1
        assert balance(session, "commitments:MZ15") == fen
        assert session.query(LedgerEntry).filter_by(event_type="batch.committed").count() == 1
        approved = select(func.count()).where(
            AuditEntry.object_id == str(batch_id), AuditEntry.act == "batch.approved"
        )
        assert session.scalar(approved) == 1
