"""Read camt.053 for a channel that books money: every statement of the file, or none."""

from __future__ import annotations

from typing import BinaryIO

from bank_adapters.contract import Statement, StatementEntry, StatementFile
from bank_adapters.faults import is_fatal
from bank_adapters.iso20022.account import Account
from bank_adapters.iso20022.camt import STATEMENT, walk
from bank_adapters.iso20022.entries import BOOKED, Entry, lines_of
from bank_adapters.judged import Judged, Rules


class _Statements:
    """Keeps booked entries until their statement's day is known."""

    def __init__(self, faults: Judged) -> None:
        self.faults = faults
        self.waiting: list[Entry] = []
        self.statements: list[Statement] = []

    def message(self, message_id: str) -> None:
        """Leave it: a statement is known by its own id, number and day."""

    def entry(self, entry: Entry) -> None:
        """Keep an entry that counts."""
        if entry.status == BOOKED and entry.signed_fen is not None and entry.sign:
            self.waiting.append(entry)

    def account(self, account: Account) -> None:
        """Close a statement; one that lacks what a booking needs has its fault already."""
        waiting, self.waiting = self.waiting, []
        if account.opening_fen is None or account.closing_fen is None or account.booked_on is None:
            return
        self.statements.append(
            Statement(
                account=account.account,
                number=account.number,
                statement_id=account.statement_id,
                opening_fen=account.opening_fen,
                closing_fen=account.closing_fen,
                booked_on=account.booked_on,
                entries=tuple(
                    StatementEntry(
                        account=account.account,
                        booked_on=entry.booked_on or account.booked_on,
                        credit=line.credit,
                        amount_fen=abs(line.signed_fen or 0),
                        kind=line.kind,
                        reference=line.reference,
                        file_reference=line.file_reference,
                        bank_reference=line.bank_reference,
                        reason_code=line.reason_code,
                        ordinal=line.ordinal,
                        value_on=entry.value_on,
                    )
                    for entry in waiting
                    for line in lines_of(entry, self.faults)
                ),
            )
        )


def read(source: bytes | BinaryIO, max_bytes: int) -> StatementFile:
    """Return every statement; with a fatal fault none. Never raises for its input."""
    rules = Rules(max_bytes=max_bytes)
    taker = _Statements(Judged(rules))
    faults = walk(source, rules, STATEMENT, taker)
    faults.extend(taker.faults)
    believed = () if is_fatal(faults) else tuple(taker.statements)
    return StatementFile(statements=believed, faults=faults.told())
