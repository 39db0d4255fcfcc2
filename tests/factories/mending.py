"""A programme over several months: what was due by what was known, listed, paid, and known since.

Everything real but the bank and the rules: lists are built, screened, netted and mended by the
service's own verbs; :meth:`Months.pay` stands for approvals, signatures and the bank.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import factory
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM, Actor
from service.batches import build as building
from service.batches.lines import move_lines
from service.batches.mending.mend import Mended, mend
from service.batches.models import Batch, Payment
from service.batches.recoveries.book import book_offsets
from service.batches.recoveries.models import RecoveryAct, RecoveryCase
from service.batches.recoveries.standing import ITEMS
from service.foundation import clock, ids
from service.foundation.months import Month
from service.ledger.post import account_code, post
from service.residents.models import Person
from tests.factories.assessment import AssessmentFactory, DecisionFactory
from tests.factories.batches import channel
from tests.factories.officers import OfficerFactory
from tests.factories.residents import _Made, _sessions


class RecoveryCaseFactory(_Made):
    """A case of nobody's, of which the resident was told and which two officers would write off."""

    class Meta:
        model = RecoveryCase

    id = factory.LazyFunction(ids.uuid7)
    state = "open"
    programme = "MZ15"
    subject_kind = "person"
    subject_id = factory.Sequence(lambda n: 7_000_000 + n)
    payee_person_id = factory.SelfAttribute("subject_id")
    division = "330523100200"
    month = "2026-10"
    opened_at = factory.LazyFunction(clock.now)
    opened_by = "whoever pressed"
    notified_on = date(2026, 10, 3)

    @factory.post_generation
    def approvals(self: Any, *_: object, **__: object) -> None:
        """Let two officers have approved that it be written off."""
        for _number in range(2):
            officer = OfficerFactory.create(duties=["reviewer"])
            _sessions[0].add(
                RecoveryAct(
                    case_id=self.id, act="write_off", officer_id=officer.id, at=clock.now(),
                    reason="无力偿还",
                )
            )  # fmt: skip
        _sessions[0].flush()


PROGRAMME = "MZ15"
MAKER = Actor(kind="system", id="whoever pressed")


@dataclass
class Months:
    """Who is due how much in which month, as it is known now; in fen, 0 for not due."""

    session: Session
    programme: str = PROGRAMME
    due: dict[int, dict[str, int | None]] = field(default_factory=dict)
    """By subject and month; None for not known."""
    payees: dict[int, int | None] = field(default_factory=dict)
    """Who is paid for a subject, where it is somebody else, or nobody."""

    def __post_init__(self) -> None:
        channel("rural")

    def knows(self, person: Person, *months: str, fen: int | None = 10_000) -> None:
        """Let it be known that a person is due an amount in some months (None: not known)."""
        self.due.setdefault(person.id, {}).update(dict.fromkeys(months, fen))

    def assess(self, month: str) -> Assessment:
        """Assess a month as it is known now."""
        assessment: Assessment = AssessmentFactory.create(month=month)
        for subject_id, months in self.due.items():
            if month not in months:
                continue
            fen = months[month]
            outcome = "unknown" if fen is None else "due" if fen else "not_due"
            DecisionFactory.create(
                assessment=assessment,
                programme=self.programme,
                subject_id=subject_id,
                payee_person_id=self.payees.get(subject_id, subject_id),
                outcome=outcome,
                amount_fen=fen or None,
            )
        return assessment

    def build(self, month: str) -> Batch | None:
        """Build a month's regular list."""
        return building.build(self.session, self.assess(month), self.programme, by=SYSTEM)

    def run(self, *months: str) -> None:
        """Build and pay the lists of some months."""
        for month in months:
            self.build(month)
            self.pay()

    def mend(self, month: str, *past: str, by: Actor = MAKER) -> Mended:
        """Look back from a month at past ones, as they are known now."""
        return mend(
            self.session,
            self.programme,
            Month.parse(month),
            [self.assess(one) for one in past],
            by=by,
        )

    def pay(self) -> None:
        """Let the bank pay every line that is ready."""
        which = Payment.programme == self.programme
        fen = 0
        for now, then in (("ready", "frozen"), ("frozen", "sent"), ("sent", "paid")):
            _, fen = move_lines(
                self.session, which, now=now, then=then, by=SYSTEM, on=("bank_files", "test")
            )
        count = self.session.scalar(text("SELECT count(*) FROM ledger_entries"))
        settled = account_code("settled", programme=self.programme)
        commitments = account_code("commitments", programme=self.programme)
        post(
            self.session, "reply.paid", f"test {count}", {settled: fen, commitments: -fen},
            booked_on=date(2026, 10, 16),
        )  # fmt: skip
        book_offsets(self.session, self.programme)

    def lines(self, person: Person, period: str = "") -> list[tuple[str, str, int, int, str]]:
        """Return a person's lines: (period, type, attempt, fen, state)."""
        self.session.expire_all()
        rows = self.session.scalars(
            select(Payment).where(Payment.subject_id == person.id).order_by(Payment.id)
        )
        return [
            (one.period, one.line_type, one.attempt, one.amount_fen, one.state)
            for one in rows
            if not period or one.period == period
        ]

    def cases(self, person: Person) -> list[RecoveryCase]:
        """Return a person's recovery cases in order."""
        return list(
            self.session.scalars(
                select(RecoveryCase)
                .where(RecoveryCase.subject_id == person.id)
                .order_by(RecoveryCase.number)
            )
        )

    def asked(self, person: Person) -> dict[str, int]:
        """Return {period: fen asked back and not back yet} over the person's open cases."""
        rows = self.session.execute(
            text(
                f"SELECT q.period, sum(q.asked_fen - q.recovered_fen) AS fen FROM ({ITEMS}) q "
                "WHERE q.subject_id = :id AND q.state NOT IN ('withdrawn', 'written_off') "
                "GROUP BY 1 ORDER BY 1"
            ),
            {"id": person.id},
        )
        return {row.period: int(row.fen) for row in rows if row.fen}
