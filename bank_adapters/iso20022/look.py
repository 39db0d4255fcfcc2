"""Read camt.052, camt.053 or camt.054 for a look: one record per movement, nothing is booked."""

from __future__ import annotations

from typing import BinaryIO

from bank_adapters.contract import EntryKind, ReplyRecord, ReplyTotals, State
from bank_adapters.faults import fault, is_fatal
from bank_adapters.formats import REVERSED, AccountDay, ReadFile, movement_state
from bank_adapters.iso20022.account import Account
from bank_adapters.iso20022.camt import Message, walk
from bank_adapters.iso20022.entries import BOOKED, Entry, Line, lines_of
from bank_adapters.judged import LOOK, Judged
from bank_adapters.text import damaged

PENDING = "PDNG"
COUNTED = frozenset({BOOKED, PENDING})
SAYS_PAID = frozenset({State.PAID, State.RETURNED})
ACCOUNT_BITS = 20


class _Records:
    """Keeps a record per movement, and knows which bookings were told before."""

    def __init__(self) -> None:
        self.faults = Judged(LOOK)
        self.records: list[ReplyRecord] = []
        self.accounts: list[AccountDay] = []
        self.begins = 0
        # Hash of reference, direction and status → hash of what makes it the same booking, and
        # in which statement: within one, its balances prove that both were booked.
        self.seen: dict[int, int] = {}
        self.fresh: list[tuple[int, int]] = []
        self.closed: set[tuple[object, ...]] = set()
        self.message_id = ""

    def message(self, message_id: str) -> None:
        """Keep the bank's id of the message."""
        self.message_id = message_id

    def entry(self, entry: Entry) -> None:
        """Keep the movements of an entry; what is neither booked nor pending never counts."""
        if entry.status not in COUNTED:
            return
        for line in lines_of(entry, self.faults):
            if not self._told_before(entry, line):
                self.records.append(_record(entry, line))
                if line.reason and damaged(line.reason):
                    self.faults.append(
                        fault("mojibake", line=line.line, field="AddtlInf", value=line.reason)
                    )
        for who, which in self.fresh:
            self.seen.setdefault(who, _packed(which, len(self.accounts)))
        self.fresh.clear()

    def account(self, account: Account) -> None:
        """Close an account; one told twice in the file counts once."""
        key = (account.account, account.statement_id, account.number, account.booked_on,
               account.opening_fen, account.closing_fen, account.credit_fen, account.debit_fen)  # fmt: skip
        if account.entry_count and account.statement_id and key in self.closed:
            self.faults.append(fault("statement_twice", line=account.line, field="Id"))
            del self.records[self.begins :]
        else:
            self.accounts.append(
                AccountDay(
                    account=account.account,
                    number=account.number,
                    statement_id=account.statement_id,
                    booked_on=account.booked_on,
                    opening_fen=account.opening_fen,
                    closing_fen=account.closing_fen,
                    entry_count=account.entry_count,
                    credit_fen=account.credit_fen,
                    debit_fen=account.debit_fen,
                )
            )
        self.closed.add(key)
        self.begins = len(self.records)

    def _told_before(self, entry: Entry, line: Line) -> bool:
        if not line.reference:
            return False
        who = hash((line.reference, line.credit, entry.status, line.kind))
        which = hash((line.bank_reference, line.signed_fen, entry.booked_on))
        before = self.seen.get(who)
        self.fresh.append((who, which))
        if before is None:
            return False
        here = _packed(which, len(self.accounts))
        same_booking = before >> ACCOUNT_BITS == here >> ACCOUNT_BITS
        if line.bank_reference and same_booking and before != here:
            self.faults.append(fault("booking_twice", line=line.line, value=line.reference))
            return True
        if line.kind is EntryKind.PAYMENT_DEBIT:
            self.faults.append(fault("booked_again", line=line.line, value=line.reference))
        return False


def _packed(which: int, account: int) -> int:
    """One number instead of a pair: there may be a million of them."""
    return which << ACCOUNT_BITS | account % (1 << ACCOUNT_BITS)


def read(source: BinaryIO, message: Message) -> ReadFile:
    """Return records and accounts; with a fatal fault none. Never raises for its input."""
    taker = _Records()
    faults = walk(source, LOOK, message, taker)
    faults.extend(taker.faults)
    believed = not is_fatal(faults)
    listed_fen = sum(one.amount_fen or 0 for one in taker.records)
    return ReadFile(
        records=tuple(taker.records) if believed else (),
        faults=faults.told(),
        totals=ReplyTotals(len(taker.records), listed_fen, None, None),
        accounts=tuple(taker.accounts) if believed else (),
        message_id=taker.message_id,
    )


def _record(entry: Entry, line: Line) -> ReplyRecord:
    state = movement_state(line.kind, credit=line.credit, reference=line.reference)
    own = line.file_reference if line.kind is EntryKind.BATCH_DEBIT else line.reference
    if entry.status == PENDING and state is not State.UNKNOWN:
        state = State.IN_TRANSIT
    foreign = entry.signed_fen is None or any(one.foreign for one in entry.details)
    if foreign and state in SAYS_PAID:
        state = State.UNKNOWN
    return ReplyRecord(
        reference=own,
        state=state,
        amount_fen=None if line.signed_fen is None else abs(line.signed_fen),
        code=line.reason_code or (REVERSED if entry.reversal else entry.status),
        reason=line.reason,
        line=line.line,
        bank_reference=line.bank_reference,
    )
