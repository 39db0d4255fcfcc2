"""Read pain.002, any version and envelope: what became of each payment of one file of ours.

The nearest status wins: transaction, then payment block, then whole file. Statuses of one report
are collected first and judged only when the document has ended well.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from bank_adapters.contract import BankProfile, Fault, Reply, ReplyTotals, State
from bank_adapters.faults import fault, is_fatal
from bank_adapters.iso20022.amounts import amount_of, count_of, sum_of
from bank_adapters.iso20022.codes import group_state
from bank_adapters.iso20022.records import Status, Transaction, records_of
from bank_adapters.iso20022.reply_totals import PerStatus, check_totals
from bank_adapters.iso20022.stream import Refused, child, elements, free, line_of, local_name, text

MESSAGE = "CstmrPmtStsRpt"
NOT_PROVIDED = frozenset({"", "NOTPROVIDED"})
# Statuses after which a bank that reports by exception has said all it will say.
LAST_WORD = frozenset({"", "ACSC", "ACCC", "PART"})


@dataclass
class Report:
    """What one document says, before anything is concluded from it."""

    faults: list[Fault] = field(default_factory=list)
    message_count: int = 0
    group_count: int = 0
    file_reference: str = ""
    stated_count: int | None = None
    stated_fen: int | None = None
    group: Status = field(default_factory=Status)
    blocks: list[Status] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    open_block: list[Transaction] = field(default_factory=list)
    per_status: list[PerStatus] = field(default_factory=list)


def read(content: bytes, profile: BankProfile) -> Reply:
    """Return the reply; with a fatal fault it carries no records. Never raises for its input."""
    report = Report()
    try:
        for starting, name, element in elements(content, profile.max_reply_bytes):
            _take(report, name, element, starting=starting)
    except Refused as refused:
        report.faults.append(refused.fault)
    else:
        _judge_document(report)
    return _conclude(report, profile)


def _take(report: Report, name: str, element: etree._Element, *, starting: bool) -> None:
    if starting:
        report.message_count += name == MESSAGE
    elif name == "TxInfAndSts":
        report.open_block.append(_transaction(element, report.faults))
        free(element)
    elif name == "OrgnlPmtInfAndSts":
        _close_block(report, element)
    elif name == "OrgnlGrpInfAndSts":
        report.group_count += 1
        report.file_reference = text(element, "OrgnlMsgId")
        report.stated_count = count_of(element, "OrgnlNbOfTxs", report.faults)
        report.stated_fen = sum_of(child(element, "OrgnlCtrlSum"), report.faults)
        report.group = _status(element, "GrpSts")
        report.per_status.extend(_per_status(element, report.faults))
    elif name == MESSAGE and report.open_block:
        _place(report, Status())


def _close_block(report: Report, element: etree._Element) -> None:
    block = _status(element, "PmtInfSts")
    if block.status:
        report.blocks.append(block)
    if report.group_count == 0 or not report.per_status:
        report.per_status.extend(_per_status(element, report.faults))
    _place(report, block)
    free(element)


def _place(report: Report, block: Status) -> None:
    report.transactions.extend(one.within(block) for one in report.open_block)
    report.open_block = []


def _transaction(element: etree._Element, faults: list[Fault]) -> Transaction:
    reference = text(element, "OrgnlEndToEndId")
    if reference in NOT_PROVIDED:
        reference = text(element, "OrgnlInstrId")
    original = child(element, "OrgnlTxRef")
    amount = None
    if original is not None:
        amount = child(original, "Amt", "InstdAmt")
        amount = child(original, "IntrBkSttlmAmt") if amount is None else amount
    return Transaction(
        reference="" if reference in NOT_PROVIDED else reference,
        status=_status(element, "TxSts"),
        amount_fen=amount_of(amount, faults),
        line=line_of(element),
    )


def _status(element: etree._Element, name: str) -> Status:
    informations = [one for one in element if local_name(one) == "StsRsnInf"]
    codes = [text(one, "Rsn", "Cd") or text(one, "Rsn", "Prtry") for one in informations]
    words = [
        (part.text or "").strip()
        for one in informations
        for part in one
        if local_name(part) == "AddtlInf"
    ]
    return Status(
        status=text(element, name),
        reason_code=next((code for code in codes if code), ""),
        reason="; ".join(word for word in words if word),
    )


def _per_status(element: etree._Element, faults: list[Fault]) -> list[PerStatus]:
    return [
        PerStatus(
            status=text(one, "DtldSts"),
            count=count_of(one, "DtldNbOfTxs", faults),
            amount_fen=sum_of(child(one, "DtldCtrlSum"), faults),
            line=line_of(one),
        )
        for one in element
        if local_name(one) == "NbOfTxsPerSts"
    ]


def _judge_document(report: Report) -> None:
    if report.message_count == 0:
        report.faults.append(fault("message_unexpected", detail=MESSAGE))
        return
    if report.message_count > 1 or report.group_count > 1:
        report.faults.append(fault("message_twice", detail=MESSAGE))
    if report.file_reference in NOT_PROVIDED:
        report.faults.append(fault("file_reference_missing", field="OrgnlMsgId"))
    if not (report.transactions or report.group.status or report.blocks):
        report.faults.append(fault("nothing_listed"))
    report.faults.extend(
        check_totals(
            report.transactions,
            report.group.status,
            report.stated_count,
            report.stated_fen,
            report.per_status,
        )
    )


def _conclude(report: Report, profile: BankProfile) -> Reply:
    records = records_of(report.transactions, report.group, report.faults)
    silence, code, reason = _silence(report, profile)
    trusted = not is_fatal(report.faults)
    return Reply(
        file_reference=report.file_reference,
        records=tuple(records) if trusted else (),
        faults=tuple(report.faults),
        totals=ReplyTotals(
            listed_count=len(report.transactions),
            listed_fen=sum(one.amount_fen or 0 for one in report.transactions),
            stated_count=report.stated_count,
            stated_fen=report.stated_fen,
        ),
        silence_means=silence if trusted else State.UNKNOWN,
        silence_code=code if trusted else "",
        silence_reason=reason if trusted else "",
    )


def _silence(report: Report, profile: BankProfile) -> tuple[State, str, str]:
    """What the payments stand at which this report does not name."""
    if len({(one.status, one.reason_code) for one in report.blocks}) > 1:
        return State.UNKNOWN, "", ""
    nearest = report.blocks[0] if report.blocks else report.group
    if not nearest.status:
        return profile.silence_means, "", ""
    state = group_state(nearest.status, nearest.reason_code)
    if state in {State.REJECTED, State.UNKNOWN}:
        return state, nearest.code, nearest.reason
    if state is State.PAID and not report.transactions:
        return State.PAID, nearest.code, nearest.reason
    if nearest.status in LAST_WORD:
        return profile.silence_means, "", ""
    return State.IN_TRANSIT, nearest.code, nearest.reason
