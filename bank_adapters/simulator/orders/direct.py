"""Read what is posted at the HTTPS door, as strictly as a bank; apart from the adapters' writers."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from lxml import etree

from bank_adapters.simulator.orders.order import IDENTIFIER, Order, OrderLine, OrderRefused, fen

FEN = re.compile(r"[1-9][0-9]{0,12}")
DAY = re.compile(r"[0-9]{8}")
ACCOUNT = re.compile(r"[0-9]{8,32}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: an `order`, a question about `file_reference`, or one for a `day`'s statement."""

    number: str
    order: Order | None = None
    content: bytes = b""
    file_reference: str = ""
    references: tuple[str, ...] = ()
    account: str = ""
    day: str = ""


def read_icbc(customer: str, body: bytes) -> Asked:
    """Return what a form with signed XML asks. Raises OrderRefused."""
    try:
        form = {name: one for name, (one,) in parse_qs(body.decode("ascii")).items()}
        content = base64.b64decode(form["reqData"], validate=True)
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (ValueError, KeyError, etree.XMLSyntaxError):
        raise OrderRefused("FF01") from None
    kind, number = _text(root, "eb/pub/TransCode"), _text(root, "eb/pub/fSeqno")
    known_as = {form.get("GroupCIS"), _text(root, "eb/pub/CIS")}
    if root.tag != "CMS" or kind != form.get("TransCode") or known_as != {customer}:
        raise OrderRefused("FF01")
    if not IDENTIFIER.fullmatch(number) or not form.get("PackageID"):
        raise OrderRefused("FF01")
    if kind == "QPAYPER":
        return Asked(number, file_reference=_text(root, "eb/in/QryfSeqno"))
    if kind == "QSTMT":
        day = _text(root, "eb/in/BeginDate")
        return Asked(number, account=_text(root, "eb/in/AccNo"), day=_day(day))
    if kind != "PAYPER":
        raise OrderRefused("FF01")
    return Asked(number, order=_icbc_order(root, number), content=content)


def read_abc(customer: str, body: bytes) -> Asked:
    """Return what a JSON message asks. Raises OrderRefused."""
    try:
        given = json.loads(body.decode("utf-8"))
        kind, number, details = given["transCode"], given["reqId"], given.get("details", [])
        if given["customerNo"] != customer or not IDENTIFIER.fullmatch(number):
            raise OrderRefused("FF01")
        if kind == "statement":
            return Asked(number, account=given["accNo"], day=_day(given["beginDate"]))
        if kind == "itms0003":
            references = tuple(str(one["erpNo"]) for one in details)
            return Asked(number, file_reference=number, references=references)
        if kind == "itms0002":
            return Asked(number, order=_abc_order(given, number, details), content=body)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OrderRefused("FF01") from None
    raise OrderRefused("FF01")


def _icbc_order(root: etree._Element, number: str) -> Order:
    lines = tuple(
        OrderLine(
            _text(one, "iSeqno"),
            _text(one, "RecAccNo"),
            _text(one, "RecAccNameCN"),
            _fen(_text(one, "PayAmt"), number),
        )
        for one in root.findall("eb/in/rd")
    )
    first = root.find("eb/in/rd")
    if first is None:
        raise OrderRefused("FF01", number)
    order = Order(number, _text(first, "PayAccNo"), _text(first, "PayAccNameCN"), lines)
    return _believed(
        order, _text(root, "eb/in/TotalNum"), _fen(_text(root, "eb/in/TotalAmt"), number)
    )


def _abc_order(given: dict[str, Any], number: str, details: list[dict[str, str]]) -> Order:
    lines = tuple(
        OrderLine(one["erpNo"], one["recAccNo"], one["recAccName"], fen(one["amount"], number))
        for one in details
    )
    day = datetime.strptime(_day(given["execDate"]), "%Y%m%d").replace(tzinfo=UTC).date()
    order = Order(number, given["payAccNo"], given["payAccName"], lines, day)
    return _believed(order, given["totalNum"], fen(given["totalAmt"], number))


def _believed(order: Order, count: str, amount_fen: int) -> Order:
    references = [line.reference for line in order.lines]
    if not references or len(set(references)) != len(references):
        raise OrderRefused("FF01", order.file_reference)
    for line in order.lines:
        if not IDENTIFIER.fullmatch(line.reference) or not line.account_name:
            raise OrderRefused("FF01", order.file_reference)
        if not ACCOUNT.fullmatch(line.account_no):
            raise OrderRefused("AC01", order.file_reference)
    if count != str(len(order.lines)):
        raise OrderRefused("AM18", order.file_reference)
    if amount_fen != order.amount_fen:
        raise OrderRefused("AM10", order.file_reference)
    return order


def _fen(written: str, file_reference: str) -> int:
    if not FEN.fullmatch(written):
        raise OrderRefused("FF01", file_reference)
    return int(written)


def _day(written: str) -> str:
    if not DAY.fullmatch(written):
        raise OrderRefused("FF01")
    return written


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
