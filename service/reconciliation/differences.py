"""Where a bank day differs: row by row, which file and which line, what the bank says and what we have."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.dispatch.models import BankFile
from service.foundation.money import yuan
from service.ledger.models import BankChannel, LedgerAccount, LedgerEntry, LedgerPosting
from service.ledger.post import account_code
from service.ledger.standing import stands
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine
from service.reconciliation.replaced import replaced

_ROWS_MAX = 200


@dataclass(frozen=True)
class DifferingRow:
    """One row of a difference, in fen; ``said`` is the bank's, ``booked`` ours."""

    file_name: str
    line: str
    href: str
    said_fen: int
    booked_fen: int
    why: str
    why_zh: str

    @property
    def differs_fen(self) -> int:
        """What the bank says more than we have."""
        return self.said_fen - self.booked_fen

    def as_json(self) -> dict[str, Any]:
        """Return the row for programs."""
        return {
            "file": self.file_name,
            "line": self.line,
            "href": self.href,
            "said_fen": self.said_fen,
            "booked_fen": self.booked_fen,
            "differs_fen": self.differs_fen,
            "why": self.why,
        }

    @classmethod
    def of_statement(
        cls,
        session: Session,
        statement: BankStatement,
        *,
        line: str = "",
        said_fen: int,
        booked_fen: int,
        why: str,
        why_zh: str,
    ) -> "DifferingRow":
        """Return a row about a statement or one of its lines."""
        file = session.get_one(InboundFile, statement.inbound_file_id)
        href = f"/reconciliation/files/{file.id}"
        return cls(file.file_name, line, href, said_fen, booked_fen, why, why_zh)


def moved_by_kind(session: Session, channel: BankChannel, day: date) -> dict[str, list[int]]:
    """Return {what moved: [movements, fen]} of a day's statements; credits are positive."""
    rows = session.execute(
        select(StatementLine.matched, func.count(), func.sum(StatementLine.signed_fen))
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .where(BankStatement.channel_id == channel.id, BankStatement.booked_on == day, ~replaced())
        .group_by(StatementLine.matched)
        .order_by(StatementLine.matched)
    )
    return {matched: [count, int(fen)] for matched, count, fen in rows}


def differing_rows(
    session: Session, channel: BankChannel, day: date, *, since: date | None
) -> list[DifferingRow]:
    """Return what makes statement and ledger differ, among what was booked after the last closed day.

    Statements whose lines are not what was posted for them, and cash that no statement booked.
    """
    statements = {
        str(one.id): one
        for one in session.scalars(
            select(BankStatement).where(
                BankStatement.channel_id == channel.id,
                BankStatement.booked_on <= day,
                BankStatement.booked_on > (since or date.min),
                ~replaced(),
            )
        )
    }
    posted: dict[str, int] = defaultdict(int)
    found = []
    for entry, amount_fen in _cash(session, channel, day, since):
        statement_id = entry.event_id.partition(":")[0]
        if entry.event_type.startswith("statement.") and statement_id in statements:
            posted[statement_id] += amount_fen
        elif entry.event_type != "channel.funded":
            found.append(
                DifferingRow(
                    f"{entry.event_type} {entry.number}",
                    "",
                    f"/ledger/entries/{entry.id}",
                    0,
                    amount_fen,
                    f"entry {entry.number} moves cash without a line of a statement",
                    f"凭证 {entry.number} 记有银行存款变动，但对账单中没有对应明细",
                )
            )
    for statement_id, statement in statements.items():
        found += _lines(session, statement, posted[statement_id])
    return found[:_ROWS_MAX]


def rows_of_file(
    session: Session, channel: BankChannel, file: BankFile, *, said_fen: int, booked_fen: int
) -> list[DifferingRow]:
    """Return the statement's lines that debited a file, and the reply's lines that do not fit."""
    found = [
        DifferingRow.of_statement(
            session,
            statement,
            line=line.ordinal,
            said_fen=said_fen,
            booked_fen=booked_fen,
            why=f"debited {yuan(-line.signed_fen)} yuan for {file.file_reference}",
            why_zh=f"就 {file.file_reference} 扣款 {yuan(-line.signed_fen)} 元",
        )
        for line, statement in session.execute(
            select(StatementLine, BankStatement)
            .join(BankStatement, BankStatement.id == StatementLine.statement_id)
            .where(
                BankStatement.channel_id == channel.id,
                StatementLine.file_reference == file.file_reference,
                StatementLine.matched == "file",
                ~replaced(),
            )
            .order_by(BankStatement.booked_on, StatementLine.id)
        )
    ]
    rows = session.execute(
        select(ReplyLine, InboundFile)
        .join(InboundFile, InboundFile.id == ReplyLine.inbound_file_id)
        .where(
            InboundFile.bank_file_id == file.id,
            ReplyLine.outcome.not_in(("moved", "unchanged", "duplicate_line")),
        )
        .order_by(InboundFile.received_at, ReplyLine.id)
        .limit(_ROWS_MAX)
    )
    for line, inbound in rows:
        found.append(
            DifferingRow(
                inbound.file_name,
                "" if line.line is None else str(line.line),
                f"/reconciliation/files/{inbound.id}",
                line.amount_fen or 0,
                0,
                f"the reply's line was not applied: {line.outcome}",
                f"回盘明细未入账：{line.outcome}",
            )
        )
    return found[:_ROWS_MAX]


def _cash(
    session: Session, channel: BankChannel, day: date, since: date | None
) -> list[tuple[LedgerEntry, int]]:
    rows = session.execute(
        select(LedgerEntry, LedgerPosting.amount_fen)
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(
            LedgerAccount.code == account_code("bank_cash", channel=channel.code),
            LedgerEntry.booked_on <= day,
            LedgerEntry.booked_on > (since or date.min),
            stands(),
        )
        .order_by(LedgerEntry.number)
    )
    return [(entry, amount_fen) for entry, amount_fen in rows]


def _lines(session: Session, statement: BankStatement, posted_fen: int) -> list[DifferingRow]:
    """Return the lines of a statement for which something else was posted than they say."""
    lines = list(
        session.scalars(
            select(StatementLine)
            .where(StatementLine.statement_id == statement.id)
            .order_by(StatementLine.id)
        )
    )
    said_fen = sum(line.signed_fen for line in lines)
    moved_fen = statement.closing_fen - statement.opening_fen
    if said_fen == posted_fen == moved_fen:
        return []
    return [
        DifferingRow.of_statement(
            session,
            statement,
            line=f"{lines[0].ordinal}–{lines[-1].ordinal}" if lines else "",
            said_fen=moved_fen,
            booked_fen=posted_fen,
            why=f"statement {statement.statement_id} moved {yuan(moved_fen)} yuan, "
            f"its lines {yuan(said_fen)}, posted {yuan(posted_fen)}",
            why_zh=f"对账单 {statement.statement_id} 变动 {yuan(moved_fen)} 元，"
            f"明细合计 {yuan(said_fen)} 元，已记账 {yuan(posted_fen)} 元",
        )
    ]
