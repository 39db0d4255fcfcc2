"""Commands that write and read bank files by the name of their format, without any database."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bank_adapters import CannotWrite, Fault, ReplyRecord, UnknownProfile
from bank_adapters.formats import BankFormat, ReadFile
from bank_adapters.lines import EXAMPLE, MAX_BYTES, read_lines
from bank_adapters.registry import format_for, formats, left_out
from service.foundation.not_opened import why_not_opened
from service.foundation.problems import NotFound, Problem

app = typer.Typer(
    help="Bank files by the name of their format; needs no database.", no_args_is_help=True
)
ProfileName = Annotated[str, typer.Option("--profile", help="A name of `anxin bank profiles`.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
SHOWN_FAULTS = 50


class UnknownFormat(NotFound):
    """No format has this name."""

    code = "bank_profile_unknown"

    def __init__(self, unknown: UnknownProfile) -> None:
        name, known = unknown.profile_name[:60], ", ".join(unknown.known)
        Problem.__init__(
            self,
            f"No bank profile is called {name!r}; known: {known}.",
            f"没有名为 {name!r} 的银行格式；现有：{known}。",
        )


class FileUnreadable(Problem):
    """A file named on the command line cannot be opened or written."""

    code = "file_unreadable"
    status = 422
    title = "The file cannot be opened"

    def __init__(self, path: Path, error: OSError) -> None:
        why, why_zh = why_not_opened(error)
        super().__init__(f"{path}: cannot be opened: {why}.", f"{path}：无法打开：{why_zh}。")


@app.command("profiles")
def profiles(as_json: AsJson = False) -> None:
    """List every format: what it writes, what it reads, and the limits of what it writes."""
    listed = [_described(one) for one in formats()]
    unusable = [one._asdict() for one in left_out()]
    if as_json:
        told = {"profiles": listed, "left_out": unusable}
        typer.echo(json.dumps(told, ensure_ascii=False, default=_plain))
        return
    for one in listed:
        does = " + ".join(word for word in ("write", "read") if one[f"{word}s"])
        typer.echo(f"{one['name']}\t{does}\t{one['title_en']} {one['title_zh']}")
    for broken in unusable:
        typer.echo(f"left out 未采用: {broken['entry_point']}: {broken['why']}", err=True)


@app.command("example")
def example() -> None:
    """Print a LINES.json with one payment, to start from."""
    typer.echo(json.dumps(EXAMPLE, ensure_ascii=False, indent=2))


@app.command("write")
def write(
    profile: ProfileName,
    lines: Annotated[
        Path, typer.Argument(help="JSON: header and lines; see `anxin bank example`.")
    ],
    out: Annotated[Path | None, typer.Option(help="Where to; without it, standard output.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write one bank file; the same lines give the same bytes. Exit code 1 says what is wrong."""
    bank_format = _format(profile)
    header, instructions, faults = read_lines(_content(lines))
    if header is None or faults:
        _refuse(lines, faults, as_json=as_json)
        return
    try:
        written = bank_format.write(header, instructions)
    except CannotWrite as refused:
        _refuse(lines, refused.faults, as_json=as_json)
        return
    warnings = _warnings(bank_format, instructions) if not as_json else []
    for told in warnings:
        typer.echo(f"{lines.name}: {told.sentence_en}\n{lines.name}：{told.sentence_zh}", err=True)
    if out is None:
        sys.stdout.buffer.write(written.content)
        return
    try:
        out.write_bytes(written.content)
    except OSError as error:
        raise FileUnreadable(out, error) from None
    said = {
        "profile": profile,
        "file": str(out),
        "name": written.name,
        "count": written.count,
        "amount_fen": written.amount_fen,
        "sha256": written.sha256,
        "sm3": written.sm3,
    }
    plain = f"{out}: {written.count} payments, {written.amount_fen} fen, sha256 {written.sha256}"
    typer.echo(json.dumps(said, ensure_ascii=False) if as_json else plain)


@app.command("read")
def read(
    profile: ProfileName,
    file: Annotated[Path, typer.Argument(help="What the bank sent; its name means nothing.")],
    as_json: AsJson = False,
) -> None:
    """Read one bank file; exit code 1: the file as a whole cannot be believed."""
    bank_format = _format(profile)
    try:
        with file.open("rb") as source:
            found = bank_format.read(source)
    except OSError as error:
        raise FileUnreadable(file, error) from None
    if as_json:
        for piece in _json_pieces(profile, found):
            sys.stdout.write(piece)
    else:
        _tell(file, found)
    if not found.believable:
        raise typer.Exit(1)


