"""A longer chain, step by step: townships, two of three leaders, finance; back, and recalled."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals import absences
from service.approvals.chains.put import put_text
from service.approvals.chains.read import ChainsRefused
from service.approvals.decide import approve, send_back
from service.approvals.models import ApprovalAct, ApprovalExclusion, ChainSet, Delegation
from service.approvals.problems import (
    AbsentNow,
    ConflictOfInterest,
    MakerExcluded,
    NotDelegated,
    NotYourStep,
    NotYoursToRecall,
    OnItsWay,
    StepUnknown,
)
from service.approvals.progress import progress_of
from service.approvals.recall import recall
from service.approvals.signers import signatures_missing
from service.approvals.steps import steps_of
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.acts import AlreadyActed
from service.batches.models import Batch, Payment
from service.batches.release import ReasonMissing
from service.dispatch.models import BankFile
from service.dispatch.prepare import prepare
from service.ledger.appropriate import appropriate
from service.ledger.queries import balance
from service.officers.interests import declare
from service.officers.models import Officer
from service.officers.signing_keys import register_key
from service.signing.software import sign_with_software_key
from tests.factories.batches import PAY_DAY, county_batch, frozen, prepared
from tests.factories.chains import LONG, LongStaff, long_chain, long_staff
from tests.factories.officers import staff


@pytest.fixture
def people(made: Session) -> LongStaff:
    hired = long_staff()
    long_chain(made)
    return hired


@pytest.fixture
def batch(made: Session, people: LongStaff, data_dir: object) -> Batch:
    """A frozen list of four lines, 400.10 yuan, with money for it."""
    appropriate(made, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
    return frozen(made, county_batch(made), people.staff)


def ok(session: Session, batch: Batch, *officers: Officer) -> None:
    for officer in officers:
        approve(session, batch, by=officer, on=PAY_DAY)


def now(session: Session, batch: Batch) -> list[tuple[str, str]]:
    """Return (code, state) of every step."""
    return [(one.step.code, one.state) for one in progress_of(session, batch, on=PAY_DAY)]


def test_a_list_takes_every_step_in_order(made: Session, batch: Batch, people: LongStaff) -> None:
    for early in (people.leader, people.finance):
        with pytest.raises(NotYourStep, match="Township first review"):
            approve(made, batch, by=early, on=PAY_DAY)
    ok(made, batch, people.township)
    with pytest.raises(NotYourStep, match="Department leaders"):
        approve(made, batch, by=people.finance, on=PAY_DAY)
    ok(made, batch, people.leader)
    with pytest.raises(AlreadyActed):
        approve(made, batch, by=people.leader, on=PAY_DAY)
    assert now(made, batch) == [
        ("township", "done"), ("leaders", "now"), ("finance", "later"), ("sign", "later"),
    ]  # fmt: skip
    ok(made, batch, people.leader_2)
    with pytest.raises(NotYourStep, match="Finance check"):
        approve(made, batch, by=people.leader_3, on=PAY_DAY)
    assert balance(made, "commitments:MZ15") == 0
    ok(made, batch, people.finance)
    assert batch.state == "approved"
    assert balance(made, "commitments:MZ15") == batch.frozen_fen
    prepare(made, str(batch.id), PAY_DAY.isoformat())
    sign_with_software_key(made, batch, by=people.signer)
    assert (batch.state, signatures_missing(made, batch)) == ("prepared", 1)
    with pytest.raises(AlreadyActed), made.begin_nested():
        sign_with_software_key(made, batch, by=people.signer)
    sign_with_software_key(made, batch, by=people.signer_2)
    assert batch.state == "signed"
    assert now(made, batch)[-1] == ("sign", "done")


def test_who_is_next_and_by_when(made: Session, batch: Batch, people: LongStaff) -> None:
    first = progress_of(made, batch, on=PAY_DAY)[0]
    assert [one.id for one in first.may_act] == [people.township.id]
    assert first.due_on is not None
    assert not first.late
    late = progress_of(made, batch, on=first.due_on + timedelta(days=1))[0]
    assert late.late
    ok(made, batch, people.township)
    second = progress_of(made, batch, on=PAY_DAY)[1]
    assert {one.id for one in second.may_act} == {
        people.leader.id, people.leader_2.id, people.leader_3.id,
    }  # fmt: skip


def test_back_to_a_named_step_keeps_what_came_before(
    made: Session, batch: Batch, people: LongStaff
) -> None:
    ok(made, batch, people.township, people.leader, people.leader_2)
    root = batch.lines_root
    with pytest.raises(StepUnknown):
        send_back(made, batch, by=people.finance, reason="x", on=PAY_DAY, to_step="finance")
    send_back(made, batch, by=people.finance, reason="领导意见不全", on=PAY_DAY, to_step="leaders")
    assert (batch.state, batch.round, batch.lines_root) == ("frozen", 2, root)
    assert now(made, batch)[:2] == [("township", "done"), ("leaders", "now")]
    for kept in (people.township, people.maker):
        kept.duties = ["reviewer"]
        with pytest.raises(AlreadyActed):
            approve(made, batch, by=kept, on=PAY_DAY)
    ok(made, batch, people.leader, people.leader_3, people.finance)
    assert batch.state == "approved"


def test_a_signer_may_return_an_approved_list_to_a_step(
    made: Session, batch: Batch, people: LongStaff
) -> None:
    ok(made, batch, people.township, people.leader, people.leader_2, people.finance)
    prepare(made, str(batch.id), PAY_DAY.isoformat())
    send_back(made, batch, by=people.signer, reason="指标有误", on=PAY_DAY, to_step="finance")
    assert (batch.state, balance(made, "commitments:MZ15")) == ("frozen", 0)
    assert set(made.scalars(select(Payment.state).where(Payment.batch_id == batch.id))) == {
        "frozen"
    }
    ok(made, batch, people.finance)
    assert balance(made, "commitments:MZ15") == batch.frozen_fen
    prepare(made, str(batch.id), PAY_DAY.isoformat())
    states = made.scalars(select(BankFile.state).order_by(BankFile.round))
    assert list(states) == ["withdrawn", "withdrawn", "prepared", "prepared"]
    sign_with_software_key(made, batch, by=people.signer)
    sign_with_software_key(made, batch, by=people.signer_2)
    assert batch.state == "signed"


def test_the_last_to_act_and_the_maker_may_call_it_back(
    made: Session, batch: Batch, people: LongStaff
) -> None:
    ok(made, batch, people.township, people.leader)
    for other in (people.township, people.finance):
        with pytest.raises(NotYoursToRecall):
            recall(made, batch, by=other, reason="有误", on=PAY_DAY)
    with pytest.raises(ReasonMissing):
        recall(made, batch, by=people.leader, reason=" ", on=PAY_DAY)
    recall(made, batch, by=people.leader, reason="再核", on=PAY_DAY)
    assert now(made, batch)[:2] == [("township", "done"), ("leaders", "now")]
    assert made.query(ApprovalAct).filter_by(round=batch.round).count() == 1
    ok(made, batch, people.leader, people.leader_2, people.finance)
    recall(made, batch, by=people.maker, reason="名单漏人", on=PAY_DAY)
    assert (batch.state, balance(made, "commitments:MZ15")) == ("returned", 0)
    assert set(made.scalars(select(Payment.state).where(Payment.batch_id == batch.id))) == {"ready"}


def test_a_signer_calls_back_a_signature_before_a_file_is_on_its_way(
    made: Session, batch: Batch, people: LongStaff
) -> None:
    ok(made, batch, people.township, people.leader, people.leader_2, people.finance)
    prepare(made, str(batch.id), PAY_DAY.isoformat())
    for one in (people.signer, people.signer_2):
        sign_with_software_key(made, batch, by=one)
    recall(made, batch, by=people.signer_2, reason="付款日有误", on=PAY_DAY)
    assert (batch.state, batch.round) == ("approved", 2)
    assert set(made.scalars(select(BankFile.state))) == {"withdrawn"}
    assert balance(made, "commitments:MZ15") == batch.frozen_fen
    prepare(made, str(batch.id), PAY_DAY.isoformat())
    for one in (people.signer, people.signer_2):
        sign_with_software_key(made, batch, by=one)
    first = made.scalars(select(BankFile).where(BankFile.state == "prepared")).first()
    assert first is not None
    first.state = "sending"
    made.flush()
    with pytest.raises(OnItsWay):
        recall(made, batch, by=people.maker, reason="有误", on=PAY_DAY)


def test_a_stand_in_acts_in_the_own_name_for_the_absent(
    made: Session, batch: Batch, people: LongStaff
) -> None:
    absence = away(made, people.finance, people.leader_3)
    ok(made, batch, people.township, people.leader, people.leader_2)
    with pytest.raises(AbsentNow):
        approve(made, batch, by=people.finance, on=PAY_DAY)
    with pytest.raises(NotDelegated):
        approve(made, batch, by=people.leader_3, on=PAY_DAY, acting_for=people.township)
    assert [one.id for one in progress_of(made, batch, on=PAY_DAY)[2].may_act] == [
        people.leader_3.id
    ]
    ok(made, batch, people.leader_3)
    assert batch.state == "approved"
    done = made.scalars(select(ApprovalAct).where(ApprovalAct.delegation_id == absence.id)).one()
    assert (done.officer_id, done.for_officer_id) == (people.leader_3.id, people.finance.id)


def test_a_stand_in_never_stands_on_both_sides(
    made: Session, batch: Batch, people: LongStaff
) -> None:
    away(made, people.finance, people.leader)
    ok(made, batch, people.township, people.leader, people.leader_2)
    with pytest.raises(AlreadyActed):
        approve(made, batch, by=people.leader, on=PAY_DAY, acting_for=people.finance)
    assert not progress_of(made, batch, on=PAY_DAY)[2].may_act


def test_no_stand_in_has_a_stand_in(made: Session, people: LongStaff) -> None:
    away(made, people.finance, people.leader)
    for absent, delegate in (
        (people.leader, people.leader_2),
        (people.leader_2, people.finance),
        (people.finance, people.leader_2),
        (people.leader_2, people.leader_2),
        (people.leader_2, people.signer),
        (people.signer, people.signer_2),
    ):
        with pytest.raises(absences.DelegateUnusable):
            away(made, absent, delegate)
    away(made, people.signer, None)
    with pytest.raises(absences.AbsenceUnusable):
        away(made, people.leader_3, None, days=absences.DAYS_MAX + 1)


def test_whose_people_are_paid_keeps_out_and_the_auditor_hears(
    made: Session, batch: Batch, people: LongStaff
) -> None:
    payee = made.scalars(select(Payment.payee_person_id).limit(1)).one()
    assert payee is not None
    declare(made, people.leader, payee, "parent", by=SYSTEM)
    steps_of(made, batch)
    ok(made, batch, people.township)
    shown = progress_of(made, batch, on=PAY_DAY)[1].may_act
    assert {one.id for one in shown} == {people.leader_2.id, people.leader_3.id}
    with pytest.raises(ConflictOfInterest):
        approve(made, batch, by=people.leader, on=PAY_DAY)
    found = made.scalars(select(ApprovalExclusion)).one()
    assert (found.officer_id, found.lines) == (people.leader.id, 1)
    acts = made.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(batch.id)))
    assert "approval.officer_excluded" in set(acts)
    ok(made, batch, people.leader_2, people.leader_3, people.finance)
    assert batch.state == "approved"


def test_nobody_acts_for_who_keeps_out(made: Session, batch: Batch, people: LongStaff) -> None:
    ok(made, batch, people.township, people.leader, people.leader_2)
    payee = made.scalars(select(Payment.payee_person_id).limit(1)).one()
    assert payee is not None
    declare(made, people.finance, payee, "self", by=SYSTEM)
    away(made, people.finance, people.leader_3)
    with pytest.raises(ConflictOfInterest):
        approve(made, batch, by=people.leader_3, on=PAY_DAY)


def test_a_maker_whose_people_are_paid_stops_the_list(
    made: Session, batch: Batch, people: LongStaff
) -> None:
    payee = made.scalars(select(Payment.payee_person_id).limit(1)).one()
    assert payee is not None
    declare(made, people.maker, payee, "spouse", by=SYSTEM)
    with pytest.raises(MakerExcluded):
        approve(made, batch, by=people.township, on=PAY_DAY)
    send_back(made, batch, by=people.township, reason="编制人应回避", on=PAY_DAY)
    assert batch.state == "returned"


def test_a_chain_nobody_could_complete_is_refused_when_written(made: Session) -> None:
    people = staff()
    with pytest.raises(ChainsRefused) as refused:
        put_text(made, LONG, "chains.yaml", by=SYSTEM)
    assert "its step leaders asks for a reviewer of 民政局" in str(refused.value)
    assert "only 1 hold it" in str(refused.value)
    assert made.query(ChainSet).count() == 0
    assert people.reviewer.active


def test_the_same_person_is_not_counted_for_two_steps(made: Session) -> None:
    two = LONG.replace("organisation: 财政局", "organisation: 局").replace(
        "people: 2}\nuse", "people: 1}\nuse"
    )
    hired = long_staff()
    for extra in (hired.leader_3, hired.finance):
        extra.active = False
    made.flush()
    with pytest.raises(ChainsRefused, match="needed for other people of the chain"):
        put_text(made, two, "chains.yaml", by=SYSTEM)
    hired.finance.active = True
    made.flush()
    put_text(made, two, "chains.yaml", by=SYSTEM)


def test_a_small_list_takes_the_ordinary_chain(
    made: Session, people: LongStaff, data_dir: object
) -> None:
    small = county_batch(made, 1)
    prepared(made, small, people.staff)
    register_key(made, people.signer, b"\1" * 32, by=SYSTEM)
    assert [one.code for one in steps_of(made, small)] == ["review", "sign"]
    assert signatures_missing(made, small) == 1


def away(
    session: Session, absent: Officer, delegate: Officer | None, *, days: int = 3
) -> Delegation:
    """Let an officer be absent from the pay day on."""
    return absences.register(
        session,
        absent,
        from_day=PAY_DAY,
        to_day=PAY_DAY + timedelta(days=days - 1),
        delegate=delegate,
        reason="出差",
        by=absent.actor(),
        on=PAY_DAY,
    )
