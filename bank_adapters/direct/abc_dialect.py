"""Speak to an ABC-style bank: JSON both ways."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Any

from bank_adapters.contract import BankProfile
from bank_adapters.direct import abc_write
from bank_adapters.direct.abc_read import message_of, text_of
from bank_adapters.direct.dialect import DUPLICATES, Asking, Message, Told
from bank_adapters.direct.profile import ABC_DIRECT, Customer
from bank_adapters.direct.said import Said
from bank_adapters.direct.statuses import ABC

JSON = "application/json; charset=utf-8"
SUCCESS = "0000"
NO_SUCH_PAYMENT = "14"
# Assumed until the bank tells its own code for a day without a statement.
NOT_FOUND = "NOTFOUND"


class AbcDialect:
    """ABC style: itms0002, itms0003 and a statement in camt.053."""

    def __init__(self, customer: Customer, profile: BankProfile = ABC_DIRECT) -> None:
        self.customer, self.profile = customer, profile

    def order(self, content: bytes, number: str) -> Message:  # noqa: ARG002 - goes in a header
        """Return a signed file as it is."""
        return Message(JSON, content)

    def taken(self, content: bytes, answer: bytes) -> Told:
        """TAKEN only when the bank repeats our number, count and sum beside its success code."""
        ours, message = self._message(content), self._message(answer)
        code = text_of(message.get("retCode"))
        if code in DUPLICATES:
            return Told.DUPLICATE
        if code != SUCCESS:
            return Told.REFUSED if code else Told.UNCLEAR
        repeated = ("reqId", "transCode", "totalNum", "totalAmt")
        same = ours and all(text_of(message.get(one)) == text_of(ours[one]) for one in repeated)
        return Told.TAKEN if same else Told.UNCLEAR

    def question(self, content: bytes, asking: Asking) -> Message:
        """Ask by the request's number and each payment's."""
        ours = self._message(content)
        asked = abc_write.question_about(
            text_of(ours.get("reqId")), self.customer, _numbers(ours), asking.at
        )
        return Message(JSON, asked)

    def found(self, content: bytes, answer: bytes, asking: Asking) -> Told:  # noqa: ARG002
        """NOT_FOUND only when the bank says so of every payment that was asked about."""
        ours, message = self._message(content), self._message(answer)
        code, details = text_of(message.get("retCode")), message.get("details")
        if code != SUCCESS:
            return Told.REFUSED if code else Told.UNCLEAR
        if text_of(ours.get("transCode")) != "itms0002" or not text_of(ours.get("reqId")):
            return Told.UNCLEAR
        if text_of(message.get("reqId")) != text_of(ours["reqId"]):
            return Told.UNCLEAR
        said = {
            text_of(one.get("erpNo")): text_of(one.get("status"))
            for one in (details if isinstance(details, list) else [])
            if isinstance(one, dict)
        }
        asked = set(_numbers(ours))
        if any(status not in {"", NO_SUCH_PAYMENT} for status in said.values()):
            return Told.KNOWN
        return Told.NOT_FOUND if asked and set(said) == asked else Told.UNCLEAR

    def statement(self, account: str, day: date, asking: Asking) -> Message:
        """Ask for one day."""
        asked = abc_write.statement(account, day, self.customer, asking.number, asking.at)
        return Message(JSON, asked)

    def stated(self, answer: bytes) -> bytes | None:
        """Return the camt.053 inside, None for a day without one. Raises ValueError."""
        message = self._message(answer)
        code = text_of(message.get("retCode"))
        if code not in {SUCCESS, NOT_FOUND}:
            raise ValueError("no statement, and not said that there is none")
        if code == NOT_FOUND:
            return None
        try:
            return base64.b64decode(text_of(message.get("camt053")), validate=True)
        except binascii.Error:
            raise ValueError("the statement is damaged") from None

    def _message(self, content: bytes) -> dict[str, Any]:
        return message_of(self.profile, Said(ABC), content) or {}


def _numbers(ours: dict[str, Any]) -> list[str]:
    return [text_of(one.get("erpNo")) for one in ours.get("details", [])]