def _format(name: str) -> BankFormat:
    try:
        return format_for(name)
    except UnknownProfile as unknown:
        raise UnknownFormat(unknown) from None


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as source:
            return source.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(path, error) from None


def _described(bank_format: BankFormat) -> dict[str, Any]:
    one = bank_format.profile
    limits = None
    if one.writes is not None:
        limits = {
            name: value
            for name, value in asdict(one.writes).items()
            if name not in {"name", "version", "title_en", "title_zh", "folders"}
        }
    return {
        "name": one.name,
        "version": one.version,
        "title_en": one.title_en,
        "title_zh": one.title_zh,
        "writes": one.writes.file_format if one.writes else None,
        "reads": list(one.reads),
        "limits": limits,
    }


def _warnings(bank_format: BankFormat, instructions: Iterable[Any]) -> list[Fault]:
    found: list[Fault] = []
    for instruction in instructions:
        found += [one for one in bank_format.check(instruction) if not one.fatal]
        if len(found) > SHOWN_FAULTS:
            break
    return found[:SHOWN_FAULTS]


def _refuse(path: Path, faults: Iterable[Fault], *, as_json: bool) -> None:
    told = list(faults)
    if as_json:
        said = {"records": [], "faults": [_fault(one) for one in told], "totals": None}
        typer.echo(json.dumps(said, ensure_ascii=False))
    for one in [] if as_json else told[:SHOWN_FAULTS]:
        typer.echo(f"{path.name}: {one.sentence_en}\n{path.name}：{one.sentence_zh}", err=True)
    if not as_json and len(told) > SHOWN_FAULTS:
        typer.echo(f"… {len(told)} faults / 共 {len(told)} 处", err=True)
    raise typer.Exit(1)


def _fault(one: Fault) -> dict[str, Any]:
    return {
        "code": one.code,
        "fatal": one.fatal,
        "line": one.line,
        "field": one.field,
        # Half a character, as \ud800 in JSON, cannot be printed.
        "value": one.value.encode("utf-8", "replace").decode("utf-8"),
        "sentence": one.sentence_en,
        "sentence_zh": one.sentence_zh,
    }


def _record(one: ReplyRecord) -> dict[str, Any]:
    said: dict[str, Any] = {
        "reference": one.reference,
        "state": one.state.value,
        "amount_fen": one.amount_fen,
        "code": one.code,
        "reason": one.reason,
        "line": one.line,
    }
    if not one.reference:  # A sheet without our references: place and account say whom it means.
        said |= {"serial": one.serial, "account_no": one.account_no}
    return said


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)


def _json_pieces(profile: str, found: ReadFile) -> Iterator[str]:
    # Piece by piece: a million records are never one text.
    totals = {
        "count": len(found.records),
        "amount_fen": sum(one.amount_fen or 0 for one in found.records),
        **asdict(found.totals),
    }
    for one in found.records:
        totals[one.state.value] = totals.get(one.state.value, 0) + 1
    head = {
        "profile": profile,
        "believable": found.believable,
        "file_reference": found.file_reference,
        "silence_means": found.silence_means.value,
        "totals": totals,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for name, rows in (
        ("records", (_record(one) for one in found.records)),
        ("faults", (_fault(one) for one in found.faults)),
        ("accounts", (asdict(one) for one in found.accounts)),
    ):
        yield f', "{name}": ['
        for place, row in enumerate(rows):
            yield ("," if place else "") + "\n" + json.dumps(row, ensure_ascii=False, default=str)
        yield "]"
    yield "}\n"


def _tell(file: Path, found: ReadFile) -> None:
    for record in found.records:
        amount = "" if record.amount_fen is None else str(record.amount_fen)
        said = (record.reference, record.state.value, amount, record.code, record.reason)
        typer.echo("\t".join(said))
    for one in found.faults:
        typer.echo(f"{file.name}: {one.sentence_en}\n{file.name}：{one.sentence_zh}", err=True)
    if not found.believable:
        typer.echo(
            "The file as a whole cannot be believed; nothing was taken from it.\n整个文件不可采信，未采用任何内容。",
            err=True,
        )
