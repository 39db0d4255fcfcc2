"""Check an evidence pack with Python 3.11 alone: ``python3 verify.py [PACK] [--log-key HEX]``.

PACK is a zip, or the folder it was unpacked into; without one, the folder in which this file lies.
It believes nothing in the pack: it counts the files again, follows the line to the signed roots and
every audit entry to the signed head, adds up every sum, and says what it could not check. Neither a
database nor the network is asked.
"""

import hashlib
import json
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __package__:
    from service.evidence.standalone import verify_line, verify_lists, verify_trail
else:  # In a pack, with its neighbours.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import verify_line  # type: ignore[import-not-found, no-redef]
    import verify_lists  # type: ignore[import-not-found, no-redef]
    import verify_trail  # type: ignore[import-not-found, no-redef]

UNREADABLE, CHANGED, SUMS, LINE, SIGNATURE, TRAIL = 2, 3, 4, 5, 6, 7
"""Exit codes: no pack; a file or the archive was changed; sums; the signed list; a signature; the trail."""
INDEX, FORMAT = "pack.json", "anxin/evidence-pack/v1"
CONTENT = {"payment": "payment.json", "batch": "batch.json", "month": "month.json"}
_NAME = re.compile(r"(?:[a-z]+/)?[0-9A-Za-z][0-9A-Za-z._-]{0,120}")
_FILES_MAX, _BYTES_MAX, _RATIO_MAX = 5_000, 1 << 30, 300
_BROKEN = (
    OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, EOFError, OverflowError,
    RecursionError, struct.error, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip


class Wrong(Exception):
    """Something does not hold; ``code`` is the exit code of its class."""

    def __init__(self, code: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


@dataclass
class Verdict:
    """What was found: what does not hold, what holds, and what this program cannot check."""

    wrong: list[Wrong] = field(default_factory=list)
    holds: list[tuple[str, str]] = field(default_factory=list)
    unchecked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return min((one.code for one in self.wrong), default=0)


@dataclass
class Pack:
    """The files of a pack, by name."""

    files: dict[str, bytes]

    def json(self, name: str, code: int = CHANGED) -> Any:
        """Return a file's canonical JSON; one content has one spelling."""
        if name not in self.files:
            raise Wrong(code, f"缺少 {name}。", f"{name} is missing.")
        try:
            found = json.loads(self.files[name], parse_float=_no_number, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Wrong(code, f"{name} 不是 JSON。", f"{name} is no JSON.") from None
        if canonical(found) != self.files[name]:
            raise Wrong(code, f"{name} 不是规范写法。", f"{name} is not in its canonical form.")
        return found


def canonical(content: Any) -> bytes:
    """Return the canonical bytes of JSON whose numbers are whole."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _no_number(_: str) -> Any:
    raise ValueError("a number is not whole")


def verify(path: Path, log_key: str = "") -> Verdict:
    """Check a pack; everything that does not hold is in the verdict."""
    verdict = Verdict()
    try:
        pack = read(path)
        kind = _index(pack, verdict)
    except Wrong as wrong:
        verdict.wrong.append(wrong)
        return verdict
    except _BROKEN:
        verdict.wrong.append(
            Wrong(
                UNREADABLE, "这不是证据包，或已损坏。", "This is no evidence pack, or it is broken."
            )
        )
        return verdict
    checks: list[tuple[int, Callable[[], None]]] = []
    if kind == "payment":
        checks += [
            (SUMS, lambda: verify_line.sums(pack, verdict, Wrong)),
            (LINE, lambda: verify_line.signed(pack, verdict, Wrong)),
            (SIGNATURE, lambda: verify_line.signatures(pack, verdict, Wrong, CONTENT[kind])),
        ]
    if kind == "batch":
        checks += [
            (LINE, lambda: verify_lists.batch(pack, verdict, Wrong)),
            (SIGNATURE, lambda: verify_line.signatures(pack, verdict, Wrong, CONTENT[kind])),
        ]
    if kind == "month":
        checks.append((SUMS, lambda: verify_lists.month(pack, verdict, Wrong)))
    checks.append((TRAIL, lambda: verify_trail.trail(pack, verdict, Wrong, log_key)))
    for code, check in checks:
        try:
            check()
        except Wrong as wrong:
            verdict.wrong.append(wrong)
        except _BROKEN:
            verdict.wrong.append(
                Wrong(code, "包内文件的内容不合格式。", "A file of the pack is not of its format.")
            )
    return verdict


def read(path: Path) -> Pack:
    """Return the files of a folder or a zip; raises Wrong for links, strange names and too much."""
    if path.is_dir():
        return Pack(dict(_folder(path)))
    if not path.is_file() or path.stat().st_size > _BYTES_MAX:
        raise Wrong(UNREADABLE, f"没有 {path.name}。", f"There is no {path.name} of usual size.")
    return Pack(_archive(path.read_bytes()))


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for found in sorted(path.rglob("*")):
        info, name = found.lstat(), found.relative_to(path).as_posix()
        if stat.S_ISDIR(info.st_mode) or name.endswith(".pyc"):
            continue
        if not stat.S_ISREG(info.st_mode) or not _NAME.fullmatch(name):
            raise Wrong(
                UNREADABLE, f"{name[:80]!r} 不是普通文件。", f"{name[:80]!r} is no plain file."
            )
        if info.st_size > _BYTES_MAX:
            raise Wrong(UNREADABLE, f"{name} 过大。", f"{name} is too large.")
        yield name, found.read_bytes()


def _archive(content: bytes) -> dict[str, bytes]:
    """Read a zip strictly: file after file without a gap, and no byte that says anything else."""
    files: dict[str, bytes] = {}
    central, place = [], 0
    while content[place : place + 4] == b"PK\x03\x04":
        fixed = struct.unpack("<4s5H3L2H", content[place : place + 30])
        crc, packed, size, named, extra = fixed[6:]
        name = content[place + 30 : place + 30 + named].decode("ascii")
        data = content[place + 30 + named : place + 30 + named + packed]
        method, whole = fixed[3], data
        if method == zipfile.ZIP_DEFLATED and size <= _RATIO_MAX * (packed + 4096):
            reader = zlib.decompressobj(-15)
            whole = reader.decompress(data, size) + reader.decompress(b"", 1)
            if not reader.eof or reader.unused_data or reader.unconsumed_tail:
                raise _changed()
        elif method:
            raise _changed()
        expected = (b"PK\x03\x04", 20, 0, method, 0, 33, zlib.crc32(whole), len(data), len(whole))
        if fixed[:9] != expected or extra or not _NAME.fullmatch(name):
            raise _changed()
        if name in files or len(files) >= _FILES_MAX:
            raise _changed()
        files[name] = whole
        head = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20 | 3 << 8, 20, 0, method, 0, 33, crc,
                           packed, size, named, 0, 0, 0, 0, 0o600 << 16, place)  # fmt: skip
        central.append(head + name.encode())
        place += 30 + named + packed
    listed, count = b"".join(central), len(central)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(listed), place, 0)
    if not files or content[place:] != listed + end:
        raise _changed()
    return files


def _changed() -> Wrong:
    return Wrong(CHANGED, "压缩包不是当初写出的样子。", "The archive is not as it was written.")


def _index(pack: Pack, verdict: Verdict) -> str:
    """Every file that the index names is there with its bytes, and no other; return the pack's kind."""
    index = pack.json(INDEX, UNREADABLE)
    if index["format"] != FORMAT or set(index) != {"about", "files", "format", "kind"}:
        raise Wrong(UNREADABLE, "不认识的格式。", "The pack is of a format that is not known here.")
    for name in sorted({*index["files"], INDEX} ^ set(pack.files)):
        zh, en = (
            ("缺少", "is missing") if name in index["files"] else ("是多出的文件", "was not packed")
        )
        verdict.wrong.append(Wrong(CHANGED, f"{name} {zh}。", f"{name} {en}."))
    for name in sorted(set(index["files"]) & set(pack.files)):
        if hashlib.sha256(pack.files[name]).hexdigest() != index["files"][name]:
            verdict.wrong.append(
                Wrong(CHANGED, f"{name} 被改动过。", f"{name} is not the file that was packed.")
            )
    kind, about = str(index["kind"]), str(index["about"])
    if kind not in CONTENT:
        raise Wrong(UNREADABLE, "不认识的种类。", "The pack is of a kind that is not known here.")
    if pack.json(CONTENT[kind])[kind]["reference"] != about:
        raise Wrong(
            CHANGED, "目录与内容所指不同。", "Index and content are about different things."
        )
    count, digest = len(index["files"]), hashlib.sha256(pack.files[INDEX]).hexdigest()
    verdict.holds.append(
        (f"{count} 个文件，目录摘要 {digest}。", f"{count} files; digest of the index {digest}.")
    )
    return kind


def told(verdict: Verdict) -> Iterator[str]:
    """Yield the verdict, a sentence a line, Chinese before English."""
    for zh, en in verdict.holds:
        yield f"✓ {zh} {en}"
    for zh, en in verdict.unchecked:
        yield f"? {zh} {en}"
    for one in verdict.wrong:
        yield f"✗ ({one.code}) {one.zh} {one.en}"
    yield (
        "✗ 核验不通过。This pack does not verify."
        if verdict.wrong
        else "✓ 核验通过。This pack verifies."
    )


def main(arguments: list[str]) -> int:
    """Check a pack and say what was found; return the exit code."""
    key = ""
    if "--log-key" in arguments:
        place = arguments.index("--log-key")
        key = "".join(arguments[place + 1 : place + 2])
        arguments = arguments[:place] + arguments[place + 2 :]
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        sys.stderr.write("usage: verify.py [PACK] [--log-key HEX]\n")
        return UNREADABLE
    path = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    verdict = verify(path, key)
    sys.stdout.buffer.write(("\n".join(told(verdict)) + "\n").encode())
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
