"""Follow every audit entry of a pack to the signed head of the log, and check the head's signature."""

import base64
import hashlib
from typing import Any

if __package__:
    from service.evidence.standalone import curves
else:
    import curves  # type: ignore[import-not-found, no-redef]

TRAIL = 7
_FORMAT = "anxin/trail-proofs/v1"


def trail(pack: Any, verdict: Any, wrong: Any, log_key: str) -> None:
    """Raise ``wrong`` unless every entry is a leaf of the signed head; a named key must be the pack's."""
    if "trail/proofs.json" not in pack.files:
        verdict.unchecked.append(
            ("包内没有留痕证明。", "The pack holds no proofs of the audit trail.")
        )
        return
    proofs, key = pack.json("trail/proofs.json", TRAIL), pack.json("trail/log-key.json", TRAIL)
    entries = pack.files["trail/entries.jsonl"].split(b"\n")
    if entries.pop() or len(entries) != len(proofs["entries"]) or proofs["format"] != _FORMAT:
        raise wrong(
            TRAIL, "留痕条目与证明的数目不符。", "Entries and proofs are not of one number."
        )
    for entry, proof in zip(entries, proofs["entries"], strict=True):
        leaf = hashlib.sha256(b"\x00" + entry).digest()
        index, path = proof["index"], [bytes.fromhex(one) for one in proof["path"]]
        if (
            leaf.hex() != proof["leaf_hash"]
            or root_of(leaf, index, proofs["size"], path) != proofs["root"]
        ):
            raise wrong(
                TRAIL,
                f"第 {index} 条留痕不在签名的树中。",
                f"Entry {index} is not under the signed head.",
            )
    _signed(pack, verdict, wrong, proofs, key)
    if log_key and log_key.lower() != key["public_key"]:
        raise wrong(
            TRAIL, "日志公钥与您给出的不同。", "The log's key is not the one that you named."
        )
    if not log_key:
        verdict.unchecked.append(
            ("日志公钥取自包内，请与县里公布的核对（--log-key）。",
             "The log's key was taken from the pack; compare it with the published one (--log-key).")
        )  # fmt: skip
    count, size = len(entries), proofs["size"]
    verdict.holds.append(
        (f"{count} 条留痕均在 {size} 条的签名树中。",
         f"All {count} audit entries are under the signed head of {size}.")
    )  # fmt: skip


def _signed(pack: Any, verdict: Any, wrong: Any, proofs: Any, key: Any) -> None:
    note = pack.files["trail/checkpoint.txt"].decode()
    body, found, lines = note.rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    said = (origin, size, base64.b64decode(root).hex())
    if not found or said != (key["origin"], str(proofs["size"]), proofs["root"]):
        raise wrong(TRAIL, "树头与证明不符。", "The signed head is not that of the proofs.")
    public, others, held = bytes.fromhex(key["public_key"]), 0, False
    name = key["origin"].encode()
    key_id = hashlib.sha256(name + b"\n\x01" + public).digest()[:4]
    for line in lines.strip("\n").split("\n"):
        _, by, value = line.split(" ")
        raw = base64.b64decode(value, validate=True)
        if (
            by != key["origin"]
            or (len(raw) == 68 and raw[:4] != key_id)
            or len(raw) not in (64, 68)
        ):
            others += 1
            continue
        if not curves.ed25519(public, f"{body}\n".encode(), raw[-64:]):
            raise wrong(TRAIL, "树头的签名无效。", "The signature of the log's head does not hold.")
        held = True
    if not held:
        raise wrong(TRAIL, "树头没有日志的签名。", "The head bears no signature of the log's key.")
    if others:
        verdict.unchecked.append(
            (f"树头另有 {others} 个签名（见证人或后量子算法）未在此核验。",
             f"{others} more signatures of the head (witnesses, post-quantum) are not checked here.")
        )  # fmt: skip


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> str:
    """Return the root in hex that a path of RFC 9162 leads to; "" for a path that leads nowhere."""
    if not 0 <= index < size:
        return ""
    at, last, found = index, size - 1, leaf
    for one in path:
        if last == 0:
            return ""
        if at & 1 or at == last:
            found = hashlib.sha256(b"\x01" + one + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + one).digest()
        at, last = at >> 1, last >> 1
    return "" if last else found.hex()
