"""Sign-offs under attack: sixteen threads on a real PostgreSQL, and statements past the code."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from service.approvals.back import send_back
from service.approvals.decide import approve
from service.approvals.models import ApprovalAct
from service.approvals.recall import recall
from service.approvals.steps import steps_of
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches import queries
from service.batches.acts import act
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
from tests.factories.chains import LongStaff, long_chain, long_staff
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.foundation.committed import Committed
from tests.migrations.conftest import refused

__all__ = ["refused"]
THREADS = 16
Refused = Callable[..., str]


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


# Statements of somebody who has the database's password and not the code.

ACT = (
    "INSERT INTO approval_acts (batch_id, round, officer_id, position, division, lines_root, at) "
    "VALUES (:batch, :round, :officer, :position, :division, :root, now())"
)


@pytest.fixture
def people(made: Session) -> LongStaff:
    hired = long_staff()
    long_chain(made)
    return hired


@pytest.fixture
def batch(made: Session, people: LongStaff) -> Batch:
    appropriate(made, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
    batch = frozen(made, county_batch(made), people.staff)
    steps_of(made, batch)
    return batch


def _values(batch: Batch, officer: Officer, position: int) -> dict[str, object]:
    return {
        "batch": batch.id, "round": batch.round, "officer": officer.id, "position": position,
        "division": "330523100" if position == 1 else "", "root": batch.lines_root,
    }  # fmt: skip


def test_no_statement_moves_a_batch_past_its_steps(
    made: Session, batch: Batch, refused: Refused
) -> None:
    moved = "UPDATE batches SET state = 'approved' WHERE id = :id"
    assert "an approval is missing" in refused(moved, id=batch.id)


def test_no_statement_skips_repeats_or_replays_a_step(
    made: Session, batch: Batch, people: LongStaff, refused: Refused
) -> None:
    for one in (people.township, people.finance, people.leader, people.leader_2, people.leader_3):
        act(made, batch, one, "approved", at=clock.now())
    earlier = "an earlier step is not finished"
    assert earlier in refused(ACT, **_values(batch, people.finance, 3))
    assert earlier in refused(ACT, **_values(batch, people.leader, 2))
    wrong_root = {**_values(batch, people.township, 1), "root": b"\0" * 32}
    assert "the lines that were submitted" in refused(ACT, **wrong_root)
    other_round = {**_values(batch, people.township, 1), "round": 2}
    assert "not in review in this round" in refused(ACT, **other_round)
    made.execute(text(ACT), _values(batch, people.township, 1))
    no_more = "this step asks for no further approval"
    assert no_more in refused(ACT, **_values(batch, people.leader, 1))
    assert no_more in refused(ACT, **_values(batch, people.leader, 4)), "a signature is no approval"
    for one in (people.leader, people.leader_2):
        made.execute(text(ACT), _values(batch, one, 2))
    assert no_more in refused(ACT, **_values(batch, people.leader_3, 2))
    assert "pk_approval_acts" in refused(ACT, **_values(batch, people.leader, 3))


def test_no_statement_lets_the_maker_approve(
    batch: Batch, people: LongStaff, refused: Refused
) -> None:
    said = refused(ACT, **_values(batch, people.maker, 1))
    assert "who approves did something else to this batch" in said


def test_an_approval_of_one_list_is_not_another_s(
    made: Session, batch: Batch, people: LongStaff, refused: Refused
) -> None:
    other = frozen(made, county_batch(made), people.staff)
    steps_of(made, other)
    approve(made, batch, by=people.township, on=PAY_DAY)
    act(made, other, people.township, "approved", at=clock.now())
    replayed = {**_values(batch, people.township, 1), "batch": other.id}
    assert "the lines that were submitted" in refused(ACT, **replayed)


def test_after_a_recall_old_approvals_count_for_nothing(
    made: Session, batch: Batch, people: LongStaff, refused: Refused
) -> None:
    approve(made, batch, by=people.township, on=PAY_DAY)
    recall(made, batch, by=people.township, reason="再核", on=PAY_DAY)
    assert batch.round == 2
    back = "UPDATE batches SET round = 1 WHERE id = :id"
    assert "from one round to the next" in refused(back, id=batch.id)
    old = {**_values(batch, people.township, 1), "round": 1}
    assert "not in review in this round" in refused(ACT, **old)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE approval_steps SET needed = 1",
        "DELETE FROM approval_steps",
        "UPDATE approval_acts SET officer_id = for_officer_id",
        "DELETE FROM approval_acts",
        "UPDATE approval_chain_sets SET content = ''",
        "DELETE FROM approval_exclusions",
        "TRUNCATE approval_acts",
        "UPDATE approval_delegations SET to_day = to_day + 30",
    ],
)
def test_what_was_decided_is_never_rewritten(
    made: Session, batch: Batch, people: LongStaff, refused: Refused, statement: str
) -> None:
    from service.officers.interests import declare
    from tests.service.approvals.test_chain_steps import away

    approve(made, batch, by=people.township, on=PAY_DAY)
    away(made, people.finance, people.leader_3)
    payee = made.execute(text("SELECT min(payee_person_id) FROM payments")).scalar_one()
    declare(made, people.leader, payee, "sibling", by=SYSTEM)
    steps = "INSERT INTO approval_exclusions VALUES (:batch, :officer, 1, now())"
    made.execute(text(steps), {"batch": batch.id, "officer": people.leader.id})
    assert "never" in refused(statement)


def test_whoever_keeps_out_is_kept_out_by_the_database(
    made: Session, batch: Batch, people: LongStaff, refused: Refused
) -> None:
    put = "INSERT INTO approval_exclusions VALUES (:batch, :officer, 1, now())"
    made.execute(text(put), {"batch": batch.id, "officer": people.township.id})
    said = refused(
        "INSERT INTO batch_acts (batch_id, round, officer_id, act, at, reason) "
        "VALUES (:batch, 1, :officer, 'signed', now(), '')",
        batch=batch.id,
        officer=people.township.id,
    )
    assert "takes no step" in said


def test_no_line_joins_or_leaves_a_frozen_list(
    made: Session, batch: Batch, people: LongStaff, refused: Refused
) -> None:
    from tests.factories.batches import PaymentFactory

    with pytest.raises(IntegrityError, match="no line is added to a list"), made.begin_nested():
        PaymentFactory.create(batch=batch, state="ready")
    for one in (people.township, people.leader, people.leader_2):
        approve(made, batch, by=one, on=PAY_DAY)
    act(made, batch, people.finance, "approved", at=clock.now())
    made.execute(text(ACT), _values(batch, people.finance, 3))
    line = made.scalar(text("SELECT min(id) FROM payments WHERE batch_id = :id"), {"id": batch.id})
    made.execute(text("UPDATE payments SET state = 'ready' WHERE id = :id"), {"id": line})
    said = refused("UPDATE payments SET state = 'frozen' WHERE id = :id", id=line)
    assert "no line joins a frozen list" in said
    moved = refused("UPDATE batches SET state = 'approved' WHERE id = :id", id=batch.id)
    assert "the lines are not those that were frozen" in moved


def test_a_signature_too_few_is_no_signed_list(
    made: Session, batch: Batch, people: LongStaff, refused: Refused, data_dir: object
) -> None:
    from service.dispatch.prepare import prepare

    for one in (people.township, people.leader, people.leader_2, people.finance):
        approve(made, batch, by=one, on=PAY_DAY)
    prepare(made, str(batch.id), PAY_DAY.isoformat())
    moved = "UPDATE batches SET state = 'signed' WHERE id = :id"
    assert "a signature is missing" in refused(moved, id=batch.id)
    act(made, batch, people.signer, "signed", at=clock.now())
    assert "a signature is missing" in refused(moved, id=batch.id)


def test_steps_are_not_laid_late(
    made: Session, batch: Batch, people: LongStaff, refused: Refused
) -> None:
    laid = (
        "INSERT INTO approval_steps SELECT batch_id, round + :ahead, 9, division, code, kind, duty, "
        "organisation, needed, days, escalate_to, name_zh, name_en, chain, chain_digest "
        "FROM approval_steps WHERE position = 2"
    )
    assert "laid when its list is frozen" in refused(laid, ahead=1)
    approve(made, batch, by=people.township, on=PAY_DAY)
    assert "laid when its list is frozen" in refused(laid, ahead=0)


def test_absences_do_not_chain_by_statement(
    made: Session, people: LongStaff, refused: Refused
) -> None:
    from tests.service.approvals.test_chain_steps import away

    away(made, people.finance, people.leader)
    insert = (
        "INSERT INTO approval_delegations (id, absent_id, delegate_id, from_day, to_day, reason, "
        "made_by, made_at) VALUES (gen_random_uuid(), :absent, :delegate, :day, :day, 'x', 'x', now())"
    )
    for absent, delegate in ((people.leader, people.leader_2), (people.leader_2, people.finance)):
        said = refused(insert, absent=absent.id, delegate=delegate.id, day=PAY_DAY)
        assert "a delegate would be absent" in said


def test_the_ordinary_chain_is_guarded_too(made: Session, refused: Refused) -> None:
    people: Staff = staff()
    batch = frozen(made, county_batch(made), people)
    moved = "UPDATE batches SET state = 'approved' WHERE id = :id"
    assert "an approval is missing" in refused(moved, id=batch.id)
