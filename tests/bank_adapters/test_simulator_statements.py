"""What the simulated bank books and returns, and what its statements say and fail to say."""

from __future__ import annotations

from typing import Any

import pytest

from bank_adapters import EntryKind, Statement, adapter_for
from tests.bank_adapters.simulated import Desk, fate, payments

OPENING = 1_000_000


def seen(statement: Statement) -> list[tuple[str, bool, int, str]]:
    """Return kind, side, amount and reference of every entry."""
    return [
        (one.kind.value, one.credit, one.amount_fen, one.reference) for one in statement.entries
    ]


def test_returns_come_in_every_way_that_banks_have(desk: Desk) -> None:
    ways: list[dict[str, Any]] = [
        {"how": ["summed"]},
        {"how": ["summed"]},
        {"how": ["summed_listed"]},
        {"how": ["summed_listed"]},
        {"how": ["unnamed"]},
        {"how": ["fee"], "fee_fen": 200},
        {"how": ["reference_cut"], "length": 6},
        {"how": ["reference_upper"]},
        {"how": ["other_account"], "to_account": "4000021209014419999"},
    ]
    accounts: dict[str, Any] = {}
    for number, way in enumerate(ways, start=1):
        accounts |= fate(number, "return", code="AC01", **way)
    desk.plan(accounts=accounts, opening_balance_fen=OPENING)
    desk.send(payments(len(ways)))
    desk.close()
    sent = sum(10_000 + n for n in range(1, len(ways) + 1))
    assert seen(desk.statement()) == [("batch_debit", False, sent, "")]
    desk.close()
    content = list(desk.files("statements", 2).values())[-1]
    main, other = adapter_for("iso20022").read_statement(content).statements
    assert main == desk.statement(2)
    assert sorted(seen(main)) == sorted([
        ("return", True, 10_005, ""),
        ("return", True, 10_006 - 200, "PAY0000006"),
        ("return", True, 10_007, "PAY000"),
        ("return", True, 10_008, "PAY0 0000 08"),
        ("return", True, 10_001 + 10_002, ""),
        ("return", True, 10_003, "PAY0000003"),
        ("return", True, 10_004, "PAY0000004"),
    ])  # fmt: skip
    assert (other.account, seen(other)) == (
        "4000021209014419999",
        [("return", True, 10_009, "PAY0000009")],
    )
    assert other.opening_fen == OPENING
    assert desk.states() == ["returned"] * 9
    assert [one["returned_fen"] for one in desk.booked()][5] == 10_006 - 200
    both = main.closing_fen + other.closing_fen
    assert both == 2 * OPENING - 200


def test_a_return_waits_for_its_month_and_another_is_undone(desk: Desk) -> None:
    accounts = {
        **fate(1, "return", how=["on_day"], day="2027-12-31"),
        **fate(2, "return", how=["twice_round"]),
    }
    desk.plan(accounts=accounts, opening_balance_fen=OPENING)
    desk.send(payments(2))
    desk.close()
    desk.close()
    assert seen(desk.statement(2)) == [("return", True, 10_002, "PAY0000002")]
    assert desk.states() == ["paid", "returned"]
    desk.close()
    back = desk.statement(3)
    assert seen(back) == [("other", False, 10_002, "PAY0000002")]
    assert back.closing_fen == OPENING - 20_003
    assert desk.states() == ["paid", "paid"]


def test_the_account_has_other_business_besides(desk: Desk) -> None:
    desk.plan(
        "single_debits", "interest", {"kind": "fees", "amount_fen": 777}, "foreign_credit",
        "lookalike_credit", "pending_entry", "notice", opening_balance_fen=OPENING,
    )  # fmt: skip
    desk.send(payments(2))
    day = desk.close()
    files = desk.files("statements", 2)
    (statement,) = (
        adapter_for("iso20022")
        .read_statement(files[f"{desk.user}-statement-{day:%Y%m%d}.xml"])
        .statements
    )
    assert seen(statement) == [
        ("payment_debit", False, 10_001, "PAY0000001"),
        ("payment_debit", False, 10_002, "PAY0000002"),
        ("other", True, 12_345, ""),
        ("other", False, 777, ""),
        ("other", True, 66_600, ""),
        ("other", True, 10_001, ""),
    ]
    assert statement.closing_fen == OPENING - 20_003 + 12_345 - 777 + 66_600 + 10_001
    notice = desk.look("camt.054", files[f"{desk.user}-notice-{day:%Y%m%d}.xml"])
    assert [one.code for one in notice.faults] == ["entry_not_booked"]
    assert notice.accounts[0].debit_fen == 20_780


