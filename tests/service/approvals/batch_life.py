"""A batch's life as a state machine: everybody tries everything, and what never breaks is looked at.

The acts are the service's own verbs. A refused act is undone, as a request is; whatever was done or
refused, the invariants 2, 3, 5, 9 and 10 hold after every step.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from bank_adapters.transport import Delivery, Outcome
from service.approvals import absences
from service.approvals.chains.put import put_text
from service.approvals.decide import approve, send_back
from service.approvals.models import ApprovalAct, ApprovalStep, Delegation
from service.approvals.progress import progress_of
from service.approvals.recall import recall
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import move
from service.batches import queries
from service.batches.build import build
from service.batches.lifecycle import BATCH_MOVES
from service.batches.models import Batch, BatchAct, Payment
from service.batches.release import release
from service.batches.submit import lines_root
from service.dispatch import hand_over
from service.dispatch.models import BankFile
from service.dispatch.prepare import prepare
from service.foundation.problems import Problem
from service.ledger.appropriate import appropriate
from service.ledger.models import Appropriation, LedgerPosting
from service.ledger.queries import balance
from service.notices import check as notice_check
from service.notices.check import require_ended
from service.notices.models import Notice
from service.notices.objections.answer import answer
from service.notices.objections.lodge import Said, lodge
from service.notices.objections.models import Objection
from service.notices.submit import submit_and_post
from service.officers.models import Officer
from service.signing.software import sign_with_software_key
from tests.factories import residents
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import PAY_DAY, channel, due, fresh_feeds, payee
from tests.factories.chains import LONG, long_staff
from tests.factories.officers import OfficerFactory
from tests.factories.residents import FeedRecordFactory

PROGRAMME = "MZ01"
"""It is posted for seven days, so that approving early is one of the things that can be tried."""
WHO = st.integers(min_value=0, max_value=8)
OUTSIDE = 9
"""The reviewer who is in no chain: of those who acted on a list nobody answers an objection to it."""
ANSWERS = "已入户核实清楚"
ALIVE = ("frozen", "noticed", "approved", "prepared", "signed")


class BatchLife(RuleBasedStateMachine):
    """One list of three payable lines and a held one, and nine officers."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(
            bind=self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        residents.use(self.session)
        self.day = PAY_DAY
        people = long_staff()
        self.officers: list[Officer] = [
            people.maker, people.township, people.leader, people.leader_2, people.leader_3,
            people.finance, people.signer, people.signer_2, people.reconciler,
            OfficerFactory.create(duties=["reviewer"], organisation="县信访局"),
        ]  # fmt: skip
        put_text(self.session, LONG.replace("MZ15", PROGRAMME), "chains.yaml", by=SYSTEM)
        appropriate(self.session, PROGRAMME, 2026, 10**7, fund_source="省级", by=SYSTEM)
        fresh_feeds(self.session, PROGRAMME)
        channel("rural")
        assessment = AssessmentFactory.create(month="2026-10")
        for number in range(4):
            person = payee(verdict="match" if number else None)
            # Grown up, and so named in the notice: only who is seen can be objected to from outside.
            FeedRecordFactory.create(person=person, data={"birth": "1950-02-03"})
            due(assessment, person, 10_001 + number, programme=PROGRAMME)
        built = build(self.session, assessment, PROGRAMME, by=SYSTEM)
        assert built is not None
        self.batch_id = built.id

    def teardown(self) -> None:
        self.session.close()
        self.outer.rollback()
        self.connection.close()

    @property
    def batch(self) -> Batch:
        return queries.locked(self.session, self.batch_id)

    def tried(self, do: Callable[[], object]) -> bool:
        """Do an act, or undo what a refused one began; return whether it was done."""
        try:
            with self.session.begin_nested():
                do()
        except Problem:
            self.session.expire_all()
            return False
        return True

    # What people do.

    @rule(who=WHO)
    def submits(self, who: int) -> None:
        self.tried(
            lambda: submit_and_post(self.session, self.batch, by=self.officers[who], on=self.day)
        )

    @rule()
    def the_maker_submits(self) -> None:
        self.submits(0)

    @rule(who=WHO)
    def approves(self, who: int) -> None:
        self.tried(lambda: approve(self.session, self.batch, by=self.officers[who], on=self.day))

    @precondition(lambda self: self.batch.state in ("frozen", "noticed"))
    @rule()
    def whose_step_it_is_approves(self) -> None:
        now = [
            one for one in progress_of(self.session, self.batch, on=self.day) if one.state == "now"
        ]
        if now and now[0].may_act:
            by = now[0].may_act[0]
            has_hung = self.tried(lambda: require_ended(self.session, self.batch, on=self.day))
            done = self.tried(lambda: approve(self.session, self.batch, by=by, on=self.day))
            assert done is has_hung, "who is shown as next can take the step"

    @rule(who=WHO, to=st.sampled_from(["", "township", "leaders", "finance", "sign"]))
    def returns(self, who: int, to: str) -> None:
        by = self.officers[who]
        self.tried(
            lambda: send_back(
                self.session, self.batch, by=by, reason="再核", on=self.day, to_step=to
            )
        )

    @rule(who=WHO)
    def calls_back(self, who: int) -> None:
        by = self.officers[who]
        self.tried(lambda: recall(self.session, self.batch, by=by, reason="有误", on=self.day))

    @rule(who=st.sampled_from([6, 7, 6, 7, 5, 0]))
    def signs(self, who: int) -> None:
        self.tried(lambda: sign_with_software_key(self.session, self.batch, by=self.officers[who]))

    @rule()
    def the_held_line_is_released(self) -> None:
        held = self.session.scalars(
            select(Payment).where(Payment.batch_id == self.batch_id, Payment.state == "held")
        ).first()
        if held is not None:
            self.tried(
                lambda: release(self.session, held, by=self.officers[0], reason="银行已电话核实")
            )

    # What residents say against a list, and what they are answered.

    @rule(place=st.sampled_from([1, 2, 3, 1, 0]))
    def somebody_objects(self, place: int) -> None:
        notice = notice_check.current(self.session, self.batch)
        if notice is not None:
            posting = self.session.get_one(Notice, notice.posting_id)
            said = Said("名单中有人不符合条件", place=place or None)
            self.tried(lambda: lodge(self.session, posting, said, on=self.day))

    @rule(who=st.sampled_from([OUTSIDE, OUTSIDE, 0, 1, 2, 5]), upheld=st.booleans())
    def an_objection_is_answered(self, who: int, upheld: bool) -> None:
        objection = self.session.scalars(
            select(Objection)
            .join(Notice, Notice.id == Objection.notice_id)
            .where(Notice.batch_id == self.batch_id, Objection.state == "open")
            .order_by(Objection.number)
        ).first()
        if objection is not None:
            by = self.officers[who]
            acted = by.id in self._acts(self.batch)
            done = self.tried(
                lambda: answer(self.session, objection, upheld=upheld, reason=ANSWERS, by=by)
            )
            assert not (done and acted), "whoever acted on the list answered"

    @rule(absent=st.integers(1, 7), delegate=st.integers(1, 7))
    def goes_away(self, absent: int, delegate: int) -> None:
        self.tried(
            lambda: absences.register(
                self.session,
                self.officers[absent],
                from_day=self.day,
                to_day=self.day,
                delegate=self.officers[delegate],
                reason="出差",
                by=self.officers[absent].actor(),
                on=self.day,
            )
        )

    @rule()
    def days_pass(self) -> None:
        self.day += timedelta(days=4)

    # What the machine does.

    @rule()
    def files_are_written(self) -> None:
        prepare(self.session, str(self.batch_id), self.day.isoformat())

    @precondition(lambda self: self.batch.state == "signed")
    @rule(fails=st.booleans())
    def a_file_is_handed_over(self, fails: bool) -> None:
        file = self.session.scalars(
            select(BankFile).where(BankFile.batch_id == self.batch_id, BankFile.state == "prepared")
        ).first()
        if file is None:
            return
        hand_over._signed_bytes(self.session, file)
        move(self.session, file, "sending", by=SYSTEM)
        outcome = Outcome.NOT_DELIVERED if fails else Outcome.DELIVERED
        hand_over._write_down(
            self.session, file, file.attempts, Delivery(outcome, "put", "ok", "", "")
        )

    # What never breaks.

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        """2: one line a payee, programme, period, type and attempt; no file of it sent twice."""
        keys = self.session.execute(
            select(Payment.subject_id, Payment.period, Payment.line_type, Payment.attempt).where(
                Payment.batch_id == self.batch_id
            )
        ).all()
        assert len(keys) == len(set(keys)) == 4
        gone = self.session.scalars(
            select(BankFile).where(
                BankFile.batch_id == self.batch_id, BankFile.state.in_(("sending", "delivered"))
            )
        ).all()
        sent = self._fen("sent")
        assert sum(one.amount_fen for one in gone) == sent
        assert len({one.round for one in gone}) <= 1

    @invariant()
    def nothing_leaves_unsigned(self) -> None:
        """3: what left was approved by every step and signed by two, over these very lines."""
        batch = self.batch
        if batch.state not in ("signed", "sent"):
            assert self._fen("sent") == 0
            return
        acts = self._acts(batch)
        assert Counter(acts.values()) == {"submitted": 1, "approved": 4, "signed": 2}
        assert lines_root(self.session, batch) == batch.lines_root

    @invariant()
    def what_is_objected_to_is_not_paid(self) -> None:
        """2, 3: a line waits while an objection to it is open, and stays out once one was upheld."""
        rows = self.session.execute(
            select(Payment.id, Payment.state, Objection.state)
            .join(Objection, Objection.payment_id == Payment.id)
            .where(Payment.batch_id == self.batch_id, Objection.state.in_(("open", "upheld")))
        ).all()
        assert {state for _, state, _ in rows} <= {"held"}, rows
        batch = self.batch
        if batch.state in ALIVE:
            assert lines_root(self.session, batch) == batch.lines_root, (
                "the list is not counted again"
            )

    @invariant()
    def every_objection_moves_legally(self) -> None:
        """5: what became of an objection is in the audit trail, by somebody else than the maker."""
        rows = self.session.execute(
            select(Objection.id, Objection.state, Objection.answered_by)
            .join(Notice, Notice.id == Objection.notice_id)
            .where(Notice.batch_id == self.batch_id)
        ).all()
        for objection_id, state, answered_by in rows:
            after = self.session.scalars(
                text(
                    "SELECT convert_from(canonical, 'UTF8')::jsonb->>'after' FROM audit_entries "
                    "WHERE object_type = 'objections' AND object_id = :id ORDER BY at, id"
                ).bindparams(id=str(objection_id))
            ).all()
            assert after == (["open"] if state == "open" else ["open", state])
            assert answered_by != self.officers[0].id

    @invariant()
    def every_move_is_legal_and_recorded(self) -> None:
        """5: the audit trail's moves lead from the beginning to where the batch is."""
        entries = self.session.execute(
            text(
                "SELECT convert_from(canonical, 'UTF8')::jsonb->>'before', "
                "convert_from(canonical, 'UTF8')::jsonb->>'after' FROM audit_entries "
                "WHERE object_id = :id AND act = ANY(:acts) ORDER BY at, id"
            ),
            {"id": str(self.batch_id), "acts": sorted(set(BATCH_MOVES.values()))},
        ).all()
        now = ""
        for before, after in entries:
            assert before == now
            assert before == after or (before, after) in BATCH_MOVES
            now = after
        assert now == self.batch.state

    @invariant()
    def the_ledger_balances(self) -> None:
        """9: every entry sums to nothing, and what is committed is what is approved, once."""
        sums = select(func.sum(LedgerPosting.amount_fen)).group_by(LedgerPosting.entry_id)
        assert set(self.session.scalars(sums)) <= {0}
        batch = self.batch
        is_committed = batch.state in ("approved", "prepared", "signed", "sent")
        committed = (batch.frozen_fen or 0) if is_committed else 0
        assert balance(self.session, f"commitments:{PROGRAMME}") == committed - self._fen("sent")
        cap = self.session.scalars(
            select(Appropriation.committed_fen).where(Appropriation.programme == PROGRAMME)
        ).one()
        assert cap == committed

    @invariant()
    def nobody_acts_twice(self) -> None:
        """10: one act a person and round, the steps in order, nobody acted for has a say of the own."""
        batch = self.batch
        acts = self._acts(batch)
        approvals = self.session.scalars(
            select(ApprovalAct).where(
                ApprovalAct.batch_id == batch.id, ApprovalAct.round == batch.round
            )
        ).all()
        assert {one.officer_id for one in approvals} == {
            who for who, what in acts.items() if what == "approved"
        }
        stood_in_for = [one.for_officer_id for one in approvals if one.for_officer_id]
        assert not set(stood_in_for) & set(acts)
        given = Counter(one.position for one in approvals)
        steps = self.session.scalars(
            select(ApprovalStep)
            .where(ApprovalStep.batch_id == batch.id, ApprovalStep.round == batch.round)
            .order_by(ApprovalStep.position)
        ).all()
        complete = True
        for step in steps:
            if step.kind == "approve":
                assert complete or not given[step.position]
                assert given[step.position] <= step.needed
                complete = given[step.position] == step.needed
        if batch.state in ("approved", "prepared", "signed", "sent"):
            assert steps
            assert complete

    @invariant()
    def no_stand_in_has_a_stand_in(self) -> None:
        rows = self.session.scalars(select(Delegation)).all()
        for one in rows:
            for other in rows:
                if one.from_day <= other.to_day and other.from_day <= one.to_day:
                    assert one.delegate_id != other.absent_id

    def _acts(self, batch: Batch) -> dict[object, str]:
        rows = self.session.execute(
            select(BatchAct.officer_id, BatchAct.act).where(
                BatchAct.batch_id == batch.id, BatchAct.round == batch.round
            )
        ).all()
        return {officer_id: act for officer_id, act in rows}  # noqa: C416 - rows are tuples of two

    def _fen(self, state: str) -> int:
        total = select(func.coalesce(func.sum(Payment.amount_fen), 0)).where(
            Payment.batch_id == self.batch_id, Payment.state == state
        )
        return int(self.session.scalar(total) or 0)


def events(session: Session, batch: Batch) -> Counter[str]:
    """Return how often each act on a batch was recorded."""
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(batch.id)))
    return Counter(acts)
