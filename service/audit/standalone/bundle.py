"""An exported log: one zip with the entries as they were hashed, and everything that vouches for them."""

import base64
import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from service.audit.standalone.classes import (
    ANCHOR,
    CHANGED,
    INSERTED,
    MISSING,
    POLICY,
    UNREADABLE,
    Wrong,
)
from service.audit.standalone.ed25519 import Crypto
from service.audit.standalone.notes import Head, Trust, read_head, read_trust
from service.audit.standalone.walk import Walk

FORMAT = "anxin/audit-log/v1"
BUNDLE, README, VERIFIER = "bundle.json", "README.txt", "verify_log.py"
ENTRIES, LEAVES, CHECKPOINTS = "entries.jsonl", "leaves.bin", "checkpoints.jsonl"
ANCHORS, KEYS, HEAD = "anchors.jsonl", "keys.json", "head.note"
ABSENT = bytes(32)
"""Stands in `leaves.bin` for a place that the database has no leaf for."""
LINE_MAX, SMALL_MAX, AT_ONCE = 1 << 22, 64 << 20, 4_096
_NAMES = {BUNDLE, README, VERIFIER, ENTRIES, LEAVES, CHECKPOINTS, ANCHORS, KEYS, HEAD}
_DAMAGED = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_ID = b',"object":{"id":'


@dataclass(frozen=True)
class Anchor:
    """A time-stamp over a checkpoint's note as it was then; request and response in DER."""

    size: int
    note: str
    request: bytes
    response: bytes
    stamped_at: str


@dataclass
class Report:
    """What a verification found; ``wrong`` is the first thing that does not hold."""

    entries: int = 0
    checkpoints: int = 0
    root: str = ""
    cosigned: int = 0
    """How many entries are under a checkpoint that as many witnesses cosigned as must."""
    anchors: list[Anchor] = field(default_factory=list)
    origin: str = ""
    is_compared: bool = False
    """Whether trusted keys were given."""
    is_partly_checked: bool = False
    """Whether cosignatures that must be there are of a kind that cannot be checked here."""
    are_anchors_partly_checked: bool = False
    """Whether nobody looked who signed the time-stamps: it cannot be checked here, or no root is trusted."""
    wrong: Wrong | None = None


