"""Any file format may be a customer of the simulated bank, and is answered in its own form."""

from __future__ import annotations

import pytest

from bank_adapters import State, adapter_for
from bank_adapters.assign import assign
from bank_adapters.sheets.load import shipped
from bank_adapters.simulator.customers import CustomerRefused, customer
from tests.bank_adapters.banks import RunningBank, wait_until
from tests.bank_adapters.simulated import Desk, fate, payments

TABLES = [one.name for one in shipped()]
FATES = {**fate(2, "reject", code="AC04"), **fate(3, "later_paid")}
SAID = [State.PAID, State.REJECTED, State.IN_TRANSIT, State.PAID, State.PAID, State.PAID]


@pytest.mark.parametrize("profile", TABLES)
def test_a_table_bank_answers_in_its_own_table(one_bank: RunningBank, profile: str) -> None:
    desk = Desk(one_bank, profile, profile)
    desk.plan(accounts=FATES)
    lines = payments(6)
    order = desk.send(lines)
    stem = order.name.rpartition(".")[0]
    name = f"{stem}.ret{adapter_for(profile).profile.file_suffix}"
    wait_until((desk.root / "outbox" / f"{name}.ok").exists)
    content = (desk.root / "outbox" / name).read_bytes()
    reply = assign(adapter_for(profile).read_reply(name, content), lines)
    assert reply.believable
    assert [one.code for one in reply.faults] == []
    assert reply.file_reference == desk.reference
    assert [(one.reference, one.amount_fen) for one in reply.records] == [
        (one.reference, one.amount_fen) for one in lines
    ]
    assert [one.state for one in reply.records] == SAID
    booked = desk.booked()[-6:]
    assert sum(one["amount_fen"] for one in booked) == order.amount_fen
    assert [one["account_no"] for one in booked] == [one.account_no for one in lines]
    assert [one["state"] for one in booked].count("rejected") == 1


@pytest.mark.parametrize("version", ["03", "09", "11"])
def test_every_version_of_the_standards_order_is_answered(
    one_bank: RunningBank, version: str
) -> None:
    profile = f"pain.001.001.{version}"
    desk = Desk(one_bank, f"v{version}", profile)
    desk.plan(accounts=FATES)
    lines = payments(6)
    desk.send(lines)
    (content,) = desk.files("outbox", 1).values()
    assert f"<OrgnlMsgNmId>{profile}<".encode() in content
    read = desk.look("pain.002", content)
    assert [one.state for one in read.records] == SAID
    desk.profile = "pain.001.001.09" if version != "09" else "pain.001.001.03"
    desk.send(lines)
    refused = list(desk.files("outbox", 2).values())
    assert any(b"<GrpSts>RJCT</GrpSts>" in one and b"FF01" in one for one in refused)


def test_a_customer_may_have_its_statements_as_mt940(one_bank: RunningBank) -> None:
    desk = Desk(one_bank, "swift", "rural-card")
    back = {**fate(2, "return", code="AC01"), **fate(3, "return", code="BE01", how=["unnamed"])}
    desk.plan("single_debits", "interest", accounts=back, opening_balance_fen=1_000_000)
    desk.send(payments(3))
    desk.close()
    desk.close()
    first, second = [
        desk.look("mt940", content) for content in desk.files("statements", 2).values()
    ]
    assert [one.faults for one in (first, second)] == [(), ()]
    assert [(one.reference, one.state) for one in first.records] == [
        ("PAY0000001", State.PAID),
        ("PAY0000002", State.PAID),
        ("PAY0000003", State.PAID),
        ("", State.UNKNOWN),
    ]
    assert [(one.reference, one.state, one.code) for one in second.records] == [
        ("PAY0000002", State.RETURNED, "AC01"),
        ("", State.RETURNED, "BE01"),
    ]
    (before,), (after,) = first.accounts, second.accounts
    assert (before.opening_fen, before.closing_fen) == (1_000_000, 1_000_000 - 30_006 + 12_345)
    assert (after.opening_fen, after.closing_fen) == (
        before.closing_fen,
        1_000_000 + 12_345 - 10_001,
    )


def test_what_cannot_be_a_customer_is_said() -> None:
    for written, told in (
        ("rural-card", "NAME=PROFILE"),
        ("a=nobody", "nobody"),
        ("a=icbc-direct", "No orders in files"),
        ("a=camt.053", "No orders in files"),
        ("a=ccb:bai2", "bai2"),
    ):
        with pytest.raises(CustomerRefused, match=told):
            customer(written)


def test_the_bank_reads_a_table_with_its_own_eyes(one_bank: RunningBank) -> None:
    desk = Desk(one_bank, "lanzhou", "lanzhou")
    desk.plan()
    before = len(desk.booked())
    answered = len(list((desk.root / "outbox").glob("*.ok")))
    order = desk.write(payments(5))
    text = order.content.decode("gb18030")
    spoilt = [
        text.replace("100.01", "100.1"),
        text.replace("100.01", "1e2"),
        text.replace("\r\n", "\n"),
        text.replace("2|王02", "3|王02"),
        "".join(f"{line}\r\n" for line in text.split("\r\n")[:4]),
        text[:-10],
    ]
    names = {f"SPOILT-{place}.refused.txt" for place in range(len(spoilt))}
    for place, one in enumerate(spoilt):
        desk.hand_in(f"SPOILT-{place}.txt", one.encode("gb18030"))
    assert names <= set(desk.files("outbox", answered + len(spoilt)))
    assert len(desk.booked()) == before
