"""The simulated bank is a referee one can trust: its books, its answers and its statements agree."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from bank_adapters import (
    EntryKind,
    Instruction,
    Reply,
    State,
    Statement,
    WrittenFile,
    adapter_for,
)
from bank_adapters.simulator.bank import Bank
from tests.bank_adapters.banks import PROFILES, RunningBank, wait_until
from tests.bank_adapters.makers import HEADER, instruction, instructions

QUICK = {"pickup_seconds": 0.0}
USERS = sorted(PROFILES)


def order_of(user: str, payments: list[Instruction], reference: str = "OAA-1") -> WrittenFile:
    """Return a file for one user's bank."""
    header = replace(HEADER, file_reference=reference)
    return adapter_for(PROFILES[user]).write(header, payments)


def send(bank: RunningBank, user: str, order: WrittenFile, name: str = "") -> None:
    """Hand a file over; the bank may take it before we have looked."""
    bank.transport(user).deliver(name or order.name, order.content)


def replies(bank: RunningBank, user: str, count: int = 1) -> dict[str, Reply]:
    """Return this many answers, read."""
    adapter = adapter_for(PROFILES[user])
    return {
        file.remote.name: adapter.read_reply(file.remote.name, file.content)
        for file in bank.answers(user, count)
    }


def statements(bank: RunningBank, user: str, count: int) -> list[Statement]:
    """Return the statements of this many days, in order."""
    found: list[Statement] = []
    for file in bank.answers(user, count, "/statements"):
        read = adapter_for(PROFILES[user]).read_statement(file.content)
        assert read.faults == ()
        found.extend(read.statements)
    return found


def paid(bank: RunningBank) -> dict[str, str]:
    """Return the books' state of every reference."""
    return {one["reference"]: one["state"] for one in bank.referee()["payments"]}


PLANNED = {
    "6222600260001072451": {"do": "reject", "code": "AC04"},
    "6222600260001072469": {"do": "reject", "code": "BE01"},
    "6222600260001072477": {"do": "return", "code": "AC01"},
    "6222600260001072485": {"do": "silent"},
}


def planned_payments() -> list[Instruction]:
    """Return a plain payment and one for every account of the plan."""
    accounts = [instruction().account_no, *PLANNED]
    return [instruction(n, account_no=account) for n, account in enumerate(accounts, start=1)]


@pytest.mark.parametrize("user", USERS)
def test_the_answer_says_what_the_books_say(bank: RunningBank, user: str) -> None:
    bank.arrange({**QUICK, "accounts": PLANNED})
    bank.start()
    send(bank, user, order_of(user, planned_payments()))
    (reply,) = replies(bank, user).values()
    assert {one.code for one in reply.faults} == {"reply_incomplete"}
    assert reply.file_reference == "OAA-1"
    assert [(one.reference, one.state, one.code) for one in reply.records] == [
        ("PAY0000001", State.PAID, "ACSC" if user == "iso" else "成功"),
        ("PAY0000002", State.REJECTED, "AC04"),
        ("PAY0000003", State.REJECTED, "BE01"),
        ("PAY0000004", State.PAID, "ACSC" if user == "iso" else "成功"),
    ]
    assert paid(bank) == {
        "PAY0000001": "paid",
        "PAY0000002": "rejected",
        "PAY0000003": "rejected",
        "PAY0000004": "paid",
        "PAY0000005": "paid",
    }


@pytest.mark.parametrize("user", USERS)
def test_statements_add_up_and_a_late_return_comes_on_the_next_day(
    bank: RunningBank, user: str
) -> None:
    bank.arrange({**QUICK, "accounts": PLANNED, "opening_balance_fen": 1_000_000})
    bank.start()
    order = order_of(user, planned_payments())
    send(bank, user, order)
    bank.answers(user)
    assert bank.command("end-of-day-20261125") == {"statements": 1}
    assert bank.command("end-of-day-20261126") == {"statements": 1}
    first, second = statements(bank, user, 2)
    debited = 10_001 + 10_004 + 10_005
    assert (first.number, first.opening_fen, first.closing_fen) == (
        1,
        1_000_000,
        1_000_000 - debited,
    )
    assert [(e.kind, e.amount_fen, e.file_reference) for e in first.entries] == [
        (EntryKind.BATCH_DEBIT, debited, "OAA-1")
    ]
    assert (second.number, second.opening_fen) == (2, first.closing_fen)
    assert [(e.kind, e.credit, e.reference, e.reason_code) for e in second.entries] == [
        (EntryKind.RETURN, True, "PAY0000004", "AC01")
    ]
    assert second.closing_fen == first.closing_fen + 10_004
    assert paid(bank)["PAY0000004"] == "returned"


def test_closing_the_same_day_twice_changes_nothing_and_an_earlier_day_is_refused(
    bank: RunningBank,
) -> None:
    bank.arrange(QUICK)
    bank.start()
    send(bank, "iso", order_of("iso", instructions(2)))
    bank.answers("iso")
    assert bank.command("end-of-day-20261125") == {"statements": 1}
    assert bank.command("end-of-day-20261125") == {"statements": 0}
    control = bank.state / "iso" / "control"
    (control / "end-of-day-20261124").write_bytes(b"")
    wait_until((control / "end-of-day-20261124.refused").exists)
    assert len(bank.answers("iso", 1, "/statements")) == 1


