"""Check what a batch's or a month's pack adds up to: lines, totals, root, postings, balances, bank days."""

import hashlib
import json
from typing import Any

LINE, SUMS = 5, 4
_NOT_FROZEN = ("held", "ready")


def batch(pack: Any, verdict: Any, wrong: Any) -> None:
    """The lines are the totals; the frozen ones are the count, the money and the root that were signed."""
    said = pack.json("batch.json")
    totals: dict[str, list[int]] = {}
    tree, frozen, fen = Tree(), 0, 0
    for raw in pack.files["payments.jsonl"].splitlines():
        line = json.loads(raw)
        count = totals.setdefault(line["state"], [0, 0])
        count[0] += 1
        count[1] += line["amount_fen"]
        if (line["leaf"] is None) != (line["state"] in _NOT_FROZEN):
            raise wrong(LINE, "名单中有一笔缺少叶子。", "A line of the list has no leaf.")
        if line["leaf"]:
            tree.add(bytes.fromhex(line["leaf"]))
            frozen, fen = frozen + 1, fen + line["amount_fen"]
    found = {state: {"count": one[0], "fen": one[1]} for state, one in totals.items()}
    if found != said["totals"]:
        raise wrong(SUMS, "明细与合计不符。", "The lines are not the totals.")
    balanced(said["ledger"], wrong)
    verdict.holds.append(
        (f"{sum(one[0] for one in totals.values())} 笔明细与合计相符；{len(said['ledger'])} 笔分录借贷平衡。",
         f"{sum(one[0] for one in totals.values())} lines are the totals; {len(said['ledger'])} entries balance.")
    )  # fmt: skip
    if not said["signed"]["manifests"]:
        verdict.unchecked.append(("该批次尚未签发。", "The batch is not signed yet."))
        return
    manifest = pack.json("signed/manifest-1.json", LINE)
    if (manifest["count"], manifest["amount_fen"], manifest["lines_root"]) != (
        frozen,
        fen,
        tree.root(),
    ):
        raise wrong(LINE, "明细不是所签的名单。", "The lines are not the list that was signed.")
    if (
        manifest["batch_no"] != said["batch"]["batch_no"]
        or manifest["rule_digest"] != said["rules"]["digest"]
    ):
        raise wrong(LINE, "清单不是该批次的。", "The manifest is of another list.")
    _rules(pack, wrong, said["rules"]["file"], said["rules"]["digest"])
    held = manifest.get("held", {"count": 0, "amount_fen": 0})
    files = [one for one in said["files"] if one["stands_for"] is None]
    sums = tuple(sum(one[name] for one in files) + held[name] for name in ("count", "amount_fen"))
    if sums != (frozen, fen) or {one["sha256"] for one in files} != {
        one["sha256"] for one in manifest["files"]
    }:
        raise wrong(SUMS, "银行文件合计与名单不符。", "The bank files are not the list.")
    _bytes(pack, wrong, said)
    verdict.holds.append(
        (f"{frozen} 笔共 {fen} 分，默克尔根、银行文件与所签清单一致。",
         f"{frozen} lines of {fen} fen, their root and the bank files are what was signed.")
    )  # fmt: skip


def month(pack: Any, verdict: Any, wrong: Any) -> None:
    """The books balance, every closed day goes from its opening to its closing, rules are their digests."""
    said = pack.json("month.json")
    accounts = said["trial_balance"]["accounts"]
    if sum(one["balance_fen"] for one in accounts) or any(
        one["debit_fen"] - one["credit_fen"] != one["balance_fen"] for one in accounts
    ):
        raise wrong(SUMS, "试算平衡表不平。", "The trial balance does not balance.")
    for day in said["bank_days"]:
        moved = sum(one[1] for one in day["figures"].values())
        if day["opening_fen"] is not None and day["opening_fen"] + moved != day["closing_fen"]:
            raise wrong(
                SUMS, f"{day['day']} 银行日不平。", f"Bank day {day['day']} does not add up."
            )
    for one in said["rules"]:
        _rules(pack, wrong, f"rules/{one['digest']}.json" if one["kept"] else None, one["digest"])
    for one in said["snapshots"]:
        name = f"facts/{one['digest']}.json"
        pack.json(name, LINE)
    for one in said["batches"]:
        frozen = [two for state, two in one["totals"].items() if state not in _NOT_FROZEN]
        if (
            one["count"] is not None
            and one["lines_root"]
            and one["manifests"]
            and (sum(two["count"] for two in frozen), sum(two["fen"] for two in frozen))
            != (one["count"], one["amount_fen"])
        ):
            raise wrong(
                SUMS, f"{one['batch_no']} 合计不符。", f"The totals of {one['batch_no']} differ."
            )
    verdict.holds.append(
        (f"{len(said['batches'])} 个批次；{len(accounts)} 个科目试算平衡；{len(said['bank_days'])} 个银行日逐日相符。",
         f"{len(said['batches'])} batches; {len(accounts)} accounts balance; {len(said['bank_days'])} bank days add up.")
    )  # fmt: skip


def _bytes(pack: Any, wrong: Any, said: Any) -> None:
    """Files of banks that are in the pack are those of their digests; a masked pack has none."""
    for kind, many in (("file", said["files"]), ("reply", said["replies"])):
        for number, one in enumerate(many, 1):
            content = pack.files.get(f"bank/{kind}-{number}.bin")
            if content is not None and hashlib.sha256(content).hexdigest() != one["sha256"]:
                name = one["file_name"]
                raise wrong(LINE, f"{name} 与摘要不符。", f"{name} is not that of its digest.")


def balanced(entries: Any, wrong: Any) -> None:
    """Raise ``wrong`` unless both sides of every entry are the same."""
    for entry in entries:
        if sum(one["fen"] for one in entry["postings"]) or len(entry["postings"]) < 2:
            raise wrong(
                SUMS,
                f"第 {entry['number']} 号分录借贷不平。",
                f"Entry {entry['number']} does not balance.",
            )


def _rules(pack: Any, wrong: Any, name: str | None, digest: str) -> None:
    if name is not None and hashlib.sha256(pack.files[name]).hexdigest() != digest:
        raise wrong(LINE, "规则集与摘要不符。", "The rule set is not that of its digest.")


class Tree:
    """The Merkle tree of RFC 6962 over leaf hashes given one by one."""

    def __init__(self) -> None:
        self._left: list[tuple[int, bytes]] = []

    def add(self, digest: bytes) -> None:
        """Add one leaf hash."""
        height = 0
        while self._left and self._left[-1][0] == height:
            digest = hashlib.sha256(b"\x01" + self._left.pop()[1] + digest).digest()
            height += 1
        self._left.append((height, digest))

    def root(self) -> str:
        """Return the root in hex."""
        if not self._left:
            return hashlib.sha256(b"").hexdigest()
        digest = self._left[-1][1]
        for _, left in reversed(self._left[:-1]):
            digest = hashlib.sha256(b"\x01" + left + digest).digest()
        return digest.hex()
