"""A bank that is asked not to execute: stops what nobody was told of, refuses or gives back the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from bank_adapters import Instruction, adapter_for
from bank_adapters.cancellation import Answer, meaning, read_answer, write_request
from tests.bank_adapters.banks import wait_until
from tests.bank_adapters.makers import HEADER
from tests.bank_adapters.simulated import Desk, fate, payments

PROFILE = adapter_for("iso20022").profile


def recall(desk: Desk, lines: list[Instruction], number: int = 1, about: str = "") -> str:
    """Hand a request in; return the stem of its file."""
    header = replace(
        HEADER,
        file_reference=f"{desk.reference}-C{number}",
        created_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
        execution_date=date(2026, 11, 25),
        cancels_file=about or desk.reference,
        cancels_format="pain.001.001.09",
        cancel_reason="UPAY",
    )
    written = write_request(PROFILE, header, lines)
    desk.hand_in(written.name, written.content)
    return written.name.removesuffix(".xml")


def told(desk: Desk, name: str) -> list[tuple[Answer, str]]:
    """Return what a camt.029 says of each payment, with its code."""
    path = desk.root / "outbox" / f"{name}.camt029.xml"
    wait_until(path.with_name(path.name + ".ok").exists)
    read = read_answer(PROFILE, path.read_bytes())
    assert read.believable, [one.code for one in read.faults]
    assert read.file_reference == desk.reference
    return [(meaning(one.status, one.state, one.code), one.code) for one in read.records]


def test_what_nobody_was_told_of_is_stopped_and_stands_on_no_statement(desk: Desk) -> None:
    lines = payments(4)
    desk.plan(
        {"kind": "late_reply", "days": 1},
        accounts={**fate(3, "later_paid", after_days=2)},
    )
    desk.send(lines)
    name = recall(desk, [lines[0], lines[2]])
    assert told(desk, name) == [(Answer.CANCELLED, "ACCR")] * 2
    assert desk.states() == ["rejected", "paid", "rejected", "paid"]
    # The same request again asks for nothing more; a payment it never had is told as such.
    recall(desk, [lines[0], lines[2]])
    other = recall(desk, [replace(lines[0], reference="NEVER")], 2)
    assert told(desk, other) == [(Answer.OPEN, "NOOR")]
    desk.close()
    booked = sum(one.amount_fen for one in (lines[1], lines[3]))
    assert [one.signed_fen for one in desk.statement().entries] == [-booked]
    reply = desk.replies(3)[f"{desk.reference}.pain002.xml"]
    assert [(one.state.value, one.code) for one in reply.records] == [
        ("rejected", "CANC"), ("paid", "ACSC"), ("rejected", "CANC"), ("paid", "ACSC"),
    ]  # fmt: skip


def test_what_was_paid_is_refused_looked_at_left_without_an_answer_or_given_back(
    desk: Desk,
) -> None:
    lines = payments(5)
    desk.plan()
    desk.send(lines)
    desk.reply()
    assert told(desk, recall(desk, lines[:1])) == [(Answer.REFUSED, "CUST")]
    desk.plan("recall_refused", {"kind": "recall_pending", "days": 1})
    name = recall(desk, lines[1:2], 2)
    assert told(desk, f"{name}.pending") == [(Answer.OPEN, "PDCR")]
    desk.plan("recall_silent")
    silent = recall(desk, lines[2:3], 3)
    assert desk.states() == ["paid"] * 5
    desk.close()
    assert told(desk, name) == [(Answer.REFUSED, "LEGL")]
    desk.plan("recall_given_back")
    assert told(desk, recall(desk, lines[3:4], 4)) == [(Answer.CANCELLED, "ACCR")]
    desk.close()
    assert desk.states() == ["paid", "paid", "paid", "returned", "paid"]
    assert [one.signed_fen for one in desk.statement(2).entries] == [lines[3].amount_fen]
    desk.plan("recall_given_back")
    assert told(desk, recall(desk, lines[3:4], 5)) == [(Answer.OPEN, "ARDT")]
    assert not list((desk.root / "outbox").glob(f"{silent}.*"))
