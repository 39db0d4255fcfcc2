"""Read pain.002, any version and envelope: what became of each payment of one file of ours.

The nearest status wins: transaction, then payment block, then whole file. Statuses of one report
are collected first and judged only when the document has ended well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from lxml import etree

from bank_adapters.contract import Fault, Reply, ReplyTotals, State
from bank_adapters.faults import fault, is_fatal
from bank_adapters.iso20022.amounts import amount_of, count_of, sum_of
from bank_adapters.iso20022.codes import group_state
from bank_adapters.iso20022.order import check_order
from bank_adapters.iso20022.records import NOTHING_SAID, Status, Transaction, records_of, shared
from bank_adapters.iso20022.reply_totals import PerStatus, check_status, check_totals
from bank_adapters.iso20022.stream import (
    Refused,
    all_children,
    child,
    children,
    elements,
    free,
    line_of,
    named,
    text,
    text_of,
)
from bank_adapters.judged import Judged, Rules

MESSAGE = "CstmrPmtStsRpt"
NAMES = (MESSAGE, "TxInfAndSts", "OrgnlPmtInfAndSts", "OrgnlGrpInfAndSts")
NOT_PROVIDED = frozenset({"", "NOTPROVIDED"})
# Statuses after which a bank that reports by exception has said all it will say.
LAST_WORD = frozenset({"", "ACSC", "ACCC", "PART"})


@dataclass
class Report:
    """What one document says, before anything is concluded from it."""

    faults: Judged
    message_count: int = 0
    group_count: int = 0
    file_reference: str = ""
    stated_count: int | None = None
    stated_fen: int | None = None
    group: Status = NOTHING_SAID
    blocks: list[Status] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    block_begins: int = 0
    message_id: str = ""
    per_status: list[PerStatus] = field(default_factory=list)


def read(source: bytes | BinaryIO, rules: Rules) -> Reply:
    """Return the reply; with a fatal fault it carries no records. Never raises for its input."""
    report = Report(faults=Judged(rules))
    try:
        for name, element in elements(source, rules.max_bytes, NAMES):
            _take(report, name, element)
    except Refused as refused:
        report.faults.append(refused.fault)
    else:
        _judge_document(report)
    return _conclude(report, rules)


def _take(report: Report, name: str, element: etree._Element) -> None:
    if name == "TxInfAndSts":
        report.transactions.append(_transaction(element, report.faults))
        free(element)
    elif name == "OrgnlPmtInfAndSts":
        _close_block(report, element)
    elif name == "OrgnlGrpInfAndSts":
        report.group_count += 1
        report.file_reference = text(element, "OrgnlMsgId")
        report.stated_count = count_of(element, "OrgnlNbOfTxs", report.faults)
        report.stated_fen = sum_of(child(element, "OrgnlCtrlSum"), report.faults)
        parts = named(element)
        report.group = _status(parts, "GrpSts")
        report.per_status.extend(_per_status(element, report.faults))
        check_order(name, parts, report.faults)
    elif name == MESSAGE:
        report.message_count += 1
        report.block_begins = len(report.transactions)
        report.message_id = text(element, "GrpHdr", "MsgId")
        if not report.message_id:
            line = line_of(element)
            report.faults.append(fault("schema_breach", line=line, field="GrpHdr", detail="MsgId"))


def _close_block(report: Report, element: etree._Element) -> None:
    block = _status(named(element), "PmtInfSts")
    mine = report.transactions[report.block_begins :]
    report.block_begins = len(report.transactions)
    if block.status:
        report.blocks.append(block)
        for one in mine:
            one.block = block
    stated = count_of(element, "OrgnlNbOfTxs", report.faults)
    if stated is not None and len(mine) > stated:
        detail = f"{stated} / {len(mine)}"
        report.faults.append(
            fault("count_differs", line=line_of(element), field="OrgnlNbOfTxs", detail=detail)
        )
    for said in _per_status(element, report.faults):
        report.faults.extend(check_status(mine, report.group.status, said))
    free(element)


def _transaction(element: etree._Element, faults: list[Fault]) -> Transaction:
    parts = named(element)
    # Of what stands twice the last one counts.
    last = dict(parts)
    end_to_end = text_of(last.get("OrgnlEndToEndId"))
    instruction = text_of(last.get("OrgnlInstrId"))
    check_order("TxInfAndSts", parts, faults)
    reference = instruction if end_to_end in NOT_PROVIDED else end_to_end
    amount, account_no, account_name = _original(last.get("OrgnlTxRef"))
    return Transaction(
        reference="" if reference in NOT_PROVIDED else reference,
        status=_status(parts, "TxSts"),
        amount_fen=amount_of(amount, faults),
        line=line_of(element),
        foreign=amount is not None and amount.get("Ccy") != "CNY",
        account_no=account_no,
        account_name=account_name,
        bank_reference=text_of(last.get("AcctSvcrRef")),
    )


def _original(element: etree._Element | None) -> tuple[etree._Element | None, str, str]:
    """Return amount, payee's account and name as the bank repeats our order; None and "" if not."""
    if element is None:
        return None, "", ""
    parts = children(element)
    amount = child(parts.get("Amt"), "InstdAmt")
    creditor = parts.get("Cdtr")
    return (
        parts.get("IntrBkSttlmAmt") if amount is None else amount,
        text(parts.get("CdtrAcct"), "Id", "Othr", "Id"),
        "" if creditor is None else text(creditor, "Nm") or text(creditor, "Pty", "Nm"),
    )


