"""Read pain.001 of any version that banks take: v03, v09 and v11."""

from __future__ import annotations

import re
from datetime import date

from lxml import etree

from bank_adapters.simulator.orders.order import (
    IDENTIFIER,
    Order,
    OrderLine,
    OrderRefused,
    fen,
    storable,
)

NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:(pain\.001\.001\.(?:03|09|11))\}Document")


def read(content: bytes, expected: str) -> Order:
    """Return the order in a message of the agreed version. Raises OrderRefused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise OrderRefused("FF01") from None
    match = NAMESPACE.fullmatch(str(root.tag))
    if match is None or match[1] != expected:
        raise OrderRefused("FF01")
    space = {"p": etree.QName(root).namespace or ""}
    initiation = root.find("p:CstmrCdtTrfInitn", space)
    if initiation is None:
        raise OrderRefused("FF01")
    message = _Message(space, initiation)
    if not IDENTIFIER.fullmatch(message.reference) or not message.blocks:
        raise OrderRefused("FF01", message.reference)
    lines: list[OrderLine] = []
    for block in message.blocks:
        mine = [message.transfer(one) for one in block.iterfind("p:CdtTrfTxInf", space)]
        message.believe(block, "", mine)
        lines += mine
    message.believe(initiation, "GrpHdr/", lines)
    first = message.blocks[0]
    accounts = {message.text(one, "DbtrAcct/Id/Othr/Id") for one in message.blocks}
    if len(accounts) != 1:
        raise OrderRefused("FF01", message.reference)
    return Order(
        file_reference=message.reference,
        debtor_account=accounts.pop(),
        debtor_name=message.text(first, "Dbtr/Nm"),
        lines=tuple(lines),
        execution_day=message.day(first),
        message=match[1],
    )


class _Message:
    """One message: its own reference, and how to find things in it."""

    def __init__(self, space: dict[str, str], initiation: etree._Element) -> None:
        self.space = space
        self.initiation = initiation
        self.blocks = initiation.findall("p:PmtInf", space)
        self.reference = self.text(initiation, "GrpHdr/MsgId")

    def text(self, element: etree._Element, path: str) -> str:
        """Return the text at a path, "" when there is none."""
        full = "/".join(f"p:{name}" for name in path.split("/"))
        return (element.findtext(full, namespaces=self.space) or "").strip()

    def day(self, block: etree._Element) -> date | None:
        """Return the day of execution: a plain date in v03, inside Dt later."""
        written = self.text(block, "ReqdExctnDt/Dt") or self.text(block, "ReqdExctnDt")
        try:
            return date.fromisoformat(written[:10])
        except ValueError:
            return None

    def transfer(self, element: etree._Element) -> OrderLine:
        """Return one payment. Raises OrderRefused."""
        amount = element.find("p:Amt/p:InstdAmt", self.space)
        written = amount.text if amount is not None and amount.get("Ccy") == "CNY" else ""
        line = OrderLine(
            reference=self.text(element, "PmtId/EndToEndId"),
            account_no=self.text(element, "CdtrAcct/Id/Othr/Id"),
            account_name=self.text(element, "Cdtr/Nm"),
            amount_fen=fen(written or "", self.reference),
        )
        words = self.text(element, "RmtInf/Ustrd")
        storable((line.account_name, words), "gbk", self.reference)
        if not IDENTIFIER.fullmatch(line.reference) or not line.account_no or not line.account_name:
            raise OrderRefused("FF01", self.reference)
        code = self.text(element, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId")
        if not re.fullmatch(r"[0-9]{12}", code):
            raise OrderRefused("RC01", self.reference)
        return line

    def believe(self, element: etree._Element, path: str, lines: list[OrderLine]) -> None:
        """Hold count and sum against the payments. Raises OrderRefused."""
        if self.text(element, f"{path}NbOfTxs") != str(len(lines)):
            raise OrderRefused("AM18", self.reference)
        stated = fen(self.text(element, f"{path}CtrlSum"), self.reference)
        if stated != sum(line.amount_fen for line in lines):
            raise OrderRefused("AM10", self.reference)
