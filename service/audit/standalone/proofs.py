"""Proofs that somebody keeps (C2SP tlog-proof): an entry, its way to a signed root, and who vouches.

A text holds one proof, or several one after another; each begins with the format's line and can be
cut out for other programs. What stands before the first is for people and says nothing. A payment's
text also has the payment's line and its way to the root of the list, which an entry among the proofs
names.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from service.audit.standalone.classes import CHANGED, POLICY, ROOT, UNREADABLE, Wrong
from service.audit.standalone.ed25519 import Crypto
from service.audit.standalone.notes import Trust, from_base64, read_head
from service.audit.standalone.tree import includes, leaf_hash

PROOF, LINE = "c2sp.org/tlog-proof@v1", "anxin/payment-line@v1"
PROOF_BYTES_MAX = 16 << 20
_HEX = re.compile("[0-9a-f]{64}")
_PLACE = re.compile(r"(?:index|of) (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Proved:
    """One entry that stands in the log: its place, what it says, under how many entries' head."""

    index: int
    said: dict[str, Any]
    size: int
    cosigned: tuple[str, ...]
    """The witnesses that cosigned this head, by name."""


@dataclass
class Proofs:
    """Everything that a text proves; ``line`` is the payment's, when it has one."""

    entries: list[Proved] = field(default_factory=list)
    line: dict[str, Any] | None = None


def is_proof(content: bytes) -> bool:
    """Return whether a file is the text of a proof, and not an exported log."""
    return f"{PROOF}\n".encode() in content[:PROOF_BYTES_MAX]


def check_proofs(content: bytes, trust: Trust, crypto: Crypto) -> Proofs:
    """Check every proof in a text; raises Wrong for the first that does not hold."""
    try:
        lines = content[:PROOF_BYTES_MAX].decode().split("\n")
    except UnicodeDecodeError:
        raise _unreadable("the text is not UTF-8", "文本不是 UTF-8 编码") from None
    found = Proofs()
    starts = [at for at, one in enumerate(lines) if one == PROOF]
    if not starts:
        raise _unreadable("there is no proof in it", "文本中没有证明")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found.entries.append(_proved(lines[start:end], trust, crypto))
    if LINE in lines:
        found.line = _line(lines[lines.index(LINE) + 1 : starts[0]], found.entries)
    return found


def _proved(lines: list[str], trust: Trust, crypto: Crypto) -> Proved:
    extra, rest = _extra(lines[1:])
    index, path, rest = _place(rest)
    head = read_head("\n".join(_note(rest)))
    names = trust.cosigners(head, crypto)
    try:
        said = json.loads(extra)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise _unreadable("it does not hold the entry", "其中没有记录内容")
    if not includes(leaf_hash(extra), index, head.size, path, head.root):
        raise Wrong(
            ROOT,
            f"The proof of audit entry {index} does not lead to the signed root.",
            f"第 {index} 条审计记录的证明推导不出已签的根。",
            index,
        )
    required = trust.required_by(crypto)
    if len(names) < required:
        raise Wrong(
            POLICY,
            f"The checkpoint in the proof of audit entry {index} has {len(names)} cosignatures of "
            f"trusted witnesses and needs {required}.",
            f"第 {index} 条审计记录的证明只有 {len(names)} 个见证方联署，需要 {required} 个。",
            index,
        )
    return Proved(index, said, head.size, tuple(sorted(names)))


def _extra(lines: list[str]) -> tuple[bytes, list[str]]:
    if lines and lines[0].startswith("extra "):
        return from_base64(lines[0].removeprefix("extra ")), lines[1:]
    return b"", lines


def _place(lines: list[str]) -> tuple[int, list[bytes], list[str]]:
    """Return the number after ``index``, the hashes up to the empty line, and what follows it."""
    found = _PLACE.fullmatch(lines[0]) if lines else None
    if found is None or not lines[0].startswith("index ") or "" not in lines:
        raise _unreadable("it names no place", "其中没有写明位置")
    end = lines.index("")
    return int(found[1]), [from_base64(one) for one in lines[1:end]], lines[end + 1 :]


def _note(lines: list[str]) -> Iterator[str]:
    """Yield a checkpoint's lines: its text, the empty line, and the signatures right after it."""
    at = lines.index("") if "" in lines else len(lines)
    yield from lines[: at + 1]
    for one in lines[at + 1 :]:
        if not one.startswith("— "):
            break
        yield one


def _line(lines: list[str], entries: list[Proved]) -> dict[str, Any]:
    """Return the payment's line, which the root of a list in one of the entries binds."""
    extra, rest = _extra(lines)
    counted = _PLACE.fullmatch(rest[1]) if len(rest) > 1 else None
    if counted is None or not rest[1].startswith("of "):
        raise _unreadable("its payment line is of another form", "付款明细的格式不符")
    index, path, _ = _place([rest[0], *rest[2:]])
    details = [one.said.get("details") for one in entries]
    for root in {str(one.get("lines_root", "")) for one in details if isinstance(one, dict)}:
        if _HEX.fullmatch(root) and includes(
            leaf_hash(extra), index, int(counted[1]), path, bytes.fromhex(root)
        ):
            said: dict[str, Any] = json.loads(extra)
            return said
    raise Wrong(
        CHANGED,
        "The payment's line is in no list that an entry of these proofs names.",
        "付款明细不在所证明记录的清单中。",
    )


def write_proof(extra: bytes, index: int, path: list[bytes], note: str) -> str:
    """Return one proof as text: the entry's bytes, its place, the way to the root, the checkpoint."""
    lines = [PROOF, f"extra {_text(extra)}", f"index {index}", *(_text(one) for one in path)]
    return "\n".join([*lines, "", note.removesuffix("\n"), ""])


def write_line(extra: bytes, index: int, count: int, path: list[bytes]) -> str:
    """Return a payment's line as text, ended by an empty line."""
    lines = [LINE, f"extra {_text(extra)}", f"index {index}", f"of {count}"]
    return "\n".join([*lines, *(_text(one) for one in path), "", ""])


def _unreadable(what: str, what_zh: str) -> Wrong:
    return Wrong(UNREADABLE, f"The proof cannot be read: {what}.", f"证明无法读取：{what_zh}。")


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
