"""Let a corrected statement take the place of the one that was booked.

The old one stays as it was kept. Its postings are taken back on their own day, its payments return to
where they stood before it, and the corrected one is booked, all in one transaction. What was built on
the old one since – a payment issued again, a receipt assigned or written off – is never pulled away
from under somebody: then the replacement is refused, and the sentence says by what.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from bank_adapters import Statement, StatementEntry
from service.audit.record import record
from service.batches.lines import move_lines
from service.batches.models import Payment
from service.batches.recoveries.book import book_offsets
from service.dispatch.models import BankFile
from service.foundation import clock
from service.ledger.asks.models import FinanceAsk
from service.ledger.models import BankChannel, LedgerEntry
from service.ledger.reverse import reverse
from service.officers.models import Officer
from service.reconciliation.book import came_before
from service.reconciliation.control import keep_control
from service.reconciliation.models import (
    BankStatement,
    InboundFile,
    StatementLine,
    StatementReplacement,
)
from service.reconciliation.quarantine.problems import NotReplaceable
from service.reconciliation.receipts.models import ReceiptAssignment

_BEFORE = {"paid": "paid", "sent": "unknown", "unknown": "unknown", "rejected": "rejected"}
"""Where a payment goes that an old statement had brought back, by where it stood before."""
_POSTED = (
    "statement.debited",
    "statement.returned",
    "statement.unidentified",
    "return.settled_first",
    "payment.returned",
)


@dataclass
class Replacement:
    """One file's replacing: what it replaced, and whose payments have to be looked at afterwards."""

    session: Session
    channel: BankChannel
    inbound: InboundFile
    asked: FinanceAsk
    by: Officer
    replaced: list[BankStatement] = field(default_factory=list)
    came_back: list[int] = field(default_factory=list)

    def make_room(self, statement: Statement) -> bool:
        """Take back what is booked in a statement's place; return False when it is the same.

        Raises NotReplaceable.
        """
        for old in came_before(self.session, self.channel, statement):
            if old.inbound_file_id == self.inbound.id:
                continue
            if _is_same(self.session, old, statement):
                return False
            self._take_back(old)
        return True

    def finish(self) -> None:
        """Write where the old statements' files stand now, and what their payments kept."""
        touched = select(Payment.programme).where(Payment.id.in_(self.came_back)).distinct()
        for programme in sorted(self.session.scalars(touched)):
            book_offsets(self.session, programme)
        files = self.session.scalars(
            select(BankFile)
            .where(
                BankFile.id.in_(select(Payment.bank_file_id).where(Payment.id.in_(self.came_back)))
            )
            .order_by(BankFile.id)
        ).all()
        for file in files:
            keep_control(self.session, file, self.inbound)

    def _take_back(self, old: BankStatement) -> None:
        _require_untouched(self.session, old)
        entries = _entries(self.session, old)
        back = self._payments_back(old, entries)
        for entry in entries:
            reverse(
                self.session, entry.id, on=entry.booked_on, reason=self.asked.reason,
                by=self.by.actor(),
            )  # fmt: skip
        self.session.add(
            StatementReplacement(
                statement_id=old.id,
                by_file_id=self.inbound.id,
                ask_id=self.asked.id,
                replaced_at=clock.now(),
            )
        )
        self.session.flush()
        self.replaced.append(old)
        self.came_back += back
        record(
            self.session,
            "statement.replaced",
            by=self.by.actor(),
            on=("bank_statements", old.id),
            reason=self.asked.reason,
            details={
                "channel": self.channel.code,
                "booked_on": old.booked_on.isoformat(),
                "by_file": str(self.inbound.id),
                "asked_by": str(self.asked.asked_by),
                "entries_reversed": len(entries),
                "payments_back": len(back),
                "closing_fen": old.closing_fen,
            },
        )

    def _payments_back(self, old: BankStatement, entries: list[LedgerEntry]) -> list[int]:
        """Move what the old statement brought back to where it stood; return the payments."""
        befores: dict[UUID, set[str]] = defaultdict(set)
        for entry in entries:
            if entry.event_type == "payment.returned":
                _, about, stood = entry.event_id.split(":")
                befores[UUID(about)].add(stood)
        moved: list[int] = []
        for file_id, found in sorted(befores.items()):
            if len(found) > 1:
                raise NotReplaceable(
                    "payments of one file came back from different states",
                    "同一文件的付款退回前状态不一致",
                )
            before = _BEFORE[found.pop()]
            mine = list(
                self.session.scalars(
                    select(StatementLine.payment_id)
                    .join(Payment, Payment.id == StatementLine.payment_id)
                    .where(
                        StatementLine.statement_id == old.id,
                        StatementLine.matched == "return",
                        Payment.bank_file_id == file_id,
                    )
                )
            )
            numbers = [number for number in mine if number is not None]
            values: dict[str, str | None] = {
                "result_code": "CANC" if before == "rejected" else None,
                "result_reason": None,
            }
            if before != "paid":
                values["settled_on"] = None
            count, _ = move_lines(
                self.session, Payment.id.in_(numbers), now="returned", then=before,
                by=self.by.actor(), on=("bank_statements", old.id), values=values,
            )  # fmt: skip
            if count != len(numbers):
                raise NotReplaceable(
                    f"{len(numbers) - count} payments that came back by it were issued again or moved "
                    "on since",
                    f"经其退回的 {len(numbers) - count} 笔付款此后已重新发放或另有变动",
                )
            moved += numbers
        return moved


