"""Read camt.029: what the bank answers to a request to cancel. Refused means: the payment goes on.

Only an accepted cancellation says that a payment is not executed; an answer that the bank does not
know the payment, or that somebody else has to answer, leaves it unknown or on its way.
"""

from __future__ import annotations

from typing import BinaryIO

from lxml import etree

from bank_adapters.contract import ReplyRecord, ReplyTotals, State
from bank_adapters.faults import fault, is_fatal
from bank_adapters.formats import ReadFile
from bank_adapters.iso20022.amounts import amount_of
from bank_adapters.iso20022.stream import (
    Refused,
    all_children,
    child,
    children,
    elements,
    free,
    line_of,
    text,
    text_of,
)
from bank_adapters.judged import LOOK, Judged

MESSAGE = "RsltnOfInvstgtn"
NAMES = (MESSAGE, "TxInfAndSts", "OrgnlPmtInfAndSts")
NOT_PROVIDED = frozenset({"", "NOTPROVIDED"})
STATES: dict[str, State] = {
    "ACCR": State.REJECTED,  # Accepted: it is not executed.
    "CNCL": State.REJECTED,  # The same, said of the whole request.
    "PDCR": State.IN_TRANSIT,  # Still being looked at.
    "PECR": State.UNKNOWN,  # Partly accepted: for which payments is not said here.
    "RJCR": State.IN_TRANSIT,  # Refused: the payment goes on as if nobody had asked.
}
# Reasons that say more than the refusal itself.
REASONS: dict[str, State] = {
    "ARDT": State.RETURNED,  # Returned already.
    "PTNA": State.IN_TRANSIT,  # Passed on to the next bank.
    "NOOR": State.UNKNOWN,  # The original never came: the file itself is in question.
    "ARPL": State.UNKNOWN,  # No reply from the payee.
    "DUPL": State.UNKNOWN,
}


class _Answers:
    """What the document says so far; a status of block or request speaks for what names none."""

    def __init__(self) -> None:
        self.faults = Judged(LOOK)
        self.message_count = 0
        self.open: list[tuple[ReplyRecord, bool]] = []
        self.records: list[ReplyRecord] = []
        self.file_reference = ""
        self.silence = State.UNKNOWN
        self.message_id = ""
        self.status = ""


def read(source: BinaryIO) -> ReadFile:
    """Return one record per payment named. Never raises for its input."""
    answers = _Answers()
    try:
        for name, element in elements(source, LOOK.max_bytes, NAMES):
            if name == "TxInfAndSts":
                answers.open.append(_transaction(element, answers.faults))
                free(element)
            elif name == "OrgnlPmtInfAndSts":
                _close(answers, *_status(element, "PmtInfCxlSts"))
                answers.file_reference = answers.file_reference or _file(element)
                free(element)
            else:
                _message(answers, element)
    except Refused as refused:
        answers.faults.append(refused.fault)
    else:
        if answers.message_count == 0:
            answers.faults.append(fault("message_unexpected", detail=MESSAGE))
    believed = not is_fatal(answers.faults)
    return ReadFile(
        records=tuple(answers.records) if believed else (),
        faults=answers.faults.told(),
        totals=ReplyTotals(
            len(answers.records), sum(one.amount_fen or 0 for one in answers.records), None, None
        ),
        file_reference=answers.file_reference,
        silence_means=answers.silence if believed else State.UNKNOWN,
        message_id=answers.message_id,
        silence_status=answers.status if believed else "",
    )


def state_of(status: str, reason: str) -> State:
    """Return what an answer says about the payment itself."""
    state = STATES.get(status, State.UNKNOWN)
    return state if state is State.REJECTED else REASONS.get(reason, state)


def _message(answers: _Answers, element: etree._Element) -> None:
    answers.message_count += 1
    answers.message_id = text(element, "Assgnmt", "Id")
    details = child(element, "CxlDtls")
    group = child(details, "OrgnlGrpInfAndSts")
    status, reason, words = _status(group, "GrpCxlSts") if group is not None else ("", "", "")
    if not status:
        status = text(element, "Sts", "Conf")
        cause = child(details, "CxlStsRsnInf")
        reason, words = _why([cause] if cause is not None else [])
    _close(answers, status, reason, words)
    answers.file_reference = answers.file_reference or text(group, "OrgnlMsgId")
    answers.silence, answers.status = state_of(status, reason), status
    if not answers.records and not status:
        answers.faults.append(fault("nothing_listed"))


def _close(answers: _Answers, status: str, reason: str, words: str) -> None:
    """Give the open payments of a block its status where they have none; wait if it has none."""
    waiting: list[tuple[ReplyRecord, bool]] = []
    for record, own in answers.open:
        if own:
            answers.records.append(record)
        elif status:
            answers.records.append(
                ReplyRecord(
                    record.reference,
                    state_of(status, reason),
                    record.amount_fen,
                    reason or status,
                    words,
                    record.line,
                    status=status,
                )
            )
        else:
            waiting.append((record, own))
    answers.open = waiting


def _transaction(element: etree._Element, faults: Judged) -> tuple[ReplyRecord, bool]:
    parts = children(element)
    reference = text_of(parts.get("OrgnlEndToEndId"))
    if reference in NOT_PROVIDED:
        reference = text_of(parts.get("OrgnlInstrId"))
    line = line_of(element)
    if reference in NOT_PROVIDED:
        reference = ""
        faults.append(fault("reference_missing", line=line))
    status, reason, words = _status(element, "TxCxlSts")
    if status and status not in STATES:
        detail = status[:8] if status.isascii() else "?"
        faults.append(fault("status_unknown", line=line, field="TxCxlSts", detail=detail))
    amount_fen = amount_of(parts.get("OrgnlInstdAmt"), faults)
    record = ReplyRecord(
        reference,
        state_of(status, reason),
        amount_fen,
        reason or status,
        words,
        line,
        status=status,
    )
    return record, bool(status)


def _status(element: etree._Element, name: str) -> tuple[str, str, str]:
    reason, words = _why(all_children(element, "CxlStsRsnInf"))
    return text(element, name), reason, words


def _why(causes: list[etree._Element]) -> tuple[str, str]:
    codes = [text(one, "Rsn", "Cd") or text(one, "Rsn", "Prtry") for one in causes]
    words = [text_of(said) for one in causes for said in all_children(one, "AddtlInf")]
    return next((code for code in codes if code), ""), "; ".join(one for one in words if one)


def _file(element: etree._Element) -> str:
    return text(element, "OrgnlGrpInf", "OrgnlMsgId") or text(element, "OrgnlPmtInfId")
