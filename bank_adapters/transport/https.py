"""Carry files to an enterprise-direct bank over HTTPS: ask, hand over, ask what became of it.

The bank is asked about a file before it is handed over, as SFTP looks whether the name is free: a
wrong password, another certificate or a page instead of an answer ends there, with nothing sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime

from bank_adapters.direct.dialect import Asking, Dialect, Message, Told
from bank_adapters.text import looks_like_html
from bank_adapters.transport.address import Door
from bank_adapters.transport.exchange import HttpAnswer, post
from bank_adapters.transport.fetch import FetchedFile, RemoteFile
from bank_adapters.transport.finish import finish
from bank_adapters.transport.known import says_certificate
from bank_adapters.transport.outcome import (
    BankUnreachable,
    Delivery,
    Outcome,
    Place,
    Sighting,
    ended,
)
from bank_adapters.transport.session import Silence

ANSWER_BYTES_MAX = 16 * 1024 * 1024
# What an answer to an order means when it does not say "taken".
WHY = {
    Told.DUPLICATE: "already_used",
    Told.REFUSED: "order_refused",
}


class HttpsTransport:
    """Synchronous: each call is one conversation, a connection per question.

    `content` gives the signed bytes of the file that is looked for: a bank is asked by the numbers
    that stand in them.
    """

    def __init__(
        self,
        door: Door,
        dialect: Dialect,
        content: Callable[[], bytes] | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.door, self.dialect = door, dialect
        self._content, self._now = content, now

    def deliver(self, name: str, content: bytes) -> Delivery:  # noqa: ARG002 - the id is inside
        """Hand one file over once. Never raises; write your intent down before calling."""
        return finish(self._deliver(content))

    def look(self, name: str, size: int, sha256: str = "") -> Sighting:  # noqa: ARG002 - the id is inside
        """Ask the bank whether it has the file. Raises BankUnreachable."""
        told, _ = self.ask()
        if told is Told.KNOWN:
            return Sighting(Place.ANSWER, None, Outcome.DELIVERED)
        if told is Told.NOT_FOUND:
            return Sighting(Place.NOWHERE, None, Outcome.UNKNOWN)
        raise BankUnreachable("question_unclear", "look")

    def withdraw(self, name: str, size: int) -> Sighting:
        """Only look: nothing lies at this bank unfinished. Raises BankUnreachable."""
        return self.look(name, size)

    def fetch_new(
        self,
        folder: str,  # noqa: ARG002
        *,
        known: Callable[[RemoteFile], bool],  # noqa: ARG002
        stable_seconds: float = 2.0,  # noqa: ARG002
        max_bytes: int = 0,  # noqa: ARG002
    ) -> list[FetchedFile]:
        """Return nothing: this bank lays nothing out, it is asked by `ask` and `statement`."""
        return []

    def remove(self, file: RemoteFile) -> bool:  # noqa: ARG002
        """Remove nothing: nothing was laid out."""
        return False

    def ask(self) -> tuple[Told, bytes]:
        """Ask what became of the file; return what that says, and the answer. Raises BankUnreachable."""
        return finish(self._ask(self._content() if self._content else b"", "look"))

    def statement(self, account: str, day: date) -> bytes | None:
        """Return the statement of one day, None when there is none (yet). Raises BankUnreachable."""
        asking = self._asking()
        answer = finish(self._answer(self.dialect.statement(account, day, asking), asking, "fetch"))
        try:
            return self.dialect.stated(answer)
        except ValueError:
            raise BankUnreachable("question_unclear", "fetch") from None

    async def _deliver(self, content: bytes) -> Delivery:
        try:
            told, _ = await self._ask(content, "check_name")
        except BankUnreachable as unreachable:
            silent = unreachable.code in {"timed_out", "connection_lost"}
            code = "unreachable" if silent else unreachable.code
            return ended(Outcome.NOT_DELIVERED, unreachable.step, code)
        if told is Told.KNOWN:
            return ended(Outcome.UNKNOWN, "check_name", "name_taken")
        if told is not Told.NOT_FOUND:
            return ended(Outcome.NOT_DELIVERED, "check_name", "question_unclear")
        number = _number()
        order = self.dialect.order(content, number)
        try:
            answer = await post(self.door, order, number, ANSWER_BYTES_MAX)
        except BankUnreachable as unreachable:
            return ended(Outcome.NOT_DELIVERED, unreachable.step, unreachable.code)
        except Silence as silence:
            return ended(Outcome.UNKNOWN, silence.step, silence.code, number)
        return self._judged(content, answer, number)

    def _judged(self, content: bytes, answer: HttpAnswer, number: str) -> Delivery:
        """Only a 200 that repeats our file is a delivery; whatever else came, the bytes were there."""
        code = _not_an_answer(answer)
        if answer.status == 409:
            code = "already_used"
        if code == "":
            told = self.dialect.taken(content, answer.content)
            if told is Told.TAKEN:
                return ended(Outcome.DELIVERED, "answer", "accepted", number)
            code = WHY.get(told, "answer_unclear")
        return ended(Outcome.UNKNOWN, "answer", code, number)

    async def _ask(self, content: bytes, step: str) -> tuple[Told, bytes]:
        asking = self._asking()
        answer = await self._answer(self.dialect.question(content, asking), asking, step)
        return self.dialect.found(content, answer, asking), answer

    async def _answer(self, message: Message, asking: Asking, step: str) -> bytes:
        try:
            answer = await post(self.door, message, asking.number, ANSWER_BYTES_MAX)
        except Silence as silence:
            raise BankUnreachable(silence.code, step) from None
        code = "login_refused" if answer.status in {401, 403} else _not_an_answer(answer)
        if says_certificate(answer.status, answer.content):
            code = "client_certificate_refused"
        if code:
            raise BankUnreachable(code, step)
        return answer.content

    def _asking(self) -> Asking:
        return Asking(_number(), self._now())


def _number() -> str:
    """Return the number of one request, never used again: no bank's key is relied on."""
    return secrets.token_hex(10).upper()


def _not_an_answer(answer: HttpAnswer) -> str:
    """Return why this cannot be the answer of the bank's own program, "" when it can."""
    if 300 <= answer.status < 400:
        return "redirected"
    if answer.status == 202:
        return "accepted_for_later"
    if answer.status != 200:
        return "http_error"
    return "answer_unclear" if looks_like_html(answer.content) else ""
