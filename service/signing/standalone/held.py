"""Recount what was left out of a signed list: what is sent and what is held are together what was signed.

Lies beside ``recount.py`` and needs nothing else: ``python3 held.py BUNDLE``. The manifest (from
version 3 on) holds, for each bank file, the root over what the file says of each line, and the rule:
lines may be left out, never added or changed, by two officers or for a death. This program knows no
bank's format. It finds in a file the references that the signed file has; a file whose format has
none is named, and only its sums and digests are compared.
"""

import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

if __package__:
    from service.signing.standalone import recount
else:  # Copied somewhere with its neighbour.
    import recount  # type: ignore[import-not-found, no-redef]

BANK_FILE, LINES, MANIFEST = recount.BANK_FILE, recount.LINES, recount.MANIFEST
RULE = {
    "duty": "dispatch.send",
    "lines": "may be left out, never added or changed",
    "officers": 2,
    "rule": "anxin/holding/v1",
    "sum": "sent + held = signed",
    "without_officers": ["death_reported", "payee_dead"],
}
DOMAIN = b"anxin/written-line/v1\x00"
HELD, HELD_FORMAT, WRITTEN = "holding.json", "anxin/held-lines/v1", "written.jsonl"
_LEAF = {"amount_fen": int, "card": str, "name": str, "reference": str, "salt": str}
_ACT = {"at": str, "id": str, "lines": list, "officers": list, "reason": str}
_INSTEAD = {
    "amount_fen": int, "channel": str, "count": int, "debtor_account": str, "execution_date": str,
    "file_name": str, "file_reference": str, "sha256": str, "sm3": str, "stands_for": str,
}  # fmt: skip
_HELD = {"control": str, "file": str, "reference": str}
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE = re.compile(rb"(?<![0-9A-Za-z])[0-9A-HJKMNP-TV-Z]{13}(?![0-9A-Za-z])")
_UNPACKED_MAX = 1 << 30


@dataclass
class Accounted:
    """What became of the signed lines, as (lines, fen)."""

    sent: tuple[int, int] = (0, 0)
    held: tuple[int, int] = (0, 0)
    by_sums: list[str] = field(default_factory=list)
    """Files that go instead of signed ones, and whose format names no line."""


def account(bundle: recount.Bundle, report: recount.Report) -> Accounted | None:
    """Account for every signed line; None for a manifest under which none may be left out.

    Raises Wrong for the first thing that does not hold.
    """
    if not report.manifests or "holding" not in report.manifests[0]:
        return None
    manifest = report.manifests[0]
    if manifest["holding"] != RULE or len(manifest["held"]["lines"]) != manifest["held"]["count"]:
        raise recount.Wrong(MANIFEST, "its rule of holding is not known here.")
    said = _said(bundle)
    if sorted(f"files/{one['file_name']}" for one in said["files"]) != report.instead:
        raise recount.Wrong(BANK_FILE, "a file is there that goes in place of no signed one.")
    left, instead = _left_out(said), {one["stands_for"]: one for one in said["files"]}
    names = {one["file_reference"] for one in manifest["files"]}
    if not {*left, *instead} <= names or len(instead) != len(said["files"]):
        raise recount.Wrong(BANK_FILE, "a line was left out of a file that was not signed.")
    rest, found = dict(_lines(bundle)), Accounted()
    before = [rest.pop(str(one), (0, ""))[0] for one in manifest["held"]["lines"]]
    if sum(before) != manifest["held"]["amount_fen"] or 0 in before:
        raise recount.Wrong(LINES, "what was held before is not of this list.")
    found.held = len(before), sum(before)
    with bundle.open(WRITTEN, LINES) as stream:
        for file in manifest["files"]:
            name = file["file_reference"]
            written = _written(stream, file, rest)
            _goes(bundle, found, file, written, left.get(name, set()), instead.get(name))
        if rest or stream.read(1):
            raise recount.Wrong(LINES, f"{WRITTEN} has other lines than the list.")
    return found


def _said(bundle: recount.Bundle) -> dict[str, Any]:
    found = recount.strict(bundle.read(HELD, BANK_FILE), HELD, BANK_FILE)
    recount.shaped(found, {"acts": list, "files": list, "format": str}, HELD, BANK_FILE)
    for one in found["files"]:
        recount.shaped(one, _INSTEAD, f"a file in {HELD}", BANK_FILE)
    if found["format"] != HELD_FORMAT:
        raise recount.Wrong(BANK_FILE, f"{HELD} is of a format that is not known here.")
    return cast("dict[str, Any]", found)


def _left_out(said: dict[str, Any]) -> dict[str, set[str]]:
    """Return {signed file: references left out of it}, each by the rule and once."""
    found: dict[str, set[str]] = {}
    for act in said["acts"]:
        recount.shaped(act, _ACT, "an act of holding", BANK_FILE)
        for line in act["lines"]:
            recount.shaped(line, _HELD, "a held line", BANK_FILE)
            if line["reference"] in found.setdefault(line["file"], set()):
                raise recount.Wrong(BANK_FILE, f"{line['reference']} was left out twice.")
            found[line["file"]].add(line["reference"])
        controls = {line["control"] for line in act["lines"]}
        officers = [str(one) for one in act["officers"]]
        decided = len(set(officers)) == len(officers) == 2 and act["reason"].strip()
        died = not officers and controls <= {"death_reported", "payee_dead"}
        if not act["lines"] or not (died or (decided and controls == {""})):
            raise recount.Wrong(
                BANK_FILE, "a line was left out by neither two officers nor a death."
            )
    return found


