"""Turn a profile's data file into a `SheetProfile`, or say everything that is wrong with it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import NamedTuple

from bank_adapters.contract import State
from bank_adapters.sheets.judge import judge
from bank_adapters.sheets.located import Part, ProfileRefused, compose
from bank_adapters.sheets.profile import (
    ANSWERED,
    CONTAINERS,
    COUNTED,
    EACH,
    ONCE,
    UNITS,
    Cell,
    Line,
    Shape,
    SheetProfile,
)
from bank_adapters.sheets.results import REASONS

LINE_ENDS = {"crlf": "\r\n", "lf": "\n"}
NAME_BYTES, TEXT_BYTES = 60, 120
STATES = tuple(state.value for state in State)
# What it may mean that an answer does not name a payment; "rejected" would pay it a second time.
SILENCE = (State.IN_TRANSIT.value, State.UNKNOWN.value, State.PAID.value)


@cache
def shipped() -> tuple[SheetProfile, ...]:
    """Return the profiles of this package, in the order of their names. Raises ProfileRefused."""
    folder = resources.files("bank_adapters.sheets") / "profiles"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=str)
    return tuple(load(one.name, one.read_text(encoding="utf-8")) for one in files)


def load(file: str, text: str) -> SheetProfile:
    """Return the profile in a data file. Raises ProfileRefused with every fault and its line."""
    root = compose(file, text)
    profile = _profile(root)
    root.close()
    judge(profile, root)
    if root.findings.sentences:
        raise ProfileRefused(root.findings.sentences)
    return replace(profile, definition=text)


def _profile(root: Part) -> SheetProfile:
    file_name = root.text("file_name")
    title, limits = root.pairs("title"), root.mapping("limits")
    written = Shape(
        header=tuple(_lines(root, "header", ONCE)),
        titled=root.flag("titled"),
        columns=tuple(_cells(root.items("columns"), (*EACH, *ONCE))),
        trailer=tuple(_lines(root, "trailer", ONCE)),
    )
    limit = {cell.value: cell.bytes_max for cell in written.columns if cell.bytes_max}
    delimiter, encoding = root.text("delimiter", ""), _codec(root, "encoding", None)
    answer = _answer(root.mapping("answer"), written)
    profile = SheetProfile(
        name=root.text("name"),
        version=root.number("version"),
        title_en=title.get("en", ""),
        title_zh=title.get("zh", ""),
        file_format=root.text("format"),
        file_suffix="." + file_name.rpartition(".")[2],
        statement_format=root.text("statement_format", "camt.053"),
        charset=_codec(root, "charset", encoding),
        file_encoding=encoding,
        max_lines=limits.number("max_lines"),
        min_lines=limits.number("min_lines", 1),
        amount_fen_max=limits.number("amount_fen_max"),
        name_bytes_max=limit.get("account_name", NAME_BYTES),
        purpose_bytes_max=limit.get("purpose", TEXT_BYTES),
        bank_name_bytes_max=limit.get("bank_name", TEXT_BYTES),
        reference_max=min(limit.get("reference", 16), 16),
        account_max=min(limit.get("account_no", 32), 32),
        forbidden_in_text=root.text("forbidden", delimiter),
        silence_means=answer.silence,
        carries=frozenset(_carried(written)),
        numbers_files="{day_number}" in file_name,
        source=root.text("source"),
        container=root.text("container", one_of=CONTAINERS),
        packed=root.flag("packed"),
        line_end=LINE_ENDS.get(root.text("line_end", "crlf", one_of=tuple(LINE_ENDS)), ""),
        delimiter=delimiter,
        trailing_delimiter=root.flag("trailing_delimiter"),
        quoted=root.flag("quoted"),
        amount_unit=root.text("amount_unit", one_of=UNITS),
        file_name=file_name,
        own_bank=root.text("own_bank", ""),
        sheet_name=root.text("sheet_name", "Sheet1"),
        written=written,
        answered=answer.shape,
        answer_name=answer.name,
        results=answer.results,
        reasons=answer.reasons,
        evidence=root.findings.evidence,
    )
    limits.close()
    return profile


class Answer(NamedTuple):
    """What the data file says about the bank's answer."""

    shape: Shape
    name: str
    silence: State
    results: dict[str, State]
    reasons: tuple[tuple[str, str], ...]


def _answer(answer: Part, written: Shape) -> Answer:
    whole = _cells(answer.items("columns"), (*EACH, *ANSWERED, *ONCE))
    added = _cells(answer.items("adds"), ANSWERED)
    shape = Shape(
        header=tuple(_lines(answer, "header", (*ONCE, *COUNTED)))
        if answer.part("header")
        else written.header,
        titled=written.titled,
        columns=tuple(whole) or (*written.columns, *added),
        trailer=tuple(_lines(answer, "trailer", (*ONCE, *COUNTED)))
        if answer.part("trailer")
        else written.trailer,
    )
    found = Answer(
        shape,
        answer.text("name", ""),
        _silence(answer),
        {
            word: State(state)
            for word, state in answer.pairs("results").items()
            if _is_state(answer, word, state)
        },
        tuple(answer.pairs("reasons").items()) or REASONS,
    )
    answer.close()
    return found


def _silence(answer: Part) -> State:
    word = answer.text("silence", one_of=SILENCE)
    return State(word) if word in SILENCE else State.UNKNOWN


def _is_state(answer: Part, word: str, state: str) -> bool:
    if state in STATES:
        return True
    answer.say(f"results: {word}: {state!r} is none of {', '.join(State)}")
    return False


def _codec(root: Part, key: str, default: str | None) -> str:
    name = root.text(key, default)
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        if name:
            root.say(f"{key}: no encoding is called {name!r}")
        return "utf-8"
    return name


def _carried(written: Shape) -> Iterator[str]:
    for cell in written.columns:
        yield "amount_fen" if cell.value == "amount" else cell.value


def _lines(parent: Part, key: str, allowed: tuple[str, ...]) -> Iterator[Line]:
    for part in parent.items(key):
        if part.is_text:
            yield Line(raw=part.scalar())
            continue
        cells = tuple(_cells(list(part.each()), allowed))
        if cells:
            yield Line(cells=cells)
        else:
            part.say("a line needs a cell")


def _cells(parts: list[Part], allowed: tuple[str, ...]) -> list[Cell]:
    return [_cell(part, allowed) for part in parts]


def _cell(part: Part, allowed: tuple[str, ...]) -> Cell:
    if part.is_text:
        return Cell(name=part.scalar(), value="literal", literal=part.scalar())
    literal = part.text("literal", "")
    value = part.text("value", "literal" if literal else "blank", one_of=allowed)
    pad_left = part.flag("pad_left")
    cell = Cell(
        name=part.text("name", value),
        value=value,
        literal=literal,
        prefix=part.text("prefix", ""),
        titles=tuple(one.scalar() for one in part.items("titles")),
        date_format=part.text("date", "%Y%m%d"),
        optional=part.flag("optional"),
        no_blanks=part.flag("no_blanks"),
        bytes_max=part.number("bytes", 0),
        width=part.number("width", 0),
        pad=part.text("pad", " "),
        pad_left=pad_left,
    )
    if len(cell.pad.encode()) != 1:
        part.say(f"pad must be one byte, not {cell.pad!r}")
    part.close()
    return cell
