"""Handing a file over a real SFTP line to a bank in another process, with the line breaking."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
from collections.abc import Awaitable
from typing import Any

import asyncssh
import pytest

from bank_adapters import WrittenFile, adapter_for
from bank_adapters.transport import BankUnreachable, Outcome, Place
from bank_adapters.transport.session import Session, Silence
from tests.bank_adapters.banks import PROFILES, RunningBank, wait_until
from tests.bank_adapters.makers import HEADER, instructions

FILES = {
    user: adapter_for(profile).write(HEADER, instructions(3)) for user, profile in PROFILES.items()
}
ORDER: WrittenFile = FILES["iso"]
SIZE = len(ORDER.content)
# Long enough that the bank does not take the file while a test looks at it.
SLOW = {"pickup_seconds": 3600}


def started(bank: RunningBank, *faults: str, **plan: object) -> RunningBank:
    """Start the bank with these faults arranged once each on the iso channel."""
    arranged = [{"kind": kind, "user": "iso", "times": 1} for kind in faults]
    bank.arrange({**SLOW, **plan, "faults": arranged})
    bank.start()
    return bank


@pytest.mark.parametrize("user", sorted(PROFILES))
def test_a_good_line_delivers_exactly_these_bytes(bank: RunningBank, user: str) -> None:
    started(bank)
    order = FILES[user]
    delivery = bank.transport(user).deliver(order.name, order.content)
    assert (delivery.outcome, delivery.code) == (Outcome.DELIVERED, "delivered")
    inbox = bank.state / user / "inbox"
    assert [path.name for path in inbox.iterdir()] == [order.name]
    assert (inbox / order.name).read_bytes() == order.content
    seen = bank.transport(user).look(order.name, len(order.content))
    assert (seen.place, seen.outcome) == (Place.INBOX, Outcome.DELIVERED)


def test_a_large_file_arrives_whole(bank: RunningBank) -> None:
    started(bank)
    order = adapter_for("iso20022").write(HEADER, instructions(5000))
    assert len(order.content) > 2_000_000
    delivery = bank.transport("iso").deliver(order.name, order.content)
    assert delivery.outcome is Outcome.DELIVERED
    assert (bank.state / "iso" / "inbox" / order.name).read_bytes() == order.content


def test_pressing_send_twice_hands_over_once(bank: RunningBank) -> None:
    started(bank)
    line = bank.transport("iso")
    line.deliver(ORDER.name, ORDER.content)
    again = line.deliver(ORDER.name, b"something else")
    assert (again.outcome, again.code) == (Outcome.UNKNOWN, "name_taken")
    assert (bank.state / "iso" / "inbox" / ORDER.name).read_bytes() == ORDER.content


def test_a_file_already_archived_is_not_handed_over_again(bank: RunningBank) -> None:
    started(bank, pickup_seconds=0)
    line = bank.transport("iso")
    line.deliver(ORDER.name, ORDER.content)
    bank.answers("iso")
    assert line.deliver(ORDER.name, ORDER.content).code == "name_taken"
    assert line.look(ORDER.name, SIZE).place is Place.ARCHIVE
    assert bank.referee()["paid_more_than_once"] == []


def test_what_lies_under_our_name_is_ours_only_if_its_bytes_are(bank: RunningBank) -> None:
    """A clerk carried the file there while the line was down; or another system's file is there."""
    started(bank)
    line, digest = bank.transport("iso"), hashlib.sha256(ORDER.content).hexdigest()
    others = bytes([ORDER.content[0] ^ 1]) + ORDER.content[1:]
    for content, outcome in ((ORDER.content, Outcome.DELIVERED), (others, Outcome.UNKNOWN)):
        for place, folder in ((Place.ARCHIVE, "archive"), (Place.INBOX, "inbox")):
            there = bank.state / "iso" / folder / ORDER.name
            there.write_bytes(content)
            assert line.deliver(ORDER.name, ORDER.content).code == "name_taken"
            seen = line.look(ORDER.name, SIZE, digest)
            assert (seen.place, seen.size, seen.outcome) == (place, SIZE, outcome)
            assert line.withdraw(ORDER.name, SIZE).place is place
            assert there.read_bytes() == content
            there.unlink()