def _entries(session: Session, old: BankStatement) -> list[LedgerEntry]:
    """Return what was posted for a statement itself, in order; not what people did with its lines."""
    found = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.event_id.like(f"{old.id}:%"), LedgerEntry.event_type.in_(_POSTED))
        .order_by(LedgerEntry.number)
    )
    return [
        one
        for one in found
        if one.event_type.startswith("statement.") or one.event_id.count(":") == 2
    ]


def _require_untouched(session: Session, old: BankStatement) -> None:
    lines = select(StatementLine.id).where(StatementLine.statement_id == old.id)
    taken_back = session.scalar(
        select(func.count())
        .select_from(StatementLine)
        .where(StatementLine.statement_id == old.id, StatementLine.matched == "return_undone")
    )
    if taken_back:
        raise NotReplaceable(
            f"{taken_back} returns were taken back by it",
            f"其中有 {taken_back} 笔退回被银行撤销",
        )
    assigned = session.scalar(
        select(func.count())
        .select_from(ReceiptAssignment)
        .where(
            ReceiptAssignment.statement_line_id.in_(lines), ReceiptAssignment.state != "withdrawn"
        )
    )
    given_up = session.scalar(
        select(func.count())
        .select_from(LedgerEntry)
        .where(
            LedgerEntry.event_type == "receipt.written_off",
            LedgerEntry.event_id.in_(
                select(cast(StatementLine.id, String)).where(StatementLine.statement_id == old.id)
            ),
        )
    )
    if assigned or given_up:
        raise NotReplaceable(
            "receipts on it were assigned or written off since",
            "其中的收款此后已认领或核销",
        )


def _is_same(session: Session, old: BankStatement, statement: Statement) -> bool:
    """Whether a statement says nothing else than what is booked; its wrapping may differ."""
    if (old.opening_fen, old.closing_fen) != (statement.opening_fen, statement.closing_fen):
        return False
    lines = session.scalars(
        select(StatementLine).where(StatementLine.statement_id == old.id).order_by(StatementLine.id)
    )
    booked = [
        (one.ordinal, one.kind, one.signed_fen, one.reference, one.bank_reference, one.reason_code)
        for one in lines
    ]
    return booked == [_as_booked(one) for one in statement.entries]


def _as_booked(one: StatementEntry) -> tuple[str, str, int, str, str, str]:
    return (
        one.ordinal, one.kind.value, one.signed_fen, one.reference[:40], one.bank_reference[:40],
        one.reason_code[:10],
    )  # fmt: skip
