"""Speak to an ICBC-style bank: a form around signed GBK XML, answers in the same clothes."""

from __future__ import annotations

import base64
import binascii
from datetime import date

from lxml import etree

from bank_adapters.contract import BankProfile
from bank_adapters.direct import icbc_write
from bank_adapters.direct.dialect import DUPLICATES, Asking, Message, Told
from bank_adapters.direct.icbc_read import root_of, text_of
from bank_adapters.direct.profile import ICBC_DIRECT, Customer
from bank_adapters.direct.said import Said
from bank_adapters.direct.statuses import ICBC

FORM = "application/x-www-form-urlencoded"
# Assumed until the bank tells its own code for a number it has never seen.
NOT_FOUND = "NOTFOUND"


class IcbcDialect:
    """ICBC style: PAYPER, QPAYPER and a statement in camt.053."""

    def __init__(self, customer: Customer, profile: BankProfile = ICBC_DIRECT) -> None:
        self.customer, self.profile = customer, profile

    def order(self, content: bytes, number: str) -> Message:
        """Wrap a signed file, byte for byte."""
        return self._form("PAYPER", content, number)

    def taken(self, content: bytes, answer: bytes) -> Told:
        """TAKEN only when the bank repeats our number, count and sum beside its success code."""
        ours, root = self._root(content), self._root(answer)
        if ours is None or root is None:
            return Told.UNCLEAR
        code = text_of(root, "eb/pub/RetCode")
        if code in DUPLICATES:
            return Told.DUPLICATE
        if code != "0":
            return Told.REFUSED if code else Told.UNCLEAR
        same = text_of(root, "eb/pub/TransCode") == "PAYPER" and all(
            text_of(root, theirs) == text_of(ours, mine)
            for theirs, mine in (
                ("eb/pub/fSeqno", "eb/pub/fSeqno"),
                ("eb/out/TotalNum", "eb/in/TotalNum"),
                ("eb/out/TotalAmt", "eb/in/TotalAmt"),
            )
        )
        return Told.TAKEN if same else Told.UNCLEAR

    def question(self, content: bytes, asking: Asking) -> Message:
        """Ask by the file's number."""
        asked = icbc_write.question_about(
            self._reference(content), self.customer, asking.number, asking.at
        )
        return self._form("QPAYPER", asked, asking.number)

    def found(self, content: bytes, answer: bytes, asking: Asking) -> Told:
        """An answer counts only when it repeats the number of the question and of the file."""
        root = self._root(answer)
        if root is None or text_of(root, "eb/pub/fSeqno") != asking.number:
            return Told.UNCLEAR
        code = text_of(root, "eb/pub/RetCode")
        if code not in {"0", NOT_FOUND}:
            return Told.REFUSED if code else Told.UNCLEAR
        reference = self._reference(content)
        if not reference or text_of(root, "eb/out/QryfSeqno") != reference:
            return Told.UNCLEAR
        return Told.KNOWN if code == "0" else Told.NOT_FOUND

    def statement(self, account: str, day: date, asking: Asking) -> Message:
        """Ask for one day."""
        asked = icbc_write.statement(account, day, self.customer, asking.number, asking.at)
        return self._form("QSTMT", asked, asking.number)

    def stated(self, answer: bytes) -> bytes | None:
        """Return the camt.053 inside, None for a day without one. Raises ValueError."""
        root = self._root(answer)
        code = "" if root is None else text_of(root, "eb/pub/RetCode")
        if root is None or code not in {"0", NOT_FOUND}:
            raise ValueError("no statement, and not said that there is none")
        if code == NOT_FOUND:
            return None
        try:
            return base64.b64decode(text_of(root, "eb/out/Camt053"), validate=True)
        except binascii.Error:
            raise ValueError("the statement is damaged") from None

    def _form(self, transaction: str, content: bytes, number: str) -> Message:
        signed = base64.b64encode(content).decode()
        return Message(FORM, icbc_write.form(transaction, signed, self.customer, number))

    def _root(self, content: bytes) -> etree._Element | None:
        return root_of(self.profile, Said(ICBC), content)

    def _reference(self, content: bytes) -> str:
        """Return the number of an order, "" for whatever is none."""
        root = self._root(content)
        if root is None or text_of(root, "eb/pub/TransCode") != "PAYPER":
            return ""
        return text_of(root, "eb/pub/fSeqno")
