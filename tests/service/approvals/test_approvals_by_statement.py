"""Sign-offs against somebody who has the database's password and not the code."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.approvals.decide import approve
from service.approvals.recall import recall
from service.approvals.steps import steps_of
from service.audit.actor import SYSTEM
from service.batches.acts import act
from service.batches.models import Batch
from service.foundation import clock
from service.ledger.appropriate import appropriate
from service.officers.models import Officer
from tests.factories.batches import PAY_DAY, county_batch, frozen
from tests.factories.chains import LongStaff, long_chain, long_staff
from tests.factories.officers import Staff, staff
from tests.migrations.conftest import refused

__all__ = ["refused"]
Refused = Callable[..., str]
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
