"""Requests not to execute payments (camt.055) and what the bank answers (camt.029).

What nobody was told of yet is simply not executed: it leaves no trace on a statement. What was said
to be paid is refused, or, where that is arranged, sent back on the next statement.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from lxml import etree

from bank_adapters.simulator.answers import Counter
from bank_adapters.simulator.fates import COURSES, Decision, Deed, Homecoming, Said
from bank_adapters.simulator.orders.order import Order, OrderLine, OrderRefused
from bank_adapters.simulator.orders.read import version_of
from bank_adapters.simulator.replies.answer import Answered, first_answer, later_answer
from bank_adapters.simulator.replies.spoil import render
from bank_adapters.simulator.replies.standard import yuan

RECALL = "RECALL"
"""Stands in the books beside the name of a request: it is no order and has no payments."""
CANCELLED = "CANC"
_PAYMENTS = """
    SELECT payment.*, file.name, file.statement_no, file.debtor_account FROM payment
    JOIN file ON file.id = payment.file_id
    WHERE file.bank = ? AND file.file_reference = ? AND file.refused_code = ''
    ORDER BY payment.serial
"""


class Request(NamedTuple):
    """One request: its own reference, the file it is about, the payments by their references."""

    reference: str
    file_reference: str
    payments: tuple[str, ...]


class Told(NamedTuple):
    """What is answered about one payment; `amount_fen` None: the bank does not know it."""

    reference: str
    status: str
    reason: str = ""
    amount_fen: int | None = None


def is_request(content: bytes) -> bool:
    """Tell whether a file is a request and no order."""
    return b"CstmrPmtCxlReq" in content[:4096]


def read_request(content: bytes) -> Request:
    """Return the request. Raises OrderRefused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise OrderRefused("FF01") from None

    def texts(path: str) -> tuple[str, ...]:
        whole = "/".join(f"{{*}}{name}" for name in path.split("/"))
        return tuple((one.text or "").strip() for one in root.iterfind(f".//{whole}"))

    own, about = texts("Assgnmt/Id"), texts("OrgnlPmtInfAndCxl/OrgnlPmtInfId")
    payments = texts("TxInf/OrgnlEndToEndId")
    if len(own) != 1 or len(about) != 1 or not payments or len(set(payments)) != len(payments):
        raise OrderRefused("FF01", own[0] if own else "")
    return Request(own[0], about[0], payments)


def take_request(counter: Counter, content: bytes) -> None:
    """Decide about a request and owe its answer, inside the caller's transaction. Raises OrderRefused."""
    request = read_request(content)
    if counter.taken("recall_silent") is not None:
        return
    rows = counter.books.rows(_PAYMENTS, counter.customer.user, request.file_reference)
    refuses = counter.taken("recall_refused") is not None
    gives_back = counter.taken("recall_given_back") is not None
    by_reference = {row["reference"]: row for row in rows}
    told, laid_out = [], _laid_out(counter, rows)
    for reference in request.payments:
        row = by_reference.get(reference)
        told.append(
            Told(reference, "RJCR", "NOOR")
            if row is None
            else _decided(counter, row, laid_out, refuses=refuses, gives_back=gives_back)
        )
    if any(one.status == "ACCR" for one in told):
        _say_anew(counter, request)
    pending = counter.taken("recall_pending")
    if pending is not None:
        waiting = [one._replace(status="PDCR", reason="") for one in told]
        _owe(counter, request, waiting, mark="P")
    _owe(counter, request, told, closings=0 if pending is None else int(pending.get("days", 1)))


def _laid_out(counter: Counter, rows: Sequence[sqlite3.Row]) -> set[str]:
    """Return what was said about the file by now: names behind its stem."""
    if not rows:
        return set()
    stem = f"outbox/{str(rows[0]['name']).rpartition('.')[0]}."
    found = counter.books.rows(
        "SELECT path FROM answer WHERE bank = ? AND laid_out = 1", counter.customer.user
    )
    return {one["path"].removeprefix(stem) for one in found if one["path"].startswith(stem)}


def _can_stop(row: sqlite3.Row, laid_out: set[str]) -> bool:
    """Tell whether a payment is not executed yet: nothing is booked, and nobody was told that it is."""
    if row["statement_no"] is not None:
        return False
    if COURSES[Deed(row["deed"])].first is Said.PENDING:
        return not any(one.startswith(f"corrected{row['after_days']}.") for one in laid_out)
    return not laid_out


