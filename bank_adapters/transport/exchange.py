"""One request and one answer over TLS: pinned certificate, no redirect, bounded in size and time.

Nothing of the machine we run on has a say in it: no proxy, no certificate store, no saved cookie.
Until the first byte is written every failure is BankUnreachable: nothing was handed over. From
then on it is Silence, from which nothing follows.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from dataclasses import dataclass, field

import h11

from bank_adapters.direct.dialect import Message
from bank_adapters.transport.address import Door, resolve
from bank_adapters.transport.known import client_context, refuses_us
from bank_adapters.transport.outcome import BankUnreachable
from bank_adapters.transport.session import Silence

CHUNK = 64 * 1024
HEADER_BYTES_MAX = 32 * 1024


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back, whole."""

    status: int
    content: bytes = field(repr=False)


async def post(door: Door, message: Message, number: str, answer_bytes_max: int) -> HttpAnswer:
    """Post a message once, under this request's own number. Raises BankUnreachable when nothing was sent, Silence when no whole answer came."""
    reader, writer = await _connect(door)
    try:
        async with asyncio.timeout(door.answer_seconds):
            return await _converse(
                reader, writer, _head(door, message, number), message.body, answer_bytes_max
            )
    except TimeoutError:
        raise Silence("answer", "timed_out") from None
    except h11.ProtocolError:
        raise Silence("answer", "answer_broken") from None
    except ssl.SSLError as error:
        # Since TLS 1.3 a server looks at our certificate when we believe the line to stand already.
        code = "client_certificate_refused" if refuses_us(error) else "connection_lost"
        raise Silence("answer", code) from None
    except (OSError, EOFError):
        raise Silence("answer", "connection_lost") from None
    finally:
        writer.transport.abort()


async def _connect(door: Door) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    context = client_context(door.client)
    try:
        async with asyncio.timeout(door.connect_seconds):
            addresses = await resolve(door)
            reader, writer = await _first_that_answers(door, addresses, context)
    except TimeoutError:
        raise BankUnreachable("unreachable", "connect") from None
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
    if hashlib.sha256(shown).hexdigest() not in door.certificates:
        writer.transport.abort()
        raise BankUnreachable("certificate_changed", "connect")
    return reader, writer


async def _first_that_answers(
    door: Door, addresses: list[str], context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for address in addresses:
        try:
            return await asyncio.open_connection(
                address, door.port, ssl=context, server_hostname=door.host
            )
        except ssl.SSLError as error:
            if refuses_us(error):
                raise BankUnreachable("client_certificate_refused", "connect") from None
        except OSError:
            continue
    raise BankUnreachable("unreachable", "connect")


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    head: h11.Request,
    body: bytes,
    answer_bytes_max: int,
) -> HttpAnswer:
    line = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_BYTES_MAX)
    for event in (head, h11.Data(data=body), h11.EndOfMessage()):
        writer.write(line.send(event) or b"")
    await writer.drain()
    status, content, begun = 0, bytearray(), False
    while True:
        said = line.next_event()
        if said is h11.NEED_DATA:
            heard = await reader.read(CHUNK)
            if not (heard or begun):
                raise Silence("answer", "connection_lost")
            begun = True
            line.receive_data(heard)
        elif isinstance(said, h11.Response):
            _require_framed(said)
            status = said.status_code
        elif isinstance(said, h11.Data):
            content += said.data
            if len(content) > answer_bytes_max:
                raise Silence("answer", "answer_too_long")
        elif isinstance(said, h11.EndOfMessage):
            return HttpAnswer(status, bytes(content))
        elif not isinstance(said, h11.InformationalResponse):
            raise Silence("answer", "answer_broken")


def _head(door: Door, message: Message, number: str) -> h11.Request:
    secret = base64.b64encode(f"{door.username}:{door.password}".encode()).decode()
    host = door.host if door.port == 443 else f"{door.host}:{door.port}"
    return h11.Request(
        method="POST",
        target=door.path,
        headers=[
            ("Host", host),
            ("Authorization", f"Basic {secret}"),
            ("Content-Type", message.content_type),
            ("Content-Length", str(len(message.body))),
            ("X-Request-Id", number),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ],
    )


def _require_framed(said: h11.Response) -> None:
    """An answer that ends where the line ends may be half of one; a packed one is none we asked for."""
    having = dict(said.headers)
    framed = b"content-length" in having or b"transfer-encoding" in having
    if not framed or having.get(b"content-encoding", b"identity") != b"identity":
        raise Silence("answer", "answer_broken")