def test_two_senders_racing_leave_one_whole_file(bank: RunningBank) -> None:
    started(bank)
    outcomes = []
    lock = threading.Lock()

    def send() -> None:
        delivery = bank.transport("iso").deliver(ORDER.name, ORDER.content)
        with lock:
            outcomes.append(delivery.outcome)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Outcome.DELIVERED) <= 1
    assert Outcome.NOT_DELIVERED not in outcomes or Outcome.DELIVERED in outcomes
    assert (bank.state / "iso" / "inbox" / ORDER.name).read_bytes() == ORDER.content


@pytest.mark.parametrize(
    ("kind", "outcome", "code", "place", "resolved"),
    [
        ("drop_mid_write", "unknown", "connection_lost", Place.PART, "unknown"),
        ("drop_after_rename", "unknown", "connection_lost", Place.INBOX, "delivered"),
        ("consumed_at_once", "unknown", "gone_after_rename", Place.ARCHIVE, "delivered"),
        ("silent_discard", "unknown", "size_differs", Place.INBOX, "unknown"),
        ("disk_full", "not_delivered", "write_refused", Place.NOWHERE, "unknown"),
        ("rename_denied", "not_delivered", "rename_refused", Place.NOWHERE, "unknown"),
        ("no_stat", "not_delivered", "stat_refused", Place.NOWHERE, "unknown"),
    ],
)
def test_what_is_said_after_a_fault_is_what_is_true_at_the_bank(
    bank: RunningBank, kind: str, outcome: str, code: str, place: Place, resolved: str
) -> None:
    started(bank, kind)
    line = bank.transport("iso")
    delivery = line.deliver(ORDER.name, ORDER.content)
    assert (delivery.outcome.value, delivery.code) == (outcome, code)
    seen = line.look(ORDER.name, SIZE)
    assert (seen.place, seen.outcome.value) == (place, resolved)
    if delivery.outcome is Outcome.NOT_DELIVERED:
        assert list((bank.state / "iso" / "inbox").iterdir()) == []
        assert line.deliver(ORDER.name, ORDER.content).outcome is Outcome.DELIVERED


def test_a_bank_that_never_answers_ends_in_unknown_within_the_time_given(bank: RunningBank) -> None:
    started(bank, "hang_on_rename")
    delivery = bank.transport("iso", step_seconds=1.0).deliver(ORDER.name, ORDER.content)
    assert (delivery.outcome, delivery.step, delivery.code) == (
        Outcome.UNKNOWN,
        "rename",
        "timed_out",
    )
    assert bank.transport("iso").look(ORDER.name, SIZE).outcome is Outcome.DELIVERED


def test_taking_back_an_unfinished_file_proves_that_nothing_was_handed_over(
    bank: RunningBank,
) -> None:
    started(bank, "drop_mid_write")
    line = bank.transport("iso")
    line.deliver(ORDER.name, ORDER.content)
    assert line.deliver(ORDER.name, ORDER.content).code == "part_exists"
    taken = line.withdraw(ORDER.name, SIZE)
    assert (taken.place, taken.outcome) == (Place.NOWHERE, Outcome.NOT_DELIVERED)
    assert line.deliver(ORDER.name, ORDER.content).outcome is Outcome.DELIVERED


def test_a_file_the_bank_has_cannot_be_taken_back(bank: RunningBank) -> None:
    started(bank, "drop_after_rename")
    line = bank.transport("iso")
    line.deliver(ORDER.name, ORDER.content)
    assert line.withdraw(ORDER.name, SIZE).outcome is Outcome.DELIVERED
    assert (bank.state / "iso" / "inbox" / ORDER.name).exists()


