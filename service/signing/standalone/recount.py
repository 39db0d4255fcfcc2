"""Recount a batch from its bytes: lines, total, Merkle root, and the digest of every bank file.

A single file that needs only Python 3.11 and nothing of this project: copy it where you like and run
``python3 recount.py BUNDLE``, where BUNDLE is a folder or zip written by ``anxin signing export`` or
taken from the batch's page. It believes nothing in the bundle. Lines that were left out of a signed
list are checked by ``held.py``, which lies beside this file. Signatures are not checked here:
``anxin signing verify`` does that, and uses these two files for everything else.

With ``--challenge FILE`` (what the service answers when it asks for a signature) it prints the
message to sign, made from the manifest in the bundle.
"""

import hashlib
import io
import json
import re
import stat
import struct
import sys
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

UNREADABLE, MANIFEST, LINES, BANK_FILE, SIGNATURE, TIME_STAMP = 2, 3, 4, 5, 6, 8
"""Exit codes: the bundle or its list of files, a manifest, the lines, a bank file, the signatures,
the time-stamp."""
BUNDLE_FORMAT, MANIFEST_V = "anxin/signed-batch/v1", "anxin/batch-manifest/v"
BROKEN = (
    OSError, zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError
)  # fmt: skip
_HAS_SM3 = "sm3" in hashlib.algorithms_available
SMALL_MAX, LINE_MAX, TOTAL_MAX, FILES_MAX, RATIO_MAX = 16 << 20, 1 << 16, 4 << 30, 5_000, 200
_NAME = re.compile(r"(?:files/)?[^/\\\x00-\x1f\x7f:]{1,200}")
_HEX = re.compile(r"[0-9a-f]{64}")
_LINE = {
    "account_id": (int, type(None)), "amount_fen": (int,), "attempt": (int,), "id": (int,),
    "line_type": (str,), "payee_name": (str, type(None)), "payee_person_id": (int, type(None)),
    "period": (str,), "programme": (str,), "salt": (str,), "subject_id": (int,),
    "subject_kind": (str,),
}  # fmt: skip
_MANIFEST = {
    "acts": list, "amount_fen": int, "batch_id": str, "batch_no": str, "controls_off": list,
    "count": int, "files": list, "format": str, "kind": str, "lines_root": str, "month": str,
    "programme": str, "round": int, "rule_digest": str, "snapshot_digest": str,
}  # fmt: skip
_MANIFEST_V2 = {
    "expires_at": str, "made_at": str, "notice_digest": str, "prior_signatures": list,
    "screening_digest": str, "signatures_required": int,
}  # fmt: skip
_MANIFEST_V3 = {**_MANIFEST_V2, "held": dict, "holding": dict}
_FILE = {
    "amount_fen": int, "channel": str, "count": int, "debtor_account": str, "execution_date": str,
    "file_name": str, "file_reference": str, "sha256": str, "sm3": str,
}  # fmt: skip
_VERSIONS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"held_by_control": dict}, _FILE), (_MANIFEST_V2, _FILE), (_MANIFEST_V3, {**_FILE, "lines_root": str})
]  # fmt: skip
"""What a manifest of each version has besides, and what it says of a file."""
_FORMATS = [f"{MANIFEST_V}{version}" for version in (1, 2, 3)]