def _decided(
    counter: Counter, row: sqlite3.Row, laid_out: set[str], *, refuses: bool, gives_back: bool
) -> Told:
    reference, amount_fen = row["reference"], row["amount_fen"]
    if refuses:
        return Told(reference, "RJCR", "LEGL", amount_fen)
    if not COURSES[Deed(row["deed"])].pays:
        return Told(reference, "ACCR", "", amount_fen)
    if _can_stop(row, laid_out):
        _stop(counter, row)
        return Told(reference, "ACCR", "", amount_fen)
    if row["returned_on_no"] is not None or row["deed"] == Deed.RETURN:
        return Told(reference, "RJCR", "ARDT", amount_fen)
    if not gives_back:
        return Told(reference, "RJCR", "CUST", amount_fen)
    counter.books.connection.execute(
        "UPDATE payment SET deed = ?, code = 'FOCR', after_days = 1, back = ?"
        " WHERE file_id = ? AND serial = ?",
        (Deed.RETURN.value, json.dumps(Homecoming().as_json()), row["file_id"], row["serial"]),
    )
    return Told(reference, "ACCR", "", amount_fen)


def _stop(counter: Counter, row: sqlite3.Row) -> None:
    """Take one payment out of what is executed: no statement will ever show it."""
    connection = counter.books.connection
    connection.execute(
        "UPDATE payment SET deed = ?, code = ? WHERE file_id = ? AND serial = ?",
        (Deed.REJECT.value, CANCELLED, row["file_id"], row["serial"]),
    )
    connection.execute(
        "UPDATE file SET debited_fen = debited_fen - ?, count = count - 1 WHERE id = ?",
        (row["amount_fen"], row["file_id"]),
    )
    connection.execute(
        "UPDATE account SET balance_fen = balance_fen + ? WHERE bank = ? AND account_no = ?",
        (row["amount_fen"], counter.customer.user, row["debtor_account"]),
    )


def _say_anew(counter: Counter, request: Request) -> None:
    """Let answers that wait to be laid out say what is so now."""
    user, books = counter.customer.user, counter.books
    rows = books.rows(_PAYMENTS, user, request.file_reference)
    lines = [
        OrderLine(row["reference"], row["account_no"], row["account_name"], row["amount_fen"])
        for row in rows
    ]
    version = version_of(counter.customer.profile)
    account = rows[0]["debtor_account"]
    order = Order(request.file_reference, account, "", tuple(lines), message=version)
    answered = [
        Answered(row["serial"], line, Decision(Deed(row["deed"]), row["code"], row["after_days"]))
        for row, line in zip(rows, lines, strict=True)
    ]
    stem = str(rows[0]["name"]).rpartition(".")[0]
    for owed in books.rows(
        "SELECT id, path, closings FROM answer WHERE bank = ? AND laid_out = 0 AND path LIKE ?",
        user,
        f"outbox/{stem}.%",
    ):
        later = ".corrected" in owed["path"]
        days = owed["closings"] if later else 0
        answer = later_answer(order, answered, days) if days else first_answer(order, answered)
        books.connection.execute(
            "UPDATE answer SET content = ? WHERE id = ?",
            (render(counter.customer, answer), owed["id"]),
        )


def _owe(
    counter: Counter, request: Request, told: Sequence[Told], *, mark: str = "", closings: int = 0
) -> None:
    path = f"outbox/{counter.stem}{'.pending' if mark else ''}.camt029.xml"
    counter.owe(_document(request, told, mark), path=path, closings=closings)


def _document(request: Request, told: Sequence[Told], mark: str) -> bytes:
    lines = "".join(_line(one) for one in told)
    about = escape(request.file_reference)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn>'
        f"<Assgnmt><Id>{escape(request.reference)}{mark}</Id></Assgnmt>"
        f"<CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>{about}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.001</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{about}</OrgnlPmtInfId>{lines}</OrgnlPmtInfAndSts>"
        "</CxlDtls></RsltnOfInvstgtn></Document>\n"
    ).encode()


def _line(one: Told) -> str:
    why = f"<CxlStsRsnInf><Rsn><Cd>{one.reason}</Cd></Rsn></CxlStsRsnInf>" if one.reason else ""
    amount = (
        f'<OrgnlInstdAmt Ccy="CNY">{yuan(one.amount_fen)}</OrgnlInstdAmt>'
        if one.amount_fen is not None
        else ""
    )
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{escape(one.reference)}</OrgnlEndToEndId>"
        f"<TxCxlSts>{one.status}</TxCxlSts>{why}{amount}</TxInfAndSts>\n"
    )
