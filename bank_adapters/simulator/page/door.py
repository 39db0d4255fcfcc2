"""Hear and answer the page's requests on 127.0.0.1: GET shows, POST acts and leads back.

Written by hand over asyncio, so that the bank is one process with one loop and one set of books.
Who may speak: a browser that names this very address, and for acts one that was handed the token.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.page.acts import ActRefused, act
from bank_adapters.simulator.page.views import NothingHere, show
from bank_adapters.simulator.page.words import LANGUAGES

HEAD_BYTES_MAX = 32 * 1024
BODY_BYTES_MAX = 64 * 1024
PATIENCE_SECONDS = 20.0
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, as far as it counts."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]

    @property
    def language(self) -> str:
        """The language chosen before, else the browser's."""
        for part in self.headers.get("cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == "bank_language" and value in LANGUAGES:
                return value
        wanted = self.headers.get("accept-language", "").lower()
        return "zh" if wanted.startswith("zh") else "en"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int
    content: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class Page:
    """The page of one bank; `token` is handed out with every form."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.token = secrets.token_urlsafe(24)
        self.hosts: frozenset[str] = frozenset()

    async def open(self, port: int) -> asyncio.Server:
        """Start serving on 127.0.0.1."""
        server = await asyncio.start_server(self.talk, "127.0.0.1", port, limit=HEAD_BYTES_MAX)
        bound = server.sockets[0].getsockname()[1]
        self.hosts = frozenset({f"127.0.0.1:{bound}", f"localhost:{bound}"})
        return server

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear one request and answer it; a browser that goes away is no error."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                said = self.answer(await _heard(reader))
                await _write(writer, said)
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def answer(self, asked: Request) -> Said:
        """Return the answer to one request."""
        # A name that somebody made point here would otherwise speak with this bank's own page.
        if asked.headers.get("host", "") not in self.hosts:
            return Said(HTTPStatus.MISDIRECTED_REQUEST, b"Not this address.\n", "text/plain")
        try:
            if asked.method == "POST":
                return self._acted(asked)
            if asked.method != "GET":
                return Said(HTTPStatus.METHOD_NOT_ALLOWED, b"", headers={"Allow": "GET, POST"})
            if asked.path == "/language":
                return _chosen(asked)
            shown = show(self.bank, asked.path, asked.query, asked.language, self.token)
        except NothingHere:
            return Said(HTTPStatus.NOT_FOUND, b"Nothing here.\n", "text/plain; charset=utf-8")
        return Said(HTTPStatus.OK, shown.content, shown.kind, shown.headers)

    def _acted(self, asked: Request) -> Said:
        given = asked.form.get("token", "")
        origin = asked.headers.get("origin", "")
        at_home = origin in {"", *(f"http://{host}" for host in self.hosts)}
        if not at_home or not hmac.compare_digest(given.encode(), self.token.encode()):
            return Said(HTTPStatus.FORBIDDEN, b"This form is not from this page.\n", "text/plain")
        try:
            back = act(self.bank, asked.path, asked.form)
        except ActRefused as refused:
            shown = show(
                self.bank,
                refused.page,
                {},
                asked.language,
                self.token,
                refused.said[asked.language],
            )
            return Said(HTTPStatus.UNPROCESSABLE_ENTITY, shown.content, shown.kind, shown.headers)
        return Said(HTTPStatus.SEE_OTHER, headers={"Location": back})


def _chosen(asked: Request) -> Said:
    language = asked.query.get("to", "")
    back = asked.query.get("back", "/")
    if language not in LANGUAGES or not back.startswith("/") or back.startswith("//"):
        raise NothingHere
    cookie = f"bank_language={language}; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly"
    location = urlsplit(back)._replace(scheme="", netloc="").geturl()
    if any(ord(letter) < 33 or letter == "\\" for letter in location):
        raise NothingHere
    return Said(HTTPStatus.SEE_OTHER, headers={"Location": location, "Set-Cookie": cookie})


async def _heard(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
        if name
    }
    written = headers.get("content-length", "0")
    length = int(written) if written.isascii() and written.isdecimal() else 0
    if length > BODY_BYTES_MAX:
        raise ValueError("too long")
    body = (await reader.readexactly(length)).decode("utf-8")
    parts = urlsplit(target)
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, dict(parse_qsl(body)))


async def _write(writer: asyncio.StreamWriter, said: Said) -> None:
    headers = {
        **HEADERS,
        "Content-Type": said.kind,
        "Content-Length": str(len(said.content)),
        **said.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    phrase = HTTPStatus(said.status).phrase
    writer.write(f"HTTP/1.1 {int(said.status)} {phrase}\r\n{lines}\r\n".encode("latin-1"))
    writer.write(said.content)
    await writer.drain()
