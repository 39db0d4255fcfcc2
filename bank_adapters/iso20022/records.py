"""Turn the statuses of a report into one record per reference, and say what contradicts what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from bank_adapters.contract import Fault, ReplyRecord, State
from bank_adapters.faults import fault
from bank_adapters.iso20022.codes import HELD_AT_BANK, TRANSACTION_STATES, VERIFICATION_ONLY
from bank_adapters.iso20022.codes import group_state as state_of_group
from bank_adapters.iso20022.codes import transaction_state as state_of_transaction
from bank_adapters.text import damaged


@dataclass(frozen=True, slots=True)
class Status:
    """A status with the reason given for it; all "" when the bank said nothing at this level."""

    status: str = ""
    reason_code: str = ""
    reason: str = ""

    @property
    def code(self) -> str:
        """The reason's code, or the status where no reason is given."""
        return self.reason_code or self.status


NOTHING_SAID = Status()


@lru_cache(maxsize=4096)
def shared(status: str, reason_code: str, reason: str) -> Status:
    """Return one object for equal statuses: a file says few different ones a million times."""
    return Status(status, reason_code, reason)


@dataclass(slots=True)
class Transaction:
    """One transaction as reported; `block` is the status of the block it stands in.

    `foreign`: it names an amount in another currency, so it cannot be a payment of ours.
    """

    reference: str
    status: Status
    amount_fen: int | None
    line: int | None
    block: Status = NOTHING_SAID
    foreign: bool = False
    account_no: str = ""
    account_name: str = ""
    bank_reference: str = ""

    def effective(self, group: Status) -> tuple[Status, bool]:
        """Return the nearest status, and whether it is the transaction's own."""
        if self.status.status:
            return self.status, True
        return (self.block if self.block.status else group), False


def records_of(
    transactions: list[Transaction], group: Status, faults: list[Fault]
) -> list[ReplyRecord]:
    """Return one record per reference in the order of first mention; add faults as found.

    The list is emptied on the way: a million transactions and their records need not stand side
    by side.
    """
    records: dict[str, ReplyRecord] = {}
    transactions.reverse()
    while transactions:
        transaction = transactions.pop()
        if not transaction.reference:
            faults.append(fault("reference_missing", line=transaction.line))
            continue
        record = _record(transaction, group, faults)
        earlier = records.get(record.reference)
        if earlier is not None:
            record = _reconciled(earlier, record, faults)
        records[record.reference] = record
    return list(records.values())


def _record(transaction: Transaction, group: Status, faults: list[Fault]) -> ReplyRecord:
    status, own = transaction.effective(group)
    judge = state_of_transaction if own else state_of_group
    state = judge(status.status, status.reason_code)
    if status.status not in TRANSACTION_STATES and status.status not in VERIFICATION_ONLY:
        detail = status.status[:8] if status.status.isascii() else "?"
        found = fault("status_unknown", line=transaction.line, field="TxSts", detail=detail or "-")
        faults.append(found)
    if status.status in HELD_AT_BANK:
        faults.append(fault("held_at_bank", line=transaction.line, detail=status.status))
    if status.reason and damaged(status.reason):
        faults.append(
            fault("mojibake", line=transaction.line, field="AddtlInf", value=status.reason)
        )
    if group.status == "RJCT" and own and state in {State.PAID, State.IN_TRANSIT}:
        faults.append(fault("group_contradicted", line=transaction.line, detail=status.status))
    if transaction.foreign and state is State.PAID:
        state = State.UNKNOWN
    return ReplyRecord(
        reference=transaction.reference,
        state=state,
        amount_fen=transaction.amount_fen,
        code=status.code,
        reason=status.reason,
        line=transaction.line,
        account_no=transaction.account_no,
        account_name=transaction.account_name,
        bank_reference=transaction.bank_reference,
    )


def _reconciled(earlier: ReplyRecord, later: ReplyRecord, faults: list[Fault]) -> ReplyRecord:
    """One reference named twice: a stage on the way gives way to a final result, else a person."""
    same_amount = earlier.amount_fen == later.amount_fen
    if same_amount and (earlier.state, earlier.code) == (later.state, later.code):
        faults.append(fault("reference_listed_twice", line=later.line, value=later.reference))
        return earlier
    if same_amount and State.IN_TRANSIT in {earlier.state, later.state}:
        return later if earlier.state is State.IN_TRANSIT else earlier
    detail = f"{earlier.code} / {later.code}" if same_amount else "amount / 金额"
    faults.append(
        fault("status_contradictory", line=later.line, value=later.reference, detail=detail)
    )
    return replace(earlier, state=State.UNKNOWN, code="CONTRADICTORY", reason=detail)
