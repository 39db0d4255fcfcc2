"""A bank that knows its customers by their certificate: shown, wrong, missing, over — and nothing sent."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bank_adapters.simulator.certificate import context_of
from bank_adapters.transport import BankUnreachable, ClientCertificate, Outcome
from tests.bank_adapters.banks import RunningBank
from tests.bank_adapters.client_certificates import made
from tests.bank_adapters.direct_lines import heard, line, order

GATEWAY = b"<html><head><title>400 No required SSL certificate was sent</title></head></html>"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    running = RunningBank(tmp_path / "bank")
    running.arrange({})
    yield running
    running.stop()


def test_only_the_certificate_that_the_bank_knows_comes_in(
    bank: RunningBank, tmp_path: Path
) -> None:
    ours, over = made(), made(days=-1)
    bank.https_clients = tmp_path / "clients.pem"
    bank.https_clients.write_text(ours.chain + over.chain, encoding="ascii")
    bank.start()
    written = order("icbc", "KNOWN-1")
    for client, code in (
        (None, "unreachable"),
        (made("stranger"), "unreachable"),
        (over, "client_certificate_unusable"),
        (replace(ours, key=made().key), "client_certificate_unusable"),
        (ClientCertificate("no certificate", "no key"), "client_certificate_unusable"),
    ):
        delivery = line(bank, "icbc", written, client=client).deliver("", written.content)
        assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, code)
        assert delivery.sentence_zh
        with pytest.raises(BankUnreachable):
            line(bank, "icbc", written, client=client).look("", 1)
    assert heard(bank) == []
    way = line(bank, "icbc", written, client=ours)
    assert way.deliver("", written.content).outcome is Outcome.DELIVERED
    assert "PRIVATE KEY" not in repr(way.door)
    assert len(bank.referee()["payments"]) == 3


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_says_why_it_hung_up_is_understood(
    bank: RunningBank, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    """An alert of the handshake, or a gateway's page on a line that stands: either way nothing went."""
    bank.where = {"https": {"port": 0, "certificate_sha256": "", "users": {"icbc": "x"}}}
    written = order("icbc", "ALERT-1")
    for insists in (True, False):
        with _server(tmp_path, version, insists=insists) as (port, digest):
            for client in (None, made("stranger")):
                way = line(
                    bank,
                    "icbc",
                    written,
                    client=client,
                    port=port,
                    certificates=frozenset({digest}),
                )
                delivery = way.deliver("", written.content)
                assert (delivery.outcome, delivery.code) == (
                    Outcome.NOT_DELIVERED,
                    "client_certificate_refused",
                )


@contextmanager
def _server(folder: Path, version: ssl.TLSVersion, *, insists: bool) -> Iterator[tuple[int, str]]:
    """A bank's door whose handshake tells its alerts, as every server's but asyncio's does."""
    context, digest = context_of(folder, "insisting")
    context.minimum_version = context.maximum_version = version
    if insists:
        known = folder / "known.pem"
        known.write_text(made("somebody else").chain, encoding="ascii")
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(known)
    answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n" % len(GATEWAY) + GATEWAY

    def serve() -> None:
        while True:
            try:
                caller, _ = door.accept()
            except OSError:
                return
            insisting = context.wrap_socket(caller, server_side=True, do_handshake_on_connect=False)
            with insisting, suppress(OSError):
                try:
                    insisting.do_handshake()
                except ssl.SSLError:
                    pass
                else:
                    insisting.recv(1 << 20)
                    insisting.sendall(answer)
                # Heard out, so that what it says is not lost with the line.
                while os.read(insisting.fileno(), 1 << 16):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1], digest
        door.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=60)