class Bundle:
    """A zip, read without believing its names or sizes."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            found = self._zip.infolist()
        except _DAMAGED:
            raise unreadable(
                f"{path.name} is no whole zip.", f"{path.name} 不是完整的 zip。"
            ) from None
        names = [one.filename for one in found]
        plain = all(
            stat.S_IFMT(one.external_attr >> 16) in (0, stat.S_IFREG) and not one.flag_bits & 1
            for one in found
        )
        if not plain or len(set(names)) != len(names) or not set(names) <= _NAMES:
            raise unreadable("The zip holds something else than a log.", "zip 中含有其他内容。")
        self.names = set(names)
        self.sizes = {one.filename: one.file_size for one in found}

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open one file; raises Wrong for whatever goes wrong while it is read."""
        try:
            with self._zip.open(name) as stream:
                yield stream
        except _DAMAGED as error:
            why = type(error).__name__
            raise unreadable(f"{name} cannot be read: {why}.", f"{name} 无法读取。") from None

    def read(self, name: str) -> bytes:
        """Return a small file whole."""
        with self.open(name) as stream:
            found = stream.read(SMALL_MAX + 1)
            if len(found) > SMALL_MAX:
                raise ValueError("it is too large")
            return found

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield a file's lines without their newlines."""
        with self.open(name) as stream:
            while line := stream.readline(LINE_MAX + 1):
                if not line.endswith(b"\n"):
                    raise ValueError("a line is cut off or too long")
                yield line[:-1]

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Yield (size, note) of every checkpoint, as written; raises Wrong."""
        for line in self.lines(CHECKPOINTS):
            said = object_of(line, CHECKPOINTS)
            size, note = said.get("size"), said.get("note")
            if type(size) is not int or not isinstance(note, str):
                raise unreadable(f"{CHECKPOINTS} is not of this format.", "检查点文件格式不符。")
            yield size, note


def verify_bundle(path: Path, trust: Trust | None, crypto: Crypto) -> Report:
    """Verify an exported log from its bytes; raises Wrong only for a trust that cannot be used.

    Without ``trust`` the log is compared with the keys that it brings itself.
    """
    report, bundle = Report(is_compared=trust is not None), None
    try:
        bundle = Bundle(path)
        if object_of(bundle.read(BUNDLE), BUNDLE).get("format") != FORMAT:
            raise unreadable("It is of a format that is not known here.", "文件格式未知。")
        used = trust or read_trust(bundle.read(KEYS))
        report.origin = used.origin
        if HEAD in bundle.names:
            heads = [*used.heads, _head(bundle)]
            used = Trust(used.log, used.witnesses, used.required, heads, used.roots)
        walk = _walk(bundle, used, crypto, report)
        _anchored(bundle, used, crypto, report)
        required = used.required_by(crypto)
        report.is_partly_checked = required < used.required
        if walk.cosigned < walk.tree.size and required:
            raise Wrong(
                POLICY,
                f"Audit entry {walk.cosigned} and later ones are under no checkpoint that "
                f"{required} witnesses cosigned.",
                f"第 {walk.cosigned} 条及其后的记录没有 {required} 个见证方联署的检查点。",
                walk.cosigned,
            )
    except Wrong as wrong:
        report.wrong = wrong
    finally:
        if bundle is not None:
            bundle.close()
    return report


def _walk(bundle: Bundle, trust: Trust, crypto: Crypto, report: Report) -> Walk:
    leaves, odd = divmod(bundle.sizes.get(LEAVES, 0), 32)
    signed = 0
    for size, _ in bundle.checkpoints():
        signed = max(signed, size)
    walk = Walk(trust, crypto, leaves=leaves, signed=signed)
    heads = iter(bundle.checkpoints())
    due = next(heads, None)
    with bundle.open(LEAVES) as stream:
        entries = bundle.lines(ENTRIES)
        while True:
            while due is not None and due[0] <= walk.tree.size:
                walk.head(*due)
                due = next(heads, None)
            walk.compare_outside()
            stops = [one for one in (due[0] if due else None, walk.stops) if one is not None]
            count = min(AT_ONCE, *(one - walk.tree.size for one in stops)) if stops else AT_ONCE
            hashes, ids = _taken(entries, stream, walk.tree.size, count)
            walk.extend(hashes, ids)
            report.entries, report.root = walk.tree.size, walk.tree.root().hex()
            report.checkpoints, report.cosigned = walk.checkpoints, walk.cosigned
            if len(hashes) < count:
                break
        if odd or stream.read(1):
            raise Wrong(
                MISSING, f"Audit entry {walk.tree.size} is missing.",
                f"第 {walk.tree.size} 条审计记录缺失。", walk.tree.size,
            )  # fmt: skip
    walk.end()
    return walk


def _taken(
    entries: Iterator[bytes], leaves: IO[bytes], start: int, count: int
) -> tuple[list[bytes], list[bytes]]:
    """Return hashes and ids of the next entries, each compared with its leaf."""
    hashes, ids, sha256 = [], [], hashlib.sha256
    kept = leaves.read(32 * count)
    for at in range(count):
        entry, leaf = next(entries, None), kept[32 * at : 32 * at + 32]
        if entry is None:
            break
        index = start + at
        if leaf == ABSENT or not entry:
            raise Wrong(
                MISSING, f"Audit entry {index} is missing.", f"第 {index} 条审计记录缺失。", index
            )
        found = sha256(b"\x00" + entry).digest()
        if len(leaf) != 32:
            raise Wrong(
                INSERTED, f"Audit entry {index} was added without a digest.",
                f"第 {index} 条审计记录无摘要而加入。", index,
            )  # fmt: skip
        if found != leaf:
            raise Wrong(
                CHANGED,
                f"Audit entry {index} was changed.",
                f"第 {index} 条审计记录被改动。",
                index,
            )
        place = entry.rfind(_ID)
        hashes.append(found)
        ids.append(entry[place - 37 : place - 1])
    return hashes, ids


def _anchored(bundle: Bundle, trust: Trust, crypto: Crypto, report: Report) -> None:
    """Every time-stamp is over a checkpoint of this very log, as its own note says it."""
    notes = {}
    found = [_anchor(line) for line in bundle.lines(ANCHORS)]
    sizes = {one.size for one in found}
    for size, note in bundle.checkpoints():
        if size in sizes:
            notes[size] = read_head(note)
    for one in found:
        check_anchor(one, notes.get(one.size), trust, crypto)
    report.anchors = found
    report.are_anchors_partly_checked = bool(found) and not (crypto.time_stamp and trust.roots)


def check_anchor(one: Anchor, head: Head | None, trust: Trust, crypto: Crypto) -> None:
    """Compare a time-stamp with the checkpoint of its size; raises Wrong.

    Where ``crypto`` cannot check the token itself, it is only asked whether the checkpoint's digest and
    the time stand in it, and not who signed it.
    """
    sentence = f"The time-stamp over {one.size} entries is over another checkpoint."
    wrong = Wrong(ANCHOR, sentence, f"{one.size} 条记录处的时间戳所盖的检查点不符。", one.size)
    try:
        stamped = read_head(one.note)
        trust.cosigners(stamped, crypto)
    except Wrong:
        raise wrong from None
    digest = hashlib.sha256(one.note.encode()).digest()
    if head is None or stamped.text != head.text or not _stamps(one, digest, trust, crypto):
        raise wrong


def _stamps(one: Anchor, digest: bytes, trust: Trust, crypto: Crypto) -> bool:
    try:
        at = datetime.fromisoformat(one.stamped_at).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    if crypto.time_stamp is not None:
        return crypto.time_stamp(one.request, one.response, digest, trust.roots) == at
    said = at.strftime("%Y%m%d%H%M%S").encode()
    return digest in one.request and digest in one.response and said in one.response


def _anchor(line: bytes) -> Anchor:
    said = object_of(line, ANCHORS)
    return Anchor(
        int(said["size"]),
        str(said["note"]),
        base64.b64decode(said["request"], validate=True),
        base64.b64decode(said["response"], validate=True),
        str(said["stamped_at"]),
    )


def _head(bundle: Bundle) -> str:
    return bundle.read(HEAD).decode()


def object_of(content: bytes, name: str) -> dict[str, Any]:
    """Return a JSON object; raises Wrong."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise unreadable(f"{name} is no JSON of ours.", f"{name} 不是有效的 JSON。")
    return found


def unreadable(said: str, said_zh: str) -> Wrong:
    """Return what is said of a file that cannot be read."""
    return Wrong(UNREADABLE, said, said_zh)
