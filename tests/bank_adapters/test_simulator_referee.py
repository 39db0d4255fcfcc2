"""The bank's books are the referee: they survive kills, and name every difference from a belief."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from bank_adapters import RemoteFolders
from bank_adapters.simulator.believed import compare
from bank_adapters.transport import Outcome, SftpTransport
from tests.bank_adapters.banks import RunningBank, wait_until
from tests.bank_adapters.makers import HEADER
from tests.bank_adapters.simulated import Desk, fate, payments

FATES = {**fate(2, "reject", code="AC04"), **fate(3, "return", code="AC01")}


def belief(*states: str) -> dict[str, Any]:
    """Return what we believe of payments 1, 2, 3 …"""
    return {
        "payments": [
            {
                "reference": one.reference,
                "file_reference": "",
                "account_no": one.account_no,
                "amount_fen": one.amount_fen,
                "state": state,
            }
            for one, state in zip(payments(len(states)), states, strict=True)
        ]
    }


@pytest.fixture
def view(desk: Desk) -> dict[str, Any]:
    """The bank's view of three payments: paid, refused, returned."""
    desk.plan(accounts=FATES, opening_balance_fen=1_000_000)
    desk.send(payments(3))
    desk.close()
    desk.close()
    whole = desk.bank.referee()
    mine = [one for one in whole["accounts"] if one["bank"] == desk.user]
    return {**whole, "payments": desk.booked(), "accounts": mine}


def test_a_right_belief_has_no_difference(view: dict[str, Any]) -> None:
    right = belief("paid", "rejected", "returned")
    right["balances"] = {HEADER.debtor_account: 1_000_000 - 10_001}
    assert compare(view, right) == []


def test_every_difference_is_named(view: dict[str, Any]) -> None:
    wrong = belief("rejected", "paid", "in_transit", "paid")
    wrong["payments"][0]["amount_fen"] += 1
    wrong["balances"] = {HEADER.debtor_account: 1, "404": 2}
    found = compare(view, wrong)
    assert [(one.kind, one.reference, one.wrong) for one in found] == [
        ("amount", "PAY0000001", True),
        ("state", "PAY0000001", True),
        ("state", "PAY0000002", True),
        ("waiting", "PAY0000003", False),
        ("not_at_bank", "PAY0000004", True),
        ("balance", "", True),
        ("balance", "", True),
    ]
    assert "the bank paid 100.01 yuan, we believe 100.02" in found[0].english
    assert "银行账上已付，我方认为已拒付" in found[1].chinese
    # An account number is named by its end only.
    assert HEADER.debtor_account not in "".join(one.english + one.chinese for one in found)


def test_a_payment_we_do_not_know_and_one_paid_twice_are_named(view: dict[str, Any]) -> None:
    twice = {**view, "payments": [*view["payments"], view["payments"][0]]}
    assert [one.kind for one in compare(twice, belief("paid", "rejected"))] == [
        "paid_twice",
        "unknown_to_us",
    ]


def test_the_referee_answers_on_the_command_line(desk: Desk, view: dict[str, Any]) -> None:
    path = desk.bank.state / "believed.json"
    ours = [*belief("paid")["payments"], {**belief("paid")["payments"][0], "reference": "NEVER"}]
    path.write_text(json.dumps({"payments": ours}), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "bank_adapters.simulator.books",
        "--state",
        str(desk.bank.state),
    ]
    said = subprocess.run(
        [*command, "--believed", str(path)], capture_output=True, check=False, text=True
    )
    assert said.returncode == 1
    assert "not_at_bank: NEVER: the bank never executed it, we believe paid." in said.stdout


def test_a_killed_bank_decides_the_same_and_still_owes_what_it_owed(bank: RunningBank) -> None:
    desk = Desk(bank, "iso", "iso20022")
    bank.customers = ("card=rural-card:mt940",)
    shares = {"reject": 0.3, "return": 0.2, "later_paid": 0.2, "paid_after_rejection": 0.1}
    bank.arrange({"pickup_seconds": 0.0, "shares": shares})
    bank.start()
    lines = [replace(one, reference=f"R{n}") for n, one in enumerate(payments(60))]
    desk.send(lines, "FIRST-1")
    decided = [one["deed"] for one in desk.booked()]
    assert len(set(decided)) == 5
    bank.kill()
    bank.customers = ()
    bank.start()
    assert "card" in bank.where["users"]
    # The same payments of the same customer, had they come after the kill.
    again = bank.state.parent / "again"
    other = RunningBank(again)
    other.arrange({"pickup_seconds": 0.0, "shares": shares})
    other.start()
    try:
        twin = Desk(other, "iso", "iso20022")
        twin.send(lines, "FIRST-1")
        assert [one["deed"] for one in twin.booked()] == decided
    finally:
        other.stop()
    desk.close()
    assert len(desk.replies(2)["FIRST-1.corrected1.pain002.xml"].records) == 60


def test_the_line_breaks_in_every_new_way(desk: Desk) -> None:
    order = desk.write(payments(2))

    def deliver(name: str) -> tuple[Outcome, str]:
        transport = SftpTransport(desk.bank.login(desk.user), RemoteFolders())
        done = transport.deliver(name, order.content)
        return done.outcome, done.code

    desk.plan("account_locked", "host_key_changed")
    assert deliver(order.name) == (Outcome.NOT_DELIVERED, "host_key_changed")
    assert deliver(order.name) == (Outcome.NOT_DELIVERED, "login_refused")
    for kind in ("stored_truncated", "stored_twice"):
        desk.plan(kind, pickup_seconds=60.0)
        assert deliver(f"{kind}.xml") == (Outcome.UNKNOWN, "size_differs")
    desk.plan()
    refused = desk.files("outbox", 2)
    assert all(b"<Cd>FF01</Cd>" in content for content in refused.values())
    deliver(order.name)
    wait_until(lambda: desk.states() == ["paid"] * 2)