def test_seen_nowhere_stays_unknown(bank: RunningBank) -> None:
    started(bank)
    seen = bank.transport("iso").look("NEVER-SENT.xml", 10)
    assert (seen.place, seen.outcome) == (Place.NOWHERE, Outcome.UNKNOWN)
    assert bank.transport("iso").withdraw("NEVER-SENT.xml", 10).outcome is Outcome.UNKNOWN


def test_the_banks_answer_proves_delivery_when_the_file_itself_is_gone(bank: RunningBank) -> None:
    started(bank, pickup_seconds=0)
    bank.transport("iso").deliver(ORDER.name, ORDER.content)
    bank.answers("iso")
    (bank.state / "iso" / "archive" / ORDER.name).unlink()
    seen = bank.transport("iso").look(ORDER.name, SIZE)
    assert (seen.place, seen.outcome) == (Place.ACK, Outcome.DELIVERED)


def test_another_host_key_stops_everything_before_a_byte_is_sent(bank: RunningBank) -> None:
    started(bank)
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key("openssh").decode()
    line = bank.transport("iso", host_key=other)
    delivery = line.deliver(ORDER.name, ORDER.content)
    assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, "host_key_changed")
    with pytest.raises(BankUnreachable, match="host_key_changed"):
        line.look(ORDER.name, SIZE)
    assert list((bank.state / "iso" / "inbox").iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "wrong"}, "login_refused"),
        ({"username": "nobody"}, "login_refused"),
        ({"port": 1}, "unreachable"),
        ({"host_key": "nonsense"}, "key_malformed"),
        ({"private_key": "nonsense"}, "key_malformed"),
    ],
)
def test_what_fails_before_the_line_stands_was_not_delivered(
    bank: RunningBank, changes: dict[str, object], code: str
) -> None:
    started(bank)
    delivery = bank.transport("iso", **changes).deliver(ORDER.name, ORDER.content)
    assert (delivery.outcome, delivery.step, delivery.code) == (
        Outcome.NOT_DELIVERED,
        "connect",
        code,
    )


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up(bank: RunningBank) -> None:
    started(bank)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        line = bank.transport("iso", port=port, connect_seconds=1.0)
        delivery = line.deliver(ORDER.name, ORDER.content)
    assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, "unreachable")


def test_a_missing_inbox_is_not_delivered(bank: RunningBank) -> None:
    started(bank)
    (bank.state / "ccb" / "inbox").rename(bank.state / "ccb" / "elsewhere")
    order = FILES["ccb"]
    delivery = bank.transport("ccb").deliver(order.name, order.content)
    assert (delivery.outcome, delivery.code) == (Outcome.NOT_DELIVERED, "open_refused")
    (bank.state / "ccb" / "elsewhere").rename(bank.state / "ccb" / "inbox")


def test_only_finished_files_are_fetched_and_none_is_deleted(bank: RunningBank) -> None:
    started(bank)
    outbox = bank.state / "iso" / "outbox"
    for name in ("a.xml", "a.xml.ok", "b.xml.part", ".hidden", "c.tmp"):
        (outbox / name).write_bytes(b"12345")
    (outbox / "folder").mkdir()
    line = bank.transport("iso")
    (file,) = line.fetch_new("/outbox", known=lambda _: False, stable_seconds=0.1)
    assert (file.remote.name, file.content, file.remote.size) == ("a.xml", b"12345", 5)
    assert line.fetch_new("/outbox", known=lambda one: one == file.remote) == []
    assert (outbox / "a.xml").exists()


def test_a_file_without_its_marker_is_fetched_when_it_stopped_growing(bank: RunningBank) -> None:
    started(bank)
    growing = bank.state / "iso" / "outbox" / "slow.xml"
    growing.write_bytes(b"x")
    done = threading.Event()

    def grow() -> None:
        while not done.wait(0.02):
            with growing.open("ab") as file:
                file.write(b"x")

    writer = threading.Thread(target=grow)
    writer.start()
    line = bank.transport("iso")
    try:
        assert line.fetch_new("/outbox", known=lambda _: False, stable_seconds=0.5) == []
    finally:
        done.set()
        writer.join()
    (file,) = line.fetch_new("/outbox", known=lambda _: False, stable_seconds=0.2)
    assert file.content == growing.read_bytes()