def _lines(bundle: recount.Bundle) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield reference, (fen, name's digest) of the list's lines, which `recount` has judged."""
    with bundle.open("lines.jsonl", LINES) as stream:
        for raw in stream:
            line = recount.strict(raw.removesuffix(b"\n"), "lines.jsonl", LINES)
            try:
                name = digest_of(line["salt"], "name", line["payee_name"] or "")
                yield reference_of(line["id"]), (line["amount_fen"], name)
            except (KeyError, TypeError):
                raise recount.Wrong(LINES, "lines.jsonl has a line of another kind.") from None


def _written(
    stream: io.BufferedIOBase, file: dict[str, Any], rest: dict[str, tuple[int, str]]
) -> dict[str, int]:
    """Return {reference: fen} of a signed file, each a leaf of its signed root; takes them from ``rest``."""
    tree, found, name = recount.Tree(), dict[str, int](), file["file_reference"]
    for number in range(1, file["count"] + 1):
        raw = stream.readline(recount.LINE_MAX + 1).removesuffix(b"\n")
        where = f"line {number} of {name} in {WRITTEN}"
        line = recount.shaped(recount.strict(raw, where, LINES), _LEAF, where, LINES)
        if rest.pop(line["reference"], None) != (line["amount_fen"], line["name"]):
            raise recount.Wrong(LINES, f"{where} is no line of the list.")
        found[line["reference"]] = line["amount_fen"]
        tree.add(DOMAIN + raw)
    if tree.root() != file["lines_root"] or sum(found.values()) != file["amount_fen"]:
        raise recount.Wrong(LINES, f"what {name} says of its lines is not what was signed.")
    return found


def _goes(
    bundle: recount.Bundle,
    found: Accounted,
    file: dict[str, Any],
    written: dict[str, int],
    left: set[str],
    instead: dict[str, Any] | None,
) -> None:
    """The file that goes has every signed line but those left out, and no other."""
    name, going = file["file_reference"], {one: written[one] for one in written if one not in left}
    fen = sum(going.values())
    if not left <= set(written):
        raise recount.Wrong(BANK_FILE, f"a line was left out of {name} that it does not have.")
    found.sent = found.sent[0] + len(going), found.sent[1] + fen
    found.held = found.held[0] + len(left), found.held[1] + file["amount_fen"] - fen
    if (instead is None) == bool(left and going):
        raise recount.Wrong(BANK_FILE, f"what goes in place of {name} is not what is left of it.")
    if instead is None:
        return
    said = {one: instead[one] for one in ("channel", "debtor_account", "execution_date")}
    if said != {one: file[one] for one in said} or (instead["count"], instead["amount_fen"]) != (
        len(going),
        fen,
    ):
        raise recount.Wrong(BANK_FILE, f"{instead['file_name']} is not what is left of {name}.")
    content = _content(bundle, instead["file_name"])
    if hashlib.sha256(content).hexdigest() != instead["sha256"]:
        raise recount.Wrong(BANK_FILE, f"{instead['file_name']} is not the file that was sent.")
    # Other words of thirteen characters stand in both files; another line's reference in neither.
    signed, goes = _named(_content(bundle, file["file_name"])), _named(content)
    if not set(written) <= signed:
        found.by_sums.append(instead["file_name"])
    elif goes & set(written) != set(going) or goes - signed - {instead["file_reference"]}:
        raise recount.Wrong(
            BANK_FILE, f"{instead['file_name']} has other lines than are left of {name}."
        )


def _content(bundle: recount.Bundle, name: str) -> bytes:
    with bundle.open(f"files/{name}", BANK_FILE) as stream:
        return stream.read()


def _named(content: bytes) -> set[str]:
    """Return what looks like a reference of ours; a workbook is unpacked first."""
    parts = [content]
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(one.file_size for one in archive.infolist()) > _UNPACKED_MAX:
                    raise recount.Wrong(BANK_FILE, "a workbook unpacks to far more than it is.")
                parts = [archive.read(one) for one in archive.infolist()]
        except (*recount.BROKEN, RuntimeError):  # Also what is packed with a password.
            parts = [content]
    return {
        found.decode()
        for part in parts
        for found in _REFERENCE.findall(part)
        if is_reference(found.decode())
    }


def digest_of(salt: str, kind: str, said: str) -> str:
    """Return the salted digest of a card or a name, as a written line has it."""
    return hashlib.sha256(f"{salt}:{kind}:{said}".encode()).hexdigest()


def reference_of(number: int) -> str:
    """Return the reference by which banks know a line: base 32, and a character that checks it."""
    body = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(12)))
    return body + _check(body)


def is_reference(word: str) -> bool:
    """Return whether a word of thirteen characters can be a reference of ours."""
    return _check(word[:12]) == word[12:]


def _check(body: str) -> str:
    weighed = (weight * _ALPHABET.index(one) for weight, one in enumerate(body, start=1))
    return _ALPHABET[sum(weighed) % 31]


def told(found: Accounted) -> Iterator[str]:
    """Yield what was accounted for, one fact a line."""
    for name, (lines, fen) in (("sent", found.sent), ("held", found.held)):
        yield f"{name}        {lines} lines, {fen // 100}.{fen % 100:02d} yuan"
    for name in found.by_sums:
        yield f"only sums   {name}: its format names no line"


def main(arguments: list[str]) -> int:
    """Recount a bundle and what was left out of it; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: held.py BUNDLE\n")
        return recount.UNREADABLE
    report, bundle = recount.recount(Path(arguments[0]))
    lines = []
    if bundle is not None:
        try:
            found = account(bundle, report)
            lines = list(told(found)) if found else ["nothing may be left out of this list"]
        except recount.Wrong as wrong:
            report.wrong.append(wrong)
    sys.stdout.write(
        "\n".join([*lines, *(f"WRONG ({one.code}): {one.said}" for one in report.wrong)])
    )
    sys.stdout.write("\n")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
