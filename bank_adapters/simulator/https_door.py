"""The bank's HTTPS door on 127.0.0.1: orders, questions and statements over the same books.

Written by hand over asyncio: a finished HTTP library would not answer by halves.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.certificate import context_of
from bank_adapters.simulator.fates import COURSES, Deed, Said
from bank_adapters.simulator.orders.direct import Asked, read_abc, read_icbc
from bank_adapters.simulator.orders.order import Order, OrderRefused
from bank_adapters.simulator.replies.direct import (
    AbcStyle,
    FileStanding,
    IcbcStyle,
    Standing,
    Style,
)

HEAD_BYTES_MAX = 64 * 1024
BODY_BYTES_MAX = 8 * 1024 * 1024
HANG_SECONDS = 3600.0
STYLES: Mapping[str, Style] = {"icbc": IcbcStyle(), "abc": AbcStyle()}
READERS = {"icbc": read_icbc, "abc": read_abc}
WORDS = {200: "OK", 202: "Accepted", 307: "Temporary Redirect", 409: "Conflict"}
PAGE = b"<!DOCTYPE html><html><body>System maintenance</body></html>"
ELSEWHERE = "/elsewhere"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, and how it is spoilt on its way."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    spoilt: str = ""


class HttpsDoor:
    """What is behind the door: one bank, its customers' passwords, its arranged faults."""

    def __init__(self, bank: Bank, passwords: Mapping[str, str]) -> None:
        self.bank, self.passwords = bank, passwords
        self.port, self.certificate = 0, ""
        self._server: asyncio.Server | None = None
        self._earlier: dict[str, bytes] = {}

    async def open(self, port: int, clients: Path | None = None) -> None:
        """Start serving on 127.0.0.1; `port` 0 takes any free one. Only `clients` come in, if given."""
        context, self.certificate = context_of(self.bank.state, "https")
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients)
        stranger, _ = context_of(self.bank.state, "https-stranger")

        def choose(line: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
            if self.bank.books.take_fault("other_certificate"):
                line.context = stranger

        context.sni_callback = choose
        self._server = await asyncio.start_server(
            self.talk, "127.0.0.1", port, ssl=context, limit=HEAD_BYTES_MAX
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear one request and answer it; a customer that goes away is no error."""
        try:
            said = await self._heard(reader)
            await _answer(writer, said)
        except (OSError, EOFError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def _heard(self, reader: asyncio.StreamReader) -> Response:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        given = dict(line.split(": ", 1) for line in lines if ": " in line)
        length = int(headers["content-length"])
        body = await reader.readexactly(min(length, BODY_BYTES_MAX))
        path = first.split(" ")[1]
        self.bank.books.connection.execute(
            "INSERT INTO request (path, request_id) VALUES (?, ?)",
            (path, headers.get("x-request-id", "")),
        )
        user = path.strip("/")
        if user not in STYLES:
            return Response(404)
        if not self._known(user, given.get("Authorization", "")):
            return Response(401)
        return await self._asked(user, body)

    def _known(self, user: str, authorization: str) -> bool:
        wanted = base64.b64encode(f"{user}:{self.passwords[user]}".encode()).decode()
        return hmac.compare_digest(authorization.encode(), f"Basic {wanted}".encode())

    async def _asked(self, user: str, body: bytes) -> Response:
        style = STYLES[user]
        try:
            asked = READERS[user](user, body)
        except OrderRefused as refused:
            return self._ok(style, style.refused(Asked(refused.file_reference), refused.code))
        if asked.order is not None:
            return await self._ordered(user, style, asked, asked.order)
        if asked.day:
            return self._ok(style, style.statement(asked, self._statement(user, asked)))
        if self._arranged("redirect_question", user):
            return Response(307, headers={"Location": ELSEWHERE})
        hidden = self._arranged("not_yet_visible", user)
        return self._ok(style, style.standing(asked, None if hidden else self._file(user, asked)))

    async def _ordered(self, user: str, style: Style, asked: Asked, order: Order) -> Response:
        untouched = self._not_carried_out(user, style, asked)
        if untouched is not None:
            return untouched
        if self._arranged("timeout_before", user):
            await asyncio.sleep(HANG_SECONDS)
        code = self.bank.take_order(user, order, asked.content)
        if self._arranged("timeout_after", user):
            await asyncio.sleep(HANG_SECONDS)
        if self._arranged("error_after", user):
            return Response(500)
        if self._arranged("html_page", user):
            return Response(200, PAGE)
        answer = style.refused(asked, code) if code else style.accepted(asked, order)
        self._earlier[user] = answer
        spoilt = next(
            (one for one in ("half_answer", "endless_answer") if self._arranged(one, user)), ""
        )
        # One of the banks says it with the status, the other inside.
        status = 409 if code == "DU01" and user == "abc" else 200
        return Response(status, answer, {"Content-Type": style.content_type}, spoilt)

    def _not_carried_out(self, user: str, style: Style, asked: Asked) -> Response | None:
        if self._arranged("redirect", user):
            return Response(307, headers={"Location": ELSEWHERE})
        if self._arranged("accepted_then_nothing", user):
            return Response(202)
        if self._arranged("error_body", user):
            return self._ok(style, style.refused(asked, "FF01"))
        if user in self._earlier and self._arranged("stale_answer", user):
            return self._ok(style, self._earlier[user])
        return None

    def _ok(self, style: Style, content: bytes) -> Response:
        return Response(200, content, {"Content-Type": style.content_type})

    def _file(self, user: str, asked: Asked) -> FileStanding | None:
        """Return what became of a file; its payments are under way until its answer is due."""
        books = self.bank.books
        found = books.rows(
            "SELECT file.*, answer.due_at, account.statement_no AS now_no FROM file"
            " JOIN answer ON answer.bank = file.bank"
            " AND answer.file_reference = file.file_reference"
            " JOIN account ON account.bank = file.bank"
            " AND account.account_no = file.debtor_account"
            " WHERE file.bank = ? AND file.file_reference = ? AND file.refused_code = ''",
            user,
            asked.file_reference,
        )
        if not found:
            return None
        file = found[0]
        rows = books.rows("SELECT * FROM payment WHERE file_id = ? ORDER BY serial", file["id"])
        closings = 0 if file["statement_no"] is None else file["now_no"] - file["statement_no"] + 1
        payments = []
        for row in rows:
            course = COURSES[Deed(row["deed"])]
            told = course.first
            if course.later is not None and closings >= row["after_days"]:
                told = course.later
            if told is Said.NOTHING:
                continue
            if file["due_at"] > time.time():
                told = Said.PENDING
            code = row["code"] if told is Said.REJECTED else ""
            payments.append(Standing(row["reference"], row["amount_fen"], told.value, code))
        return FileStanding(len(rows), file["amount_fen"], payments)

    def _statement(self, user: str, asked: Asked) -> bytes | None:
        path = self.bank.state / user / "statements" / f"{user}-statement-{asked.day}.xml"
        return path.read_bytes() if path.exists() else None

    def _arranged(self, kind: str, user: str) -> bool:
        return self.bank.books.take_fault(kind, user)


async def _answer(writer: asyncio.StreamWriter, said: Response) -> None:
    headers = {**said.headers, "Content-Length": str(len(said.content)), "Connection": "close"}
    if said.spoilt == "endless_answer":
        headers["Content-Length"] = str(10**12)
    head = f"HTTP/1.1 {said.status} {WORDS.get(said.status, 'Error')}\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in headers.items()
    )
    half = len(said.content) // 2 if said.spoilt == "half_answer" else len(said.content)
    writer.write(head.encode() + b"\r\n" + said.content[:half])
    await writer.drain()
    while said.spoilt == "endless_answer" and not writer.is_closing():
        writer.write(b" " * 65536)
        await writer.drain()
        # A line that was hung up does not make ``drain`` wait, and only the loop learns of it.
        await asyncio.sleep(0)