def _status(parts: list[tuple[str, etree._Element]], name: str) -> Status:
    status = reason_code = ""
    words: list[str] = []
    for part, one in parts:
        if part == name:
            status = status or text_of(one)
        elif part == "StsRsnInf":
            code = text(one, "Rsn", "Cd") or text(one, "Rsn", "Prtry")
            reason_code = reason_code or code
            words += [said for info in all_children(one, "AddtlInf") if (said := text_of(info))]
    return shared(status, reason_code, "; ".join(words))


def _per_status(element: etree._Element, faults: list[Fault]) -> list[PerStatus]:
    return [
        PerStatus(
            status=text(one, "DtldSts"),
            count=count_of(one, "DtldNbOfTxs", faults),
            amount_fen=sum_of(child(one, "DtldCtrlSum"), faults),
            line=line_of(one),
        )
        for one in all_children(element, "NbOfTxsPerSts")
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


def _conclude(report: Report, rules: Rules) -> Reply:
    silence, code, reason = _silence(report, rules)
    totals = ReplyTotals(
        listed_count=len(report.transactions),
        listed_fen=sum(one.amount_fen or 0 for one in report.transactions),
        stated_count=report.stated_count,
        stated_fen=report.stated_fen,
    )
    records = records_of(report.transactions, report.group, report.faults)
    trusted = not is_fatal(report.faults)
    return Reply(
        file_reference=report.file_reference,
        records=tuple(records) if trusted else (),
        faults=report.faults.told(),
        totals=totals,
        silence_means=silence if trusted else State.UNKNOWN,
        silence_code=code if trusted else "",
        silence_reason=reason if trusted else "",
        message_id=report.message_id,
    )


def _silence(report: Report, rules: Rules) -> tuple[State, str, str]:
    """What the payments stand at which this report does not name."""
    if len({(one.status, one.reason_code) for one in report.blocks}) > 1:
        return State.UNKNOWN, "", ""
    nearest = report.blocks[0] if report.blocks else report.group
    if not nearest.status:
        return rules.silence_means, "", ""
    state = group_state(nearest.status, nearest.reason_code)
    if state in {State.REJECTED, State.UNKNOWN}:
        return state, nearest.code, nearest.reason
    if state is State.PAID and not report.transactions:
        return State.PAID, nearest.code, nearest.reason
    if nearest.status in LAST_WORD:
        return rules.silence_means, "", ""
    return State.IN_TRANSIT, nearest.code, nearest.reason
