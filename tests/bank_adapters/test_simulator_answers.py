"""What the simulated bank answers when it is told to answer badly, and what our reader makes of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bank_adapters import State, adapter_for
from bank_adapters.simulator.behaviours import BEHAVIOURS, Place
from tests.bank_adapters.banks import RunningBank
from tests.bank_adapters.simulated import Desk, fate, payments

PAID, WAITS, UNKNOWN = State.PAID, State.IN_TRANSIT, State.UNKNOWN
# Behaviour → the fault that refuses the whole answer, for the standard and for a table.
REFUSED = {
    "truncated_reply": ("xml_broken", "encoding_wrong"),
    "wrong_total_reply": ("total_differs", "total_differs"),
    "wrong_encoding_reply": (None, "encoding_wrong"),
    "bom_reply": (None, "bom_inside"),
    "html_reply": ("html_page", "html_page"),
    "empty_reply": ("file_empty", "file_empty"),
    "line_twice_reply": ("reference_listed_twice", "serial_wrong"),
    "extra_line_reply": (None, None),
    "backwards_reply": (None, "serial_wrong"),
    "reference_upper_reply": (None, "reference_malformed"),
}
# Behaviour → what the answer says of three payments; read and believed.
BELIEVED: dict[str, list[tuple[str, State, int]]] = {
    "amount_reply": [
        ("PAY0000001", PAID, 10_002),
        ("PAY0000002", PAID, 10_002),
        ("PAY0000003", PAID, 10_003),
    ],
    "unknown_status_reply": [
        ("PAY0000001", UNKNOWN, 10_001),
        ("PAY0000002", PAID, 10_002),
        ("PAY0000003", PAID, 10_003),
    ],
}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("form", ["standard", "table"])
def test_a_damaged_answer_is_damaged_as_told_and_the_money_went_out(
    one_bank: RunningBank, desk: Desk, kind: str, form: str
) -> None:
    if form == "table":
        desk = Desk(one_bank, "ccb", "ccb")
    before, booked = len(list((desk.root / "outbox").glob("*.ok"))), len(desk.booked())
    desk.plan(kind)
    desk.send(payments(3))
    files = desk.files("outbox", before + 1)
    (name,) = [one for one in files if one.startswith(desk.reference)]
    reply = adapter_for(desk.profile).read_reply(name, files[name])
    expected = REFUSED[kind][form == "table"]
    codes = {one.code for one in reply.faults}
    if expected is not None:
        assert expected in codes
        assert not reply.believable
        assert reply.records == ()
    else:
        assert {one.state for one in reply.records} <= {PAID}
    assert [one["state"] for one in desk.booked()[booked:]] == ["paid"] * 3


@pytest.mark.parametrize("kind", BELIEVED)
def test_an_answer_may_be_whole_and_still_say_something_odd(desk: Desk, kind: str) -> None:
    desk.plan(kind)
    desk.send(payments(3))
    reply = desk.reply()
    assert reply.believable
    assert [(one.reference, one.state, one.amount_fen) for one in reply.records] == BELIEVED[kind]
    assert desk.states() == ["paid"] * 3


def test_fen_for_yuan_makes_a_hundred_times_the_money_in_every_line(desk: Desk) -> None:
    desk.plan("fen_for_yuan_reply")
    order = desk.send(payments(3))
    reply = desk.reply()
    assert reply.totals.stated_fen == order.amount_fen * 100
    assert reply.totals.listed_fen == order.amount_fen * 100


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "reference_cut_reply", "length": 8}, ["PAY00000"] * 2),
        ({"kind": "reference_cut_reply"}, ["PAY0000001", "PAY0000002"]),
        ({"kind": "reference_upper_reply"}, ["PAY0 0000 01", "PAY0 0000 02"]),
        ({"kind": "reference_bare_reply"}, ["17", "18"]),
    ],
    ids=["cut to 8", "cut to 16", "upper", "bare"],
)
def test_references_come_back_damaged(desk: Desk, fault: dict[str, Any], told: list[str]) -> None:
    lines = payments(2)
    if told == ["17", "18"]:
        lines = [*payments(2, reference="0")]
        lines = [
            type(one)(
                reference=f"00000{16 + place}",
                account_no=one.account_no,
                account_name=one.account_name,
                amount_fen=one.amount_fen,
                bank_code=one.bank_code,
                bank_name=one.bank_name,
                purpose=one.purpose,
            )
            for place, one in enumerate(lines, start=1)
        ]
    desk.plan(fault)
    desk.send(lines)
    (content,) = desk.files("outbox", 1).values()
    for reference in told:
        assert f"<OrgnlEndToEndId>{reference}<".encode() in content


def test_more_answers_come_than_one(desk: Desk) -> None:
    desk.plan(
        "duplicate_reply", "status_backwards_reply", "reply_for_other_county", "id_twice_reply"
    )
    desk.send(payments(2))
    replies = desk.replies(5)
    stem = desk.reference
    assert replies[f"{stem}.pain002.xml"].records == replies[f"{stem}.second.pain002.xml"].records
    backwards = replies[f"{stem}.earlier.pain002.xml"]
    assert [one.state for one in backwards.records] == [WAITS, WAITS]
    contrary = replies[f"{stem}.other.pain002.xml"]
    assert [one.state for one in contrary.records] == [State.REJECTED, State.REJECTED]
    ids = [
        re.findall(b"<GrpHdr><MsgId>([^<]+)<", desk.files("outbox", 5)[f"{stem}{mark}.pain002.xml"])
        for mark in ("", ".other", ".earlier")
    ]
    assert ids[0] == ids[1] != ids[2]
    (strange,) = [one for name, one in replies.items() if name.startswith("QX99-")]
    assert strange.file_reference == f"QX99-{stem}"
    assert [one.reference for one in strange.records] == ["ZAY0000001", "ZAY0000002"]


def test_a_group_may_be_settled_without_a_word_about_its_payments(desk: Desk) -> None:
    desk.plan("group_only_reply")
    desk.send(payments(2))
    reply = desk.reply()
    assert reply.believable
    assert (reply.records, reply.silence_means) == ((), WAITS)


def test_answers_come_late_in_parts_or_never(desk: Desk) -> None:
    desk.plan({"kind": "late_reply", "days": 2})
    desk.send(payments(2), "LATE-1")
    desk.plan("part_reply")
    desk.send(payments(4), "PART-1")
    assert list(desk.replies()) == ["PART-1.pain002.xml"]
    first = desk.reply()
    assert [one.code for one in first.faults] == ["reply_incomplete"]
    assert [one.reference for one in first.records] == ["PAY0000001", "PAY0000002"]
    desk.plan("no_reply")
    desk.send(payments(2), "NEVER-1")
    desk.close()
    assert len(desk.replies(2)["PART-1.rest.pain002.xml"].records) == 4
    desk.close()
    assert sorted(desk.replies(3)) == [
        "LATE-1.pain002.xml", "PART-1.pain002.xml", "PART-1.rest.pain002.xml",
    ]  # fmt: skip
    assert desk.states() == ["paid"] * 8


def test_file_two_corrects_file_one_both_ways(desk: Desk) -> None:
    accounts = {
        **fate(1, "paid_after_rejection", code="AC06"),
        **fate(2, "rejected_after_payment", code="AC04", after_days=2),
        **fate(3, "later_rejected", code="BE01"),
    }
    desk.plan(accounts=accounts)
    desk.send(payments(4))
    first = desk.reply()
    assert [one.state for one in first.records] == [State.REJECTED, PAID, WAITS, PAID]
    desk.close()
    second = desk.replies(2)[f"{desk.reference}.corrected1.pain002.xml"]
    assert [(one.state, one.code) for one in second.records] == [
        (PAID, "ACSC"), (PAID, "ACSC"), (State.REJECTED, "BE01"), (PAID, "ACSC"),
    ]  # fmt: skip
    desk.close()
    third = desk.replies(3)[f"{desk.reference}.corrected2.pain002.xml"]
    assert [one.state for one in third.records] == [PAID, State.REJECTED, State.REJECTED, PAID]
    assert desk.states() == ["paid", "rejected", "rejected", "paid"]
    # One cent of neither refused payment ever left the account.
    batch = desk.bank.referee()["accounts"]
    spent = next(one for one in batch if one["bank"] == desk.user)
    assert spent["balance_fen"] == 100_000_000_000 - 10_001 - 10_004


def test_a_file_is_lost_refused_or_paid_as_far_as_the_money_goes(desk: Desk) -> None:
    desk.plan("lost_order", opening_balance_fen=25_000)
    order = desk.send(payments(2), "LOST-1")
    assert (desk.booked(), list((desk.root / "outbox").iterdir())) == ([], [])
    desk.plan({"kind": "refused_order", "code": "AB05"}, opening_balance_fen=25_000)
    desk.send(payments(2), "REFUSED-1")
    reply = desk.reply()
    assert (reply.silence_means, reply.silence_code) == (UNKNOWN, "AB05")
    desk.plan("pays_what_it_can", opening_balance_fen=25_000)
    desk.send(payments(3), "PART-1")
    reply = desk.replies(2)["PART-1.pain002.xml"]
    assert [(one.state, one.code) for one in reply.records] == [
        (PAID, "ACSC"), (PAID, "ACSC"), (State.REJECTED, "AM04"),
    ]  # fmt: skip
    # What was lost was never refused: sent again it is executed, here for want of money not.
    desk.hand_in(order.name, order.content)
    assert desk.replies(3)["LOST-1.pain002.xml"].silence_code == "AM04"


def test_an_account_closed_on_a_day_is_paid_before_and_refused_after(desk: Desk) -> None:
    account = payments(1)[0].account_no
    # The makers' orders are executed on 25 November 2026.
    for day, state in (("2026-11-26", "paid"), ("2026-11-25", "rejected")):
        desk.plan(closed_from={account: day})
        desk.send(payments(1))
        assert desk.states()[-1] == state


def test_every_behaviour_is_in_one_list_once_and_says_itself_in_both_languages() -> None:
    names = [one.name for one in BEHAVIOURS]
    assert len(set(names)) == len(names)
    assert all(one.english.endswith(".") and one.chinese.endswith("。") for one in BEHAVIOURS)
    assert {one.place for one in BEHAVIOURS} == set(Place)
