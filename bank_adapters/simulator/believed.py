"""Hold what the county believes against what the bank did, and name each difference.

The belief is ``{"payments": [{"reference", "file_reference", "amount_fen", "state"}, …],
"balances": {account number: fen}}``; `state` is one of paid, returned, rejected, in_transit,
unknown. Where a bank's format has no reference, `account_no` finds the payment in its file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bank_adapters.simulator.replies.standard import yuan

DECIDED = frozenset({"paid", "returned", "rejected"})
STATES_ZH = {
    "paid": "已付",
    "returned": "已退回",
    "rejected": "已拒付",
    "in_transit": "在途",
    "unknown": "不明",
}


class Difference(NamedTuple):
    """One thing on which county and bank do not agree; `wrong` False: the county only waits."""

    kind: str
    reference: str
    english: str
    chinese: str
    wrong: bool = True


def compare(view: Mapping[str, Any], believed: Mapping[str, Any]) -> list[Difference]:
    """Return every difference; `view` is the referee's. An empty list: both agree to the fen."""
    theirs = _theirs(view["payments"])
    found: list[Difference] = []
    known: set[int] = set()
    for ours in believed.get("payments", ()):
        candidates = [one for one in _candidates(theirs, ours) if id(one) not in known]
        if not candidates:
            found.extend(_unseen(ours))
            continue
        # A refused payment may have been sent again under its reference: the one that counts is last.
        known.update(id(one) for one in candidates)
        found.extend(_one(ours, candidates))
    found.extend(_stranger(one) for one in view["payments"] if id(one) not in known)
    found.extend(_balances(view["accounts"], believed.get("balances", {})))
    return found


def _theirs(payments: Sequence[dict[str, Any]]) -> dict[object, list[dict[str, Any]]]:
    found: dict[object, list[dict[str, Any]]] = {}
    for one in payments:
        by_content = (one["file_reference"], one["account_no"], one["amount_fen"])
        found.setdefault(one["reference"] or by_content, []).append(one)
    return found


def _candidates(
    theirs: Mapping[object, list[dict[str, Any]]], ours: Mapping[str, Any]
) -> list[dict[str, Any]]:
    by_content = (ours.get("file_reference"), ours.get("account_no"), ours["amount_fen"])
    return theirs.get(ours["reference"]) or theirs.get(by_content, [])


def _one(ours: Mapping[str, Any], candidates: Sequence[dict[str, Any]]) -> Iterator[Difference]:
    reference, state = str(ours["reference"]), str(ours["state"])
    moved = [one for one in candidates if one["state"] != "rejected"]
    if len(moved) > 1:
        yield Difference(
            "paid_twice",
            reference,
            f"{reference}: the bank executed it {len(moved)} times.",
            f"{reference}：银行执行了 {len(moved)} 次。",
        )
    theirs = (moved or list(candidates))[-1]
    if theirs["amount_fen"] != ours["amount_fen"]:
        yield Difference(
            "amount",
            reference,
            f"{reference}: the bank paid {yuan(theirs['amount_fen'])} yuan, we believe {yuan(ours['amount_fen'])}.",
            f"{reference}：银行付了 {yuan(theirs['amount_fen'])} 元，我方认为 {yuan(ours['amount_fen'])} 元。",
        )
    if state == theirs["state"]:
        return
    told_en = f"{reference}: the bank says {theirs['state']}, we believe {state}"
    told_zh = (
        f"{reference}：银行账上{STATES_ZH[theirs['state']]}，我方认为{STATES_ZH.get(state, state)}"
    )
    if state in DECIDED:
        yield Difference("state", reference, f"{told_en}.", f"{told_zh}。")
    else:
        yield Difference(
            "waiting", reference, f"{told_en} yet.", f"{told_zh}，尚待结果。", wrong=False
        )


def _unseen(ours: Mapping[str, Any]) -> Iterator[Difference]:
    reference, state = str(ours["reference"]), str(ours["state"])
    if state == "rejected":
        return  # A file refused whole leaves no payments in the bank's books.
    yield Difference(
        "not_at_bank",
        reference,
        f"{reference}: the bank never executed it, we believe {state}.",
        f"{reference}：银行从未执行，我方认为{STATES_ZH.get(state, state)}。",
        wrong=state in DECIDED,
    )


def _stranger(theirs: Mapping[str, Any]) -> Difference:
    name = theirs["reference"] or f"{theirs['file_reference']} #{theirs['serial']}"
    return Difference(
        "unknown_to_us",
        str(theirs["reference"]),
        f"{name}: the bank has it as {theirs['state']}, we do not know of it.",
        f"{name}：银行账上{STATES_ZH[theirs['state']]}，我方没有这一笔。",
    )


def _balances(
    accounts: Sequence[Mapping[str, Any]], believed: Mapping[str, int]
) -> Iterator[Difference]:
    stated = {one["account_no"]: int(one["statement_fen"]) for one in accounts}
    for account_no, amount_fen in believed.items():
        theirs = stated.get(account_no)
        if theirs != amount_fen:
            ending = f"…{account_no[-4:]}"
            told = "none" if theirs is None else yuan(theirs)
            yield Difference(
                "balance",
                "",
                f"Account {ending}: the last statement says {told}, we believe {yuan(amount_fen)}.",
                f"账户 {ending}：最近对账单余额 {told}，我方账上 {yuan(amount_fen)}。",
            )