def test_a_file_rewritten_between_two_looks_is_left_for_the_next_round(bank: RunningBank) -> None:
    started(bank)
    restless = bank.state / "iso" / "outbox" / "restless.xml"
    restless.write_bytes(b"same size")
    done = threading.Event()

    def touch() -> None:
        at = 1_700_000_000
        while not done.wait(0.02):
            at += 10
            os.utime(restless, (at, at))

    writer = threading.Thread(target=touch)
    writer.start()
    line = bank.transport("iso")
    try:
        assert line.fetch_new("/outbox", known=lambda _: False, stable_seconds=0.5) == []
    finally:
        done.set()
        writer.join()


def test_an_endless_file_is_cut_one_byte_after_the_limit(bank: RunningBank) -> None:
    started(bank)
    (bank.state / "iso" / "outbox" / "big.xml").write_bytes(b"y" * 5000)
    line = bank.transport("iso")
    (file,) = line.fetch_new("/outbox", known=lambda _: False, stable_seconds=0.1, max_bytes=100)
    assert len(file.content) == 101
    assert file.remote.size == 5000


def test_a_file_is_deleted_only_when_told_and_only_if_it_is_the_one_read(bank: RunningBank) -> None:
    started(bank)
    outbox = bank.state / "iso" / "outbox"
    (outbox / "a.xml").write_bytes(b"first")
    (outbox / "a.xml.ok").write_bytes(b"")
    line = bank.transport("iso")
    (file,) = line.fetch_new("/outbox", known=lambda _: False)
    (outbox / "a.xml").write_bytes(b"another day, same name")
    assert line.remove(file.remote) is False
    (file,) = line.fetch_new("/outbox", known=lambda _: False)
    assert line.remove(file.remote) is True
    assert list(outbox.iterdir()) == []
    assert line.remove(file.remote) is False


def test_a_removal_cut_short_leaves_no_marker_that_calls_the_next_file_finished(
    bank: RunningBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(bank)
    outbox = bank.state / "iso" / "outbox"
    (outbox / "a.xml").write_bytes(b"read already")
    (outbox / "a.xml.ok").write_bytes(b"")
    line = bank.transport("iso")
    (file,) = line.fetch_new("/outbox", known=lambda _: False)
    ask = Session.ask

    async def cut_after_the_first(here: Session, step: str, question: Awaitable[Any]) -> Any:
        answer = await ask(here, step, question)
        if step == "remove":
            raise Silence(step, "connection_lost")
        return answer

    monkeypatch.setattr(Session, "ask", cut_after_the_first)
    with pytest.raises(BankUnreachable):
        line.remove(file.remote)
    monkeypatch.undo()
    assert [one.name for one in outbox.iterdir()] == ["a.xml"]


def test_a_missing_folder_is_said_and_not_taken_for_no_news(bank: RunningBank) -> None:
    started(bank)
    with pytest.raises(BankUnreachable, match="list"):
        bank.transport("iso").fetch_new("/no-such-folder", known=lambda _: False)


def test_the_bank_killed_in_the_middle_leaves_the_truth_to_be_looked_up(bank: RunningBank) -> None:
    started(bank, "hang_on_rename")
    results = []
    sender = threading.Thread(
        target=lambda: results.append(bank.transport("iso").deliver(ORDER.name, ORDER.content))
    )
    sender.start()
    wait_until((bank.state / "iso" / "inbox" / ORDER.name).exists)
    bank.kill()
    sender.join()
    assert [(one.outcome, one.step) for one in results] == [(Outcome.UNKNOWN, "rename")]
    bank.start()
    assert bank.transport("iso").look(ORDER.name, SIZE).outcome is Outcome.DELIVERED