def test_statements_are_missing_late_or_come_again(desk: Desk) -> None:
    names: list[str] = []
    for fault in ("statement_missing", "statement_late", "statement_twice", "statement_other_id"):
        desk.plan(fault)
        if not names:
            desk.send(payments(1))
        names.append(f"{desk.close():%Y%m%d}")
    missing, late, twice, other = names
    # The late one comes with the closing after next, behind a younger one.
    found = {
        name.removeprefix(f"{desk.user}-statement-").removesuffix(".xml")
        for name in desk.files("statements", 5)
    }
    assert found == {late, twice, f"{twice}-again", other, f"{other}-other"}
    files = desk.files("statements", 5)
    read = {
        name: adapter_for("iso20022").read_statement(content).statements[0]
        for name, content in files.items()
    }
    stem = f"{desk.user}-statement-"
    assert read[f"{stem}{twice}.xml"] == read[f"{stem}{twice}-again.xml"]
    assert read[f"{stem}{other}-other.xml"].statement_id.endswith("X")
    assert sorted({one.number for one in read.values() if one.number}) == [2, 3, 4]
    laid = {name: (desk.root / "statements" / name).stat().st_mtime_ns for name in files}
    assert laid[f"{stem}{late}.xml"] > laid[f"{stem}{twice}.xml"]
    assert not (desk.root / "statements" / f"{stem}{missing}.xml").exists()


@pytest.mark.parametrize("kind", ["statement_gap", "statement_unbalanced", "statement_truncated"])
def test_a_statement_does_not_join_or_does_not_add_up(desk: Desk, kind: str) -> None:
    desk.plan(opening_balance_fen=OPENING)
    desk.send(payments(1))
    desk.close()
    desk.plan(kind, opening_balance_fen=OPENING)
    desk.close()
    content = list(desk.files("statements", 2).values())[-1]
    read = adapter_for("iso20022").read_statement(content)
    if kind == "statement_gap":
        assert read.statements[0].opening_fen == OPENING - 10_001 + 1
        assert read.faults == ()
    else:
        codes = {"statement_unbalanced": "balance_wrong", "statement_truncated": "xml_broken"}
        assert [one.code for one in read.faults] == [codes[kind]]
    desk.plan()
    desk.close()
    assert desk.statement(3).opening_fen == OPENING - 10_001


def test_a_statement_is_corrected_a_day_later(desk: Desk) -> None:
    desk.plan("statement_corrected", "interest", opening_balance_fen=OPENING)
    desk.send(payments(1))
    day = desk.close()
    first = desk.statement()
    desk.close()
    files = desk.files("statements", 3)
    (second,) = (
        adapter_for("iso20022")
        .read_statement(files[f"{desk.user}-statement-{day:%Y%m%d}-corrected.xml"])
        .statements
    )
    assert (first.number, first.statement_id) == (second.number, second.statement_id)
    assert second.closing_fen - first.closing_fen == 12_345
    assert [one.kind for one in second.entries] == [EntryKind.BATCH_DEBIT, EntryKind.OTHER]


def test_every_movement_of_every_statement_is_in_the_books(desk: Desk) -> None:
    desk.plan("fees", accounts=fate(1, "return"), opening_balance_fen=OPENING)
    desk.send(payments(2))
    desk.close()
    last = desk.close()
    (account,) = [one for one in desk.bank.referee()["accounts"] if one["bank"] == desk.user]
    moved = desk.bank.movements(desk.user)
    assert OPENING + sum(one["signed_fen"] for one in moved) == account["statement_fen"]
    assert account["statement_fen"] == account["balance_fen"]
    assert [one["kind"] for one in moved] == ["batch", "fees", "return"]
    assert moved[-1]["booked_on"] == last.isoformat()
