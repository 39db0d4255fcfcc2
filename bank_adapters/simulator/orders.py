"""Read what a customer laid into the inbox, as strictly as a bank: believe nothing, pay nothing odd.

Written apart from the adapters' writers on purpose, so that one misunderstanding does not hide in
both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
AMOUNT = re.compile(r"([0-9]{1,13})\.([0-9]{2})")
IDENTIFIER = re.compile(r"[A-Za-z0-9-]{1,35}")
SHEET_HEADER_FIELDS = 11
SHEET_COLUMNS = "序号|账号|户名|金额|跨行标识|行名|联行行号|摘要|备注"


class OrderRefused(Exception):
    """The file as a whole is refused, with a reason code."""

    def __init__(self, code: str, file_reference: str = "") -> None:
        self.code = code
        self.file_reference = file_reference
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One payment asked for; `written` is the line as it stood in a sheet."""

    reference: str
    account_no: str
    account_name: str
    amount_fen: int
    written: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One file asked for; `header` is a sheet's first line."""

    file_reference: str
    debtor_account: str
    debtor_name: str
    lines: tuple[OrderLine, ...]
    header: str = ""

    @property
    def amount_fen(self) -> int:
        """Sum over the lines."""
        return sum(line.amount_fen for line in self.lines)


def read_order(bank: str, content: bytes) -> Order:
    """Return the order in a file. Raises OrderRefused."""
    order = _sheet(content) if bank == "ccb" else _pain001(content)
    references = [line.reference for line in order.lines]
    if not references or len(set(references)) != len(references):
        raise OrderRefused("FF01", order.file_reference)
    return order


def _pain001(content: bytes) -> Order:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise OrderRefused("FF01") from None
    initiation = root.find(f"{NAMESPACE}CstmrCdtTrfInitn")
    if root.tag != f"{NAMESPACE}Document" or initiation is None:
        raise OrderRefused("FF01")
    reference = _text(initiation, "GrpHdr/MsgId")
    blocks = initiation.findall(f"{NAMESPACE}PmtInf")
    if len(blocks) != 1 or not IDENTIFIER.fullmatch(reference):
        raise OrderRefused("FF01", reference)
    lines = tuple(_transfer(one, reference) for one in blocks[0].findall(f"{NAMESPACE}CdtTrfTxInf"))
    total_fen = sum(line.amount_fen for line in lines)
    for element, path in ((initiation, "GrpHdr/"), (blocks[0], "")):
        _believe(element, path, len(lines), total_fen, reference)
    return Order(
        file_reference=reference,
        debtor_account=_text(blocks[0], "DbtrAcct/Id/Othr/Id"),
        debtor_name=_text(blocks[0], "Dbtr/Nm"),
        lines=lines,
    )


def _transfer(element: etree._Element, file_reference: str) -> OrderLine:
    amount = element.find(_path("Amt/InstdAmt"))
    written = amount.text if amount is not None and amount.get("Ccy") == "CNY" else ""
    line = OrderLine(
        reference=_text(element, "PmtId/EndToEndId"),
        account_no=_text(element, "CdtrAcct/Id/Othr/Id"),
        account_name=_text(element, "Cdtr/Nm"),
        amount_fen=_fen(written or "", file_reference),
    )
    _storable((line.account_name, _text(element, "RmtInf/Ustrd")), "gbk", file_reference)
    if not IDENTIFIER.fullmatch(line.reference) or not line.account_no or not line.account_name:
        raise OrderRefused("FF01", file_reference)
    if not re.fullmatch(r"[0-9]{12}", _text(element, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId")):
        raise OrderRefused("RC01", file_reference)
    return line


def _storable(texts: Sequence[str], charset: str, file_reference: str) -> None:
    try:
        "".join(texts).encode(charset)
    except UnicodeEncodeError:
        raise OrderRefused("FF01", file_reference) from None


def _believe(
    element: etree._Element, path: str, count: int, total_fen: int, file_reference: str
) -> None:
    if _text(element, f"{path}NbOfTxs") != str(count):
        raise OrderRefused("AM18", file_reference)
    if _fen(_text(element, f"{path}CtrlSum"), file_reference) != total_fen:
        raise OrderRefused("AM10", file_reference)


def _sheet(content: bytes) -> Order:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        raise OrderRefused("FF01") from None
    rows = text.split("\r\n")
    header = rows[0].split("|")
    if len(rows) < 5 or rows[-1] or header[:2] != ["#建行代发", "1.0"] or rows[1] != SHEET_COLUMNS:
        raise OrderRefused("FF01")
    if len(header) != SHEET_HEADER_FIELDS or not IDENTIFIER.fullmatch(header[2]):
        raise OrderRefused("FF01")
    reference = header[2]
    lines = tuple(
        _sheet_line(row, serial, reference) for serial, row in enumerate(rows[2:-2], start=1)
    )
    closing, total_fen = rows[-2].split("|"), sum(line.amount_fen for line in lines)
    if len(closing) != 3 or closing[0] != "########":
        raise OrderRefused("FF01", reference)
    if {closing[1], header[8]} != {str(len(lines))}:
        raise OrderRefused("AM18", reference)
    if {_fen(closing[2], reference), _fen(header[9], reference)} != {total_fen}:
        raise OrderRefused("AM10", reference)
    return Order(reference, header[5], header[6], lines, rows[0])


def _sheet_line(row: str, serial: int, file_reference: str) -> OrderLine:
    parts = row.split("|")
    if len(parts) != 9 or parts[0] != str(serial) or not IDENTIFIER.fullmatch(parts[8]):
        raise OrderRefused("FF01", file_reference)
    if not parts[1] or not parts[2] or len(parts[2].encode("gb18030")) > 60:
        raise OrderRefused("FF01", file_reference)
    if parts[4] != ("0" if parts[6].startswith("105") else "1"):
        raise OrderRefused("RC01", file_reference)
    return OrderLine(parts[8], parts[1], parts[2], _fen(parts[3], file_reference), row)


def _fen(written: str, file_reference: str) -> int:
    match = AMOUNT.fullmatch(written)
    amount_fen = int(match[1]) * 100 + int(match[2]) if match else 0
    if amount_fen <= 0:
        raise OrderRefused("FF01", file_reference)
    return amount_fen


def _path(path: str) -> str:
    return "/".join(NAMESPACE + name for name in path.split("/"))


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(_path(path)) or "").strip()