class Wrong(Exception):
    """Something does not hold; ``code`` is the exit code of its class."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code, self.said = code, said


@dataclass
class Report:
    """What was recomputed, and everything that does not hold."""

    count: int = 0
    amount_fen: int = 0
    lines_root: str = ""
    files: list[tuple[str, str, str]] = field(default_factory=list)
    """(name, SHA-256, SM3) recomputed from the bytes; SM3 is "" where this Python has none."""
    manifests: list[dict[str, Any]] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    """SHA-256 of each manifest, in the order of the signatures."""
    instead: list[str] = field(default_factory=list)
    """Files that were not signed: `held.py` says whether they may go in place of signed ones."""
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return min((one.code for one in self.wrong), default=0)


class Bundle:
    """A folder or a zip, read without believing its names, sizes or links."""

    def __init__(self, path: Path) -> None:
        self._path, self._zip = path, None
        try:
            if path.is_dir():
                self.sizes = dict(self._in_folder())
            else:
                self._zip = zipfile.ZipFile(path)
                self.sizes = dict(self._in_zip(self._zip))
        except BROKEN as error:
            why = (
                "there is nothing"
                if isinstance(error, FileNotFoundError)
                else "no folder and no whole zip"
            )
            raise Wrong(UNREADABLE, f"{path}: {why}.") from None
        if len(self.sizes) > FILES_MAX or sum(self.sizes.values()) > TOTAL_MAX:
            raise Wrong(UNREADABLE, f"{path.name} holds more than a batch can be.")

    def _in_folder(self) -> Iterator[tuple[str, int]]:
        for found in sorted(self._path.rglob("*")):
            info, name = found.lstat(), found.relative_to(self._path).as_posix()
            if stat.S_ISDIR(info.st_mode) and name == "files":
                continue
            if not stat.S_ISREG(info.st_mode) or not _usable(name):
                raise Wrong(UNREADABLE, f"{name[:80]!r} is not a plain file.")
            yield name, info.st_size

    def _in_zip(self, archive: zipfile.ZipFile) -> Iterator[tuple[str, int]]:
        seen = set()
        for one in archive.infolist():
            kind = one.external_attr >> 16
            plain = stat.S_IFMT(kind) in (0, stat.S_IFREG) and one.orig_filename == one.filename
            if not plain or one.flag_bits & 1 or not _usable(one.filename):
                raise Wrong(UNREADABLE, f"{one.orig_filename[:80]!r} is not a plain file.")
            if one.compress_type not in (0, zipfile.ZIP_DEFLATED) or one.filename in seen:
                raise Wrong(UNREADABLE, f"{one.filename!r} is there twice or packed strangely.")
            if one.file_size > RATIO_MAX * (one.compress_size + 4096):
                raise Wrong(UNREADABLE, f"{one.filename!r} unpacks to far more than it is.")
            seen.add(one.filename)
            yield one.filename, one.file_size

    @contextmanager
    def open(self, name: str, code: int) -> Iterator[io.BufferedIOBase]:
        """Open one file; whatever goes wrong while it is read is ``Wrong`` with this code."""
        if name not in self.sizes:
            raise Wrong(code, f"{name} is missing.")
        try:
            with self._zip.open(name) if self._zip else (self._path / name).open("rb") as stream:
                yield cast("io.BufferedIOBase", stream)
        except BROKEN as error:
            raise Wrong(code, f"{name} cannot be read: {type(error).__name__}.") from None

    def read(self, name: str, code: int) -> bytes:
        """Return a small file whole."""
        with self.open(name, code) as stream:
            content = stream.read(SMALL_MAX + 1)
        if len(content) > SMALL_MAX:
            raise Wrong(code, f"{name} is larger than such a file can be.")
        return content


def _usable(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name.removeprefix("files/") not in (".", "..", "files")


def strict(content: bytes, name: str, code: int) -> Any:
    """Return canonical JSON (RFC 8785) without fractions, or raise ``Wrong``: one content, one spelling."""
    try:
        found = _DECODE(content.decode())
        if canonical(found) != content:
            raise ValueError("it is not in its canonical form")
    except (ValueError, RecursionError) as error:
        raise Wrong(code, f"{name} is no JSON of ours: {str(error)[:80]}.") from None
    return found


def canonical(content: Any) -> bytes:
    """Return the canonical bytes of JSON whose numbers are whole."""
    return _ENCODE(content).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(made := dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return made


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) >= 2**53:
        raise ValueError("a number is too large")
    return int(digits)


def _no_number(_: str) -> Any:
    raise ValueError("a number is not whole")


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_DECODE = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=_no_number, parse_int=_whole, parse_constant=_no_number
).decode


def shaped(found: Any, shape: dict[str, Any], name: str, code: int) -> dict[str, Any]:
    """Return an object that has exactly these members of these types, or raise ``Wrong``."""
    if not isinstance(found, dict) or set(found) != set(shape):
        raise Wrong(code, f"{name} does not have exactly the members it must have.")
    for member, kinds in shape.items():
        if not isinstance(found[member], kinds) or isinstance(found[member], bool):
            raise Wrong(code, f"{name}: {member} has a value of the wrong kind.")
    return found


class Tree:
    """The Merkle tree of RFC 6962 over leaves given one by one."""

    def __init__(self) -> None:
        self._left: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        height, digest = 0, hashlib.sha256(b"\x00" + leaf).digest()
        while self._left and self._left[-1][0] == height:
            digest = hashlib.sha256(b"\x01" + self._left.pop()[1] + digest).digest()
            height += 1
        self._left.append((height, digest))

    def root(self) -> str:
        if not self._left:
            return hashlib.sha256(b"").hexdigest()
        digest = self._left[-1][1]
        for _, left in reversed(self._left[:-1]):
            digest = hashlib.sha256(b"\x01" + left + digest).digest()
        return digest.hex()


def recount(path: Path) -> tuple[Report, Bundle | None]:
    """Recompute everything from the bytes; the bundle is None when it cannot be opened."""
    report = Report()
    try:
        bundle = Bundle(path)
    except Wrong as wrong:
        report.wrong.append(wrong)
        return report, None
    for check in (_index, _manifests, _lines, _files):
        try:
            check(bundle, report)
        except Wrong as wrong:
            report.wrong.append(wrong)
    return report, bundle


def _index(bundle: Bundle, report: Report) -> None:
    """Every file that the list names is there with its bytes, and no other."""
    said = strict(bundle.read("bundle.json", UNREADABLE), "bundle.json", UNREADABLE)
    shaped(said, {"files": dict, "format": str}, "bundle.json", UNREADABLE)
    if said["format"] != BUNDLE_FORMAT:
        raise Wrong(UNREADABLE, "bundle.json is of a format that is not known here.")
    for name in sorted({*said["files"], "bundle.json"} ^ set(bundle.sizes)):
        what = "missing" if name in said["files"] else "a file that was not exported"
        report.wrong.append(Wrong(UNREADABLE, f"{name} is {what}."))
    for name in sorted(set(said["files"]) & set(bundle.sizes)):
        code = _class_of(name)
        try:
            with bundle.open(name, code) as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != said["files"][name]:
                    report.wrong.append(Wrong(code, f"{name} is not the file that was exported."))
        except Wrong as wrong:
            report.wrong.append(wrong)


def _class_of(name: str) -> int:
    beginnings = {"files/": BANK_FILE, "lines": LINES, "signatures": SIGNATURE}
    beginnings |= {"time-stamp": TIME_STAMP, "written": LINES, "holding": BANK_FILE}
    beginnings |= dict.fromkeys(("manifest-", "screening", "notice"), MANIFEST)
    return next((code for start, code in beginnings.items() if name.startswith(start)), UNREADABLE)


def _manifests(bundle: Bundle, report: Report) -> None:
    """Each manifest is well formed, and they differ only in the signatures that went before."""
    first: dict[str, Any] = {}
    while (name := f"manifest-{len(report.manifests) + 1}.json") in bundle.sizes or not first:
        content = bundle.read(name, MANIFEST)
        found = strict(content, name, MANIFEST)
        if not isinstance(found, dict) or found.get("format") not in _FORMATS:
            raise Wrong(MANIFEST, f"{name} is of an unknown format.")
        extra, of_file = _VERSIONS[_FORMATS.index(found["format"])]
        shaped(found, {**_MANIFEST, **extra}, name, MANIFEST)
        for one in found["files"]:
            shaped(one, of_file, "a file in the manifest", MANIFEST)
        first = first or found
        if {**found, "prior_signatures": 0} != {**first, "prior_signatures": 0}:
            raise Wrong(MANIFEST, f"{name} contradicts the manifest before it.")
        report.manifests.append(found)
        report.digests.append(hashlib.sha256(content).hexdigest())
    for grounds in ("screening", "notice"):
        expected, name = first.get(f"{grounds}_digest"), f"{grounds}.json"
        if expected and hashlib.sha256(bundle.read(name, MANIFEST)).hexdigest() != expected:
            raise Wrong(MANIFEST, f"{name} is not what was signed.")
    if len({one["file_name"] for one in first["files"]}) != len(first["files"]):
        raise Wrong(MANIFEST, "two files of the manifest have one name.")
    before = first.get("held", {"amount_fen": 0, "count": 0, "lines": []})
    shaped(before, {"amount_fen": int, "count": int, "lines": list}, "held lines", MANIFEST)
    for name in ("count", "amount_fen"):
        if (found := sum(one[name] for one in (*first["files"], before))) != first[name]:
            raise Wrong(MANIFEST, f"the files' {name} is {found}, the manifest's {first[name]}.")


def _lines(bundle: Bundle, report: Report) -> None:
    """The lines give the count, the total and the root that the manifest says."""
    tree, last = Tree(), 0
    with bundle.open("lines.jsonl", LINES) as stream:
        while raw := stream.readline(LINE_MAX + 1):
            where = f"line {report.count + 1} of lines.jsonl"
            if not raw.endswith(b"\n"):
                raise Wrong(LINES, f"{where} is cut off or too long.")
            line = shaped(strict(raw[:-1], where, LINES), _LINE, where, LINES)
            if line["id"] <= last or line["amount_fen"] <= 0 or not _HEX.fullmatch(line["salt"]):
                raise Wrong(LINES, f"{where} is out of order, has no salt or no amount.")
            last = line["id"]
            report.count += 1
            report.amount_fen += line["amount_fen"]
            tree.add(raw[:-1])
    report.lines_root = tree.root()
    for said in report.manifests[:1]:
        for name in ("count", "amount_fen", "lines_root"):
            if said[name] != (found := getattr(report, name)):
                told_why = f"the lines' {name} is {found}, the manifest's {said[name]}."
                report.wrong.append(Wrong(LINES, told_why))


def _files(bundle: Bundle, report: Report) -> None:
    """Every bank file has exactly the bytes that the manifest binds."""
    names = {one["file_name"]: one for said in report.manifests[:1] for one in said["files"]}
    for name, said in names.items():
        with bundle.open(f"files/{name}", BANK_FILE) as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            sm3 = hashlib.file_digest(stream, "sm3").hexdigest() if _HAS_SM3 else ""
        report.files.append((name, sha256, sm3))
        if sha256 != said["sha256"] or (sm3 and sm3 != said["sm3"]):
            report.wrong.append(Wrong(BANK_FILE, f"{name} has other digests in the manifest."))
    others = sorted(set(bundle.sizes) - {f"files/{name}" for name in names})
    report.instead = [name for name in others if name.startswith("files/")]
    if not any("holding" in said for said in report.manifests[:1]):
        report.wrong += [Wrong(BANK_FILE, f"{name} is in no manifest.") for name in report.instead]


def message(digest: str, manifest: dict[str, Any], asked: dict[str, Any]) -> bytes:
    """Return the 32 bytes an officer signs: a digest over the manifest, who signs, and a nonce."""
    role = str(asked["role"]).encode()
    return hashlib.sha256(
        b"anxin/batch-signature/v2\x00" + bytes.fromhex(digest) + uuid.UUID(manifest["batch_id"]).bytes
        + manifest["round"].to_bytes(4, "big") + uuid.UUID(asked["officer"]).bytes
        + len(role).to_bytes(2, "big") + role + bytes.fromhex(asked["nonce"])
        + int(datetime.fromisoformat(asked["expires_at"]).timestamp()).to_bytes(8, "big")
    ).digest()  # fmt: skip


def told(report: Report) -> Iterator[str]:
    """Yield what was recomputed, one fact a line."""
    if report.lines_root:
        yield f"count       {report.count}"
        yield f"total       {report.amount_fen // 100}.{report.amount_fen % 100:02d} yuan"
        yield f"lines root  {report.lines_root}"
    for name, sha256, sm3 in report.files:
        yield f"file        {name}"
        yield f"  SHA-256   {sha256}"
        yield f"  SM3       {sm3 or 'not computed: this Python has none'}"
    for position, digest in enumerate(report.digests, start=1):
        yield f"manifest {position}  {digest}"
    for name in report.instead:
        yield f"not signed  {name}: held.py says whether it may go"
    for one in report.wrong:
        yield f"WRONG ({one.code}): {one.said}"


def main(arguments: list[str]) -> int:
    """Recount the bundle named first; return the exit code."""
    path, *asked_in = [one for one in arguments if one != "--challenge"] or [""]
    if not path or len(arguments) not in (1, 3):
        sys.stderr.write("usage: recount.py BUNDLE [--challenge FILE]\n")
        return UNREADABLE
    report, _ = recount(Path(path))
    lines = list(told(report))
    if asked_in and report.manifests:
        asked = json.loads(Path(asked_in[0]).read_text(encoding="utf-8"))
        signed = message(report.digests[-1], report.manifests[-1], asked)
        lines.append(f"message     {signed.hex()}")
    if not report.wrong:
        lines.append("everything agrees; signatures are not checked here")
    sys.stdout.write("\n".join(lines) + "\n")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
