"""What the page of a faulty file shows: the first faults as links into its sheet, and the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.reconciliation.faulty.sheet import Note, Sheet, SheetRow, page_of
from service.reconciliation.models import InboundFile
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Fault

_FIRST = 10


@dataclass(frozen=True)
class ShownNote:
    """A fault in the reader's language; ``tone`` is bad where the file is not believed for it."""

    code: str
    sentence: str
    shape: str
    tone: str


@dataclass(frozen=True)
class ShownRow:
    """A row with its number as it is read: ``4``, or ``1:5321`` for a piece of a long line."""

    anchor: str
    place: str
    row: SheetRow
    notes: Sequence[ShownNote]


@dataclass(frozen=True)
class ShownSheet:
    """A sheet in the reader's language; ``title`` says what it is."""

    title: str
    lead: str
    sheet: Sheet
    rows: Sequence[ShownRow]


def first_faults(file: InboundFile, *, here: int) -> list[Fault]:
    """Return the faults of the whole file and the first of its lines, each linked to its row.

    ``here`` is the page of the sheet that is shown; the others are led to by their number.
    """
    pages = page_of(file.faults)
    whole = [Fault(_said(one), href="") for one in file.faults if not one["line"]]
    lines = sorted((one for one in file.faults if one["line"]), key=lambda one: int(one["line"]))
    linked = [
        Fault(_said(one), href=_href(one["line"], pages[one["line"]], here))
        for one in lines[: max(0, _FIRST - len(whole))]
    ]
    rest = len(lines) - len(linked)
    more = (
        [Fault(gettext("The others are marked in the sheet below."), href="#sheet")] if rest else []
    )
    return [*whole, *linked, *more]


def shown(sheet: Sheet) -> ShownSheet:
    """Return a sheet as its page shows it."""
    anchored: set[int] = set()
    rows = []
    for one in sheet.rows:
        anchor = "" if one.line in anchored or not one.notes else f"line-{one.line}"
        anchored |= {one.line} if anchor else set()
        place = f"{one.line}:{one.at}" if one.at else str(one.line)
        rows.append(ShownRow(anchor, place, one, [_note(note) for note in one.notes]))
    return ShownSheet(_title(sheet), _lead(sheet), sheet, rows)


def _title(sheet: Sheet) -> str:
    if not sheet.total:
        return gettext("How the file begins")
    return gettext("The file with its faults")


def _lead(sheet: Sheet) -> str:
    if sheet.kind == "nothing":
        return gettext("It cannot be shown as rows: it is no table and no text that can be opened.")
    if sheet.kind == "table":
        return gettext(
            "Rows as they stand in the file, with their neighbours; ✗ marks what is wrong. Names and "
            "accounts are masked."
        )
    return gettext(
        "Lines as they stand in the file, with their neighbours; ✗ marks what is wrong. Names and "
        "accounts are masked."
    )


def _note(one: Note) -> ShownNote:
    is_zh = visit().language == "zh"
    return ShownNote(
        one.code,
        one.sentence_zh if is_zh else one.sentence,
        one.shape_zh if is_zh else one.shape,
        "bad" if one.is_fatal else "warn",
    )


def _said(fault: dict[str, str]) -> str:
    return fault["sentence_zh" if visit().language == "zh" else "sentence"]


def _href(line: int, page: int, here: int) -> str:
    return f"#line-{line}" if page == here else f"?page={page}#line-{line}"
