"""Give an answer's lines our references where a bank's format has no column for them.

Some banks' sheets know only account, name and amount. The payments of the file that was sent are
known, frozen and in order, so each line of the answer is compared with them: by its number in the
file if it has one, and then account and amount must be the same; else by account and amount, which
`write` made sure are different for every two lines of such a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bank_adapters.contract import Fault, Instruction, Reply, ReplyRecord, State
from bank_adapters.faults import fault, is_fatal


def assign(reply: Reply, sent: Sequence[Instruction]) -> Reply:
    """Return the reply with our references in its records; a line that fits nothing refuses it."""
    if not reply.believable or all(record.reference for record in reply.records):
        return reply
    by_content = {(one.account_no, one.amount_fen): one for one in sent}
    records: list[ReplyRecord] = []
    faults: list[Fault] = []
    taken: set[str] = set()
    for record in reply.records:
        payment = _payment(record, sent, by_content)
        if payment is None:
            faults.append(fault("line_not_ours", line=record.line, value=record.account_no))
        elif payment.reference in taken:
            faults.append(fault("reference_twice", line=record.line, value=payment.reference))
        else:
            taken.add(payment.reference)
            records.append(replace(record, reference=payment.reference))
    if not faults and len(records) < len(sent):
        faults.append(fault("reply_incomplete", detail=f"{len(records)} / {len(sent)}"))
    refused = is_fatal(faults)
    return replace(
        reply,
        records=() if refused else tuple(records),
        faults=(*reply.faults, *faults),
        silence_means=State.UNKNOWN if refused else reply.silence_means,
    )


def _payment(
    record: ReplyRecord,
    sent: Sequence[Instruction],
    by_content: dict[tuple[str, int], Instruction],
) -> Instruction | None:
    if record.amount_fen is None:
        return None
    if record.serial is None:
        return by_content.get((record.account_no, record.amount_fen))
    if record.serial > len(sent):
        return None
    found = sent[record.serial - 1]
    same = (found.account_no, found.amount_fen) == (record.account_no, record.amount_fen)
    return found if same else None