@pytest.mark.parametrize("user", USERS)
def test_the_same_file_reference_is_paid_once_however_it_comes_again(
    bank: RunningBank, user: str
) -> None:
    bank.arrange(QUICK)
    bank.start()
    order = order_of(user, instructions(3))
    send(bank, user, order)
    bank.answers(user)
    suffix = order.name.rpartition(".")[2]
    send(bank, user, order, f"OTHERNAME.{suffix}")
    found = replies(bank, user, 2)
    second = next(reply for name, reply in found.items() if name.startswith("OTHERNAME-dup"))
    assert second.believable
    states = {one.state for one in second.records} | {second.silence_means}
    assert State.PAID not in states
    assert State.REJECTED not in states
    changed = order_of(user, instructions(4))
    send(bank, user, changed, f"THIRDNAME.{suffix}")
    replies(bank, user, 3)
    view = bank.referee()
    assert view["paid_more_than_once"] == []
    assert view["totals"] == {"paid": {"count": 3, "amount_fen": 30_006}}


@pytest.mark.parametrize("user", USERS)
def test_a_file_over_the_balance_is_refused_whole(bank: RunningBank, user: str) -> None:
    bank.arrange({**QUICK, "opening_balance_fen": 15_000})
    bank.start()
    send(bank, user, order_of(user, instructions(2)))
    (reply,) = replies(bank, user).values()
    assert reply.believable
    told = {(one.state, one.code) for one in reply.records} or {
        (reply.silence_means, reply.silence_code)
    }
    assert told == {(State.REJECTED, "AM04")}
    assert bank.referee()["payments"] == []


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize(
    ("before", "after"),
    [(b"200.03", b"200.04"), (b"100.01", b"100.00"), (b"PAY0000002", b"PAY0000001"), (None, None)],
    ids=["sum", "amount", "twice", "cut"],
)
def test_a_file_changed_on_its_way_is_refused_and_nothing_paid(
    bank: RunningBank, user: str, before: bytes | None, after: bytes | None
) -> None:
    bank.arrange(QUICK)
    bank.start()
    order = order_of(user, instructions(2))
    if before is None or after is None:
        content = order.content[:-30]
    else:
        assert before in order.content
        content = order.content.replace(before, after)
    bank.transport(user).deliver(order.name, content)
    found = replies(bank, user)
    assert all(one.state is not State.PAID for reply in found.values() for one in reply.records)
    assert bank.referee()["payments"] == []


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("kind", ["truncated_reply", "wrong_total_reply"])
def test_a_spoilt_answer_is_not_believed_and_can_be_had_again(
    bank: RunningBank, user: str, kind: str
) -> None:
    bank.arrange({**QUICK, "faults": [{"kind": kind, "user": user}]})
    bank.start()
    send(bank, user, order_of(user, instructions(3)))
    (reply,) = replies(bank, user).values()
    assert not reply.believable
    if user == "iso":
        assert bank.command("resend-OAA-1") == {"resent": 1}
        found = replies(bank, user, 2)
        good = next(reply for name, reply in found.items() if ".again." in name)
        assert [one.state for one in good.records] == [State.PAID] * 3


@pytest.mark.parametrize("user", USERS)
def test_an_answer_may_come_twice_or_for_a_file_nobody_sent(bank: RunningBank, user: str) -> None:
    kinds = ("duplicate_reply", "reply_for_unknown_file")
    bank.arrange({**QUICK, "faults": [{"kind": kind, "user": user} for kind in kinds]})
    bank.start()
    send(bank, user, order_of(user, instructions(3)))
    found = replies(bank, user, 3)
    assert all(reply.believable for reply in found.values())
    assert sorted(reply.file_reference for reply in found.values()) == [
        "NOSUCHFILE",
        "OAA-1",
        "OAA-1",
    ]


def test_a_plan_can_name_an_account_by_its_digest_or_be_changed_while_running(
    bank: RunningBank,
) -> None:
    account = "6222600260001072451"
    digest = hashlib.sha256(account.encode()).hexdigest()
    bank.arrange({**QUICK, "account_sha256": {digest: {"do": "reject", "code": "AC06"}}})
    bank.start()
    send(bank, "ccb", order_of("ccb", [instruction(1, account_no=account)]))
    (reply,) = replies(bank, "ccb").values()
    assert [one.code for one in reply.records] == ["AC06"]
    bank.command("plan-2.json", json.dumps(QUICK).encode())
    send(bank, "ccb", order_of("ccb", [instruction(2, account_no=account)], "OAA-2"))
    replies(bank, "ccb", 2)
    assert paid(bank) == {"PAY0000001": "rejected", "PAY0000002": "paid"}


