"""HTTPS to a bank that fails at the worst moment: three outcomes, and never a second payment."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from bank_adapters.direct.dialect import Message, Told
from bank_adapters.transport import (
    AddressRefused,
    BankUnreachable,
    HttpsTransport,
    Outcome,
    Place,
)
from bank_adapters.transport import address as addresses
from bank_adapters.transport.address import allowed, fingerprints, host_port_path
from tests.bank_adapters.banks import RunningBank, wait_until
from tests.bank_adapters.direct_lines import ACCOUNT, USERS, bank_of, heard, line, order

NUMBERS = count(1)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """One bank for the whole module; every test sends files of its own."""
    running = RunningBank(tmp_path_factory.mktemp("https") / "bank")
    running.arrange({})
    running.start()
    yield running
    running.stop()


def arrange(bank: RunningBank, *kinds: str, user: str = "icbc", **plan: object) -> None:
    """Let some things go wrong once."""
    faults = [{"kind": kind, "user": user} for kind in kinds]
    content = json.dumps({**plan, "faults": faults}).encode()
    bank.command(f"plan-{next(NUMBERS)}.json", content)


def hurry(way: HttpsTransport) -> None:
    """Wait one second for the answer to the order, and as long as ever for everything else."""
    wrap, patient = way.dialect.order, way.door

    def order_in_haste(content: bytes, number: str) -> Message:
        way.door = replace(patient, answer_seconds=1.0)
        return wrap(content, number)

    way.dialect.order = order_in_haste  # type: ignore[method-assign]


def paid_for(bank: RunningBank, reference: str) -> int:
    """Return how many payments of a file the bank carried out."""
    return sum(one["file_reference"] == reference for one in bank.referee()["payments"])


@pytest.mark.parametrize("user", USERS)
def test_an_order_is_taken_and_its_results_are_asked_for(bank: RunningBank, user: str) -> None:
    arrange(bank)
    written = order(user, f"GOOD-{user}")
    way = line(bank, user, written)
    assert way.look(written.name, 1).place is Place.NOWHERE
    delivery = way.deliver(written.name, written.content)
    assert (delivery.outcome, delivery.code) == (Outcome.DELIVERED, "accepted")
    seen = way.look(written.name, 1)
    assert (seen.place, seen.outcome) == (Place.ANSWER, Outcome.DELIVERED)
    told, content = way.ask()
    assert told is Told.KNOWN
    reply = bank_of(user).read_reply("", content)
    assert reply.file_reference == f"GOOD-{user}"
    assert {(one.state.value, one.amount_fen) for one in reply.records} == {
        ("paid", 10_001), ("paid", 10_002), ("paid", 10_003),
    }  # fmt: skip
    again = way.deliver(written.name, written.content)
    assert (again.outcome, again.code) == (Outcome.UNKNOWN, "name_taken")
    assert paid_for(bank, f"GOOD-{user}") == 3


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize(
    ("kind", "code", "executed"),
    [
        ("timeout_before", "timed_out", False),
        ("timeout_after", "timed_out", True),
        ("error_after", "http_error", True),
        ("accepted_then_nothing", "accepted_for_later", False),
        ("redirect", "redirected", False),
        ("html_page", "answer_unclear", True),
        ("half_answer", "answer_broken", True),
        ("error_body", "order_refused", False),
        ("endless_answer", "answer_too_long", True),
        ("stale_answer", "answer_unclear", False),
    ],
)
def test_whatever_is_unclear_is_unknown_and_the_bank_says_which(
    bank: RunningBank, user: str, kind: str, code: str, executed: bool
) -> None:
    arrange(bank, *() if kind == "stale_answer" else (kind,), user=user)
    reference = f"{kind.replace('_', '-')}-{user}"
    written = order(user, reference)
    if kind == "stale_answer":
        earlier = order(user, f"EARLIER-{user}")
        assert line(bank, user, earlier).deliver("", earlier.content).outcome is Outcome.DELIVERED
        arrange(bank, kind, user=user)
    way = line(bank, user, written)
    if kind.startswith("timeout"):
        hurry(way)
    delivery = way.deliver("", written.content)
    assert (delivery.outcome, delivery.code) == (Outcome.UNKNOWN, code)
    assert len(delivery.number) == 20
    if executed:
        wait_until(lambda: paid_for(bank, reference) == 3)
    seen = line(bank, user, written).look(written.name, 1)
    assert seen.outcome is (Outcome.DELIVERED if executed else Outcome.UNKNOWN)
    assert (seen.place is Place.NOWHERE) is not executed
    assert paid_for(bank, reference) == (3 if executed else 0)
    assert "/elsewhere" not in heard(bank)


@pytest.mark.parametrize(("user", "code"), [("icbc", "already_used"), ("abc", "already_used")])
def test_a_repeated_order_is_evidence_of_the_first(bank: RunningBank, user: str, code: str) -> None:
    """What was carried out is not visible yet, so the order goes out twice; the bank knows it."""
    written = order(user, f"TWICE-{user}")
    assert line(bank, user, written).deliver("", written.content).outcome is Outcome.DELIVERED
    arrange(bank, "not_yet_visible", user=user)
    second = line(bank, user, written).deliver("", written.content)
    assert (second.outcome, second.code) == (Outcome.UNKNOWN, "already_used")
    assert paid_for(bank, f"TWICE-{user}") == 3


def test_another_certificate_is_refused_before_a_byte_is_sent(bank: RunningBank) -> None:
    written = order("icbc", "CERT-1")
    before = len(heard(bank))
    arrange(bank, "other_certificate")
    delivery = line(bank, "icbc", written).deliver("", written.content)
    assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, "certificate_changed")
    arrange(bank, "other_certificate")
    with pytest.raises(BankUnreachable, match="certificate_changed"):
        line(bank, "icbc", written).look("", 1)
    assert len(heard(bank)) == before
    pinned = bank.where["https"]["certificate_sha256"]
    renewed = frozenset({"0" * 64, pinned})
    way = line(bank, "icbc", written, certificates=renewed)
    assert way.deliver("", written.content).outcome is Outcome.DELIVERED


def test_what_ends_before_the_order_proves_that_nothing_was_sent(bank: RunningBank) -> None:
    arrange(bank)
    written = order("icbc", "BEFORE-1")
    for changes, code in (
        ({"password": "wrong"}, "login_refused"),
        ({"path": "/nobody"}, "http_error"),
        ({"port": 1}, "unreachable"),
        ({"host": "no-such-host.invalid"}, "unreachable"),
        ({"loopback": False}, "address_refused"),
        ({"host": "localhost", "loopback": False}, "address_refused"),
    ):
        delivery = line(bank, "icbc", written, **changes).deliver("", written.content)
        assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, code), changes
    arrange(bank, "redirect_question")
    delivery = line(bank, "icbc", written).deliver("", written.content)
    assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, "redirected")
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        way = line(bank, "icbc", written, port=deaf.getsockname()[1], connect_seconds=0.5)
        assert way.deliver("", written.content).code == "unreachable"
    assert paid_for(bank, "BEFORE-1") == 0
    assert "/elsewhere" not in heard(bank)


@pytest.mark.parametrize("user", USERS)
def test_what_is_no_order_of_this_bank_is_never_handed_over(bank: RunningBank, user: str) -> None:
    arrange(bank)
    other = order("abc" if user == "icbc" else "icbc", f"NOT-{user}")
    for content in (other.content, b"", b"<Document/>", b"{}", b'{"transCode": "itms0003"}'):
        delivery = line(bank, user, other).deliver("", content)
        assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, "question_unclear")
    assert paid_for(bank, f"NOT-{user}") == 0


def test_no_proxy_of_the_machine_has_a_say(
    bank: RunningBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(bank)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    written = order("abc", "PROXY-1")
    assert line(bank, "abc", written).deliver("", written.content).outcome is Outcome.DELIVERED


@pytest.mark.parametrize("user", USERS)
def test_a_statement_is_asked_for_by_day(bank: RunningBank, user: str) -> None:
    arrange(bank)
    written = order(user, f"DAY-{user}")
    day = date(2026, 11, 25 if user == "icbc" else 26)
    way = line(bank, user, written)
    assert way.statement(ACCOUNT, day) is None
    way.deliver("", written.content)
    bank.command(f"end-of-day-{day:%Y%m%d}")
    content = way.statement(ACCOUNT, day)
    assert content is not None
    (statement,) = bank_of(user).read_statement(content).statements
    assert (statement.account, statement.booked_on) == (ACCOUNT, day)
    assert f"DAY-{user}" in {one.file_reference for one in statement.entries}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "0.1.2.3", "::", "169.254.169.254", "fe80::1%eth0",  # noqa: S104
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "100.100.100.200", "fd00:ec2::254", "224.0.0.1", "ff02::1", "240.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_no_bank_is_at_this_machine_or_where_clouds_tell_secrets(address: str) -> None:
    assert not allowed(address)


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "192.168.0.9", "172.16.4.4", "203.0.113.9", "fd12::9"]
)
def test_a_bank_may_be_in_a_network_of_ones_own(address: str) -> None:
    assert allowed(address)
    assert not addresses.allowed("127.0.0.1")
    assert addresses.allowed("127.0.0.1", loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://bank.internal/ebank", "https://user@bank.internal/", "https://bank.internal/a?b=c",
        "https://bank.internal/#a", "https://bank.internal:port/", "https:///a", "bank.internal",
        "https://bank.internal/a b", "https://bank.internal/\r\nHost: x", "https://Bank.internal/",
        "https://bank.internal:0x1bb/", "file:///etc/passwd", "https://[::1]/",
    ],
)  # fmt: skip
def test_an_address_is_https_host_port_and_path(url: str) -> None:
    with pytest.raises(AddressRefused):
        host_port_path(url)


def test_what_a_channel_may_be_written_as() -> None:
    assert host_port_path("https://bank.internal") == ("bank.internal", 443, "/")
    assert host_port_path("https://10.0.0.7:8443/ebank/in") == ("10.0.0.7", 8443, "/ebank/in")
    assert fingerprints("AB:" * 31 + "AB") == {"ab" * 32}
    for wrong in ("", "ab", "zz" * 32, " ".join(("aa" * 32, "bb" * 32, "cc" * 32))):
        with pytest.raises(AddressRefused):
            fingerprints(wrong)


def test_a_name_is_judged_by_every_address_it_has(
    bank: RunningBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One name with a good and a forbidden address is refused whole: which answers first is chance."""

    def both(*_: object, **__: object) -> list[object]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("10.9.9.9", 1)), (*kind, ("169.254.169.254", 1))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    written = order("icbc", "NAMES-1")
    delivery = line(bank, "icbc", written, host="bank.internal").deliver("", written.content)
    assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, "address_refused")


def test_nothing_secret_or_personal_is_in_what_is_said(
    bank: RunningBank, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arrange(bank, "error_after")
    written = order("icbc", "QUIET-1")
    way = line(bank, "icbc", written)
    delivery = way.deliver("", written.content)
    told = repr((way.door, delivery, way.dialect.order(written.content, "1")))
    told += "".join(capfd.readouterr())
    for secret in (way.door.password, "6222600260001072444", "阿依古丽"):
        assert secret not in told
