"""A town whose offices deliver real files, and whose months August and September were paid."""

from sqlalchemy import select, update

from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.mending.run import KINDS, look_back
from service.batches.models import MonthRun, Payment
from service.batches.recoveries.models import RecoveryCase, RecoveryItem
from service.foundation import clock, jobs
from service.foundation.months import Month
from tests.factories.batches import channel
from tests.foundation.committed import Committed
from tests.service.residents.situations.offices import EVERYBODY, Offices

PAST = ("2026-08", "2026-09")
OCTOBER = Month(2026, 10)


class Town:
    """Offices that deliver into a database whose commits stay, and months that were paid."""

    def __init__(self, committed: Committed) -> None:
        self.committed = committed
        with committed.transaction() as session:
            self.offices = Offices(session)
            self.offices.deliver_about_others(*EVERYBODY)
            channel("rural")

    def deliver(self) -> None:
        """Let the offices deliver what they say."""
        with self.committed.transaction() as session:
            self.offices.session = session
            self.offices.deliver()

    def pay(self, *programmes: str) -> None:
        """Decide the past months, build their lists and let every line be paid."""
        for month in PAST:
            with self.committed.transaction() as session:
                self.offices.session = session
                assessment = self.offices.decide(month).assessment
                session.add(
                    MonthRun(
                        month=month, programmes=list(programmes), requested_by="test",
                        requested_at=clock.now(), finished_at=clock.now(), stage="built",
                        assessment_id=assessment.id,
                    )
                )  # fmt: skip
                for code in programmes:
                    build(session, assessment, code, by=SYSTEM)
        with self.committed.transaction() as session:
            for state in ("ready", "frozen", "sent", "paid"):
                session.execute(update(Payment).values(state=state))

    def look_back(self) -> None:
        """Look back from October by the jobs that a worker would do."""
        with self.committed.transaction() as session:
            look_back(session, OCTOBER, by=SYSTEM, since=Month(2026, 8))
        jobs.drain(kinds=KINDS)

    def lines(self, *types: str) -> list[tuple[str, str, int]]:
        """Return (programme, period, fen) of lines of some types."""
        with self.committed.transaction() as session:
            rows = session.execute(
                select(Payment.programme, Payment.period, Payment.amount_fen)
                .where(Payment.line_type.in_(types))
                .order_by(Payment.programme, Payment.period)
            )
            return [(row[0], row[1], row[2]) for row in rows]

    def asked(self) -> list[tuple[str, str, int]]:
        """Return (programme, period, fen) of what is asked back."""
        with self.committed.transaction() as session:
            rows = session.execute(
                select(RecoveryCase.programme, RecoveryItem.period, RecoveryItem.amount_fen)
                .join(RecoveryItem, RecoveryItem.case_id == RecoveryCase.id)
                .order_by(RecoveryCase.programme, RecoveryItem.period)
            )
            return [(row[0], row[1], row[2]) for row in rows]