def test_shares_are_drawn_by_the_seed_and_do_not_depend_on_the_day(bank: RunningBank) -> None:
    bank.arrange({**QUICK, "shares": {"reject": 0.3, "return": 0.2}})
    bank.start()
    send(bank, "iso", order_of("iso", instructions(200)))
    bank.answers("iso")
    rejected = {ref for ref, state in paid(bank).items() if state == "rejected"}
    assert 30 < len(rejected) < 90
    send(bank, "ccb", order_of("ccb", instructions(200)))
    bank.answers("ccb")
    assert len(bank.referee()["payments"]) == 400


def test_a_plan_that_cannot_be_read_changes_nothing(bank: RunningBank) -> None:
    bank.arrange({**QUICK, "acounts": {}})
    bank.start()
    wait_until((bank.state / "plan.json.refused").exists)
    assert bank.process is not None
    assert bank.process.poll() is None


@pytest.mark.parametrize("user", USERS)
def test_a_bank_killed_again_and_again_pays_every_file_exactly_once(
    bank: RunningBank, user: str
) -> None:
    draw = random.Random(7)
    bank.arrange({**QUICK, "accounts": PLANNED})
    orders = [
        order_of(user, [instruction(place * 10 + n) for n in range(1, 4)], f"RUN-{place}")
        for place in range(8)
    ]
    bank.start()
    for order in orders:
        # Whole files appear in the inbox however the bank is doing.
        inbox = bank.state / user / "inbox"
        (inbox / f"{order.name}.part").write_bytes(order.content)
        (inbox / f"{order.name}.part").rename(inbox / order.name)
        wait_until_some_work(draw)
        bank.kill()
        bank.start()
    found = replies(bank, user, len(orders))
    view = bank.referee()
    assert view["paid_more_than_once"] == []
    assert view["totals"] == {"paid": {"count": 24, "amount_fen": sum_of(orders)}}
    told = {one.reference for reply in found.values() for one in reply.records}
    assert told == {one["reference"] for one in view["payments"]}
    assert all(reply.believable for reply in found.values())
    assert list((bank.state / user / "inbox").iterdir()) == []


def wait_until_some_work(draw: random.Random) -> None:
    """Wait a moment drawn by a seed, so that kills fall into different places."""
    subprocess.run(
        [sys.executable, "-c", f"import time; time.sleep({draw.random() * 0.15})"], check=True
    )


def sum_of(orders: list[WrittenFile]) -> int:
    """Return the fen of several files."""
    return sum(order.amount_fen for order in orders)


def test_the_referee_speaks_json(bank: RunningBank) -> None:
    bank.arrange(QUICK)
    bank.start()
    send(bank, "iso", order_of("iso", instructions(2)))
    bank.answers("iso")
    command = [sys.executable, "-m", "bank_adapters.simulator.books", "--state", str(bank.state)]
    said = subprocess.run([*command, "--json"], capture_output=True, check=True, text=True)
    view: dict[str, Any] = json.loads(said.stdout)
    assert view["totals"] == {"paid": {"count": 2, "amount_fen": 20_003}}
    assert view["payments"][0]["told"] is True


def test_the_bank_leaves_when_its_standard_input_ends(bank: RunningBank) -> None:
    bank.start()
    process = bank.process
    assert process is not None
    bank.stop()
    assert process.returncode == 0


def test_the_bank_leaves_quietly_when_it_is_told_to(bank: RunningBank) -> None:
    bank.start()
    assert bank.process is not None
    bank.process.terminate()
    assert bank.process.wait(timeout=60) == 0


def test_neither_user_sees_the_other_nor_the_books(bank: RunningBank) -> None:
    bank.start()
    order = order_of("iso", instructions(1))
    for name in ("../../ccb/inbox/x.xml", "/../../books.sqlite3"):
        bank.transport("iso").deliver(name, order.content)
    assert list((bank.state / "ccb" / "inbox").iterdir()) == []
    assert (bank.state / "books.sqlite3").read_bytes()[:6] == b"SQLite"


@pytest.mark.parametrize("archived", [False, True])
def test_a_kill_between_deciding_and_archiving_changes_nothing(
    bank: RunningBank, archived: bool
) -> None:
    bank.arrange(QUICK)
    order = order_of("iso", instructions(2))
    killed = Bank(bank.state, seed=1)
    inbox = bank.state / "iso" / "inbox" / order.name
    inbox.write_bytes(order.content)
    killed._decide("iso", order.name, order.content, order.sha256)
    if archived:
        killed._archive("iso", inbox)
    killed.books.close()
    bank.start()
    (reply,) = replies(bank, "iso").values()
    assert [one.state for one in reply.records] == [State.PAID, State.PAID]
    wait_until(lambda: not inbox.exists())
    assert [path.name for path in (bank.state / "iso" / "archive").iterdir()] == [order.name]
    assert bank.referee()["totals"] == {"paid": {"count": 2, "amount_fen": 20_003}}
    # Sent again after all that, it is a repeated file and not the one left behind.
    (bank.state / "iso" / "inbox" / order.name).write_bytes(order.content)
    assert any("-dup" in name for name in replies(bank, "iso", 2))
    assert bank.referee()["paid_more_than_once"] == []
