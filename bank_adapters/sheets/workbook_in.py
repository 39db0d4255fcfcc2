"""Turn an XLSX workbook into rows, one at a time: no cell is guessed, no formula is believed."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import islice

from lxml import etree

from bank_adapters.sheets.archive_in import Archive, ArchiveRefused
from bank_adapters.sheets.rows import Foreign, Formula, Number, Row, Table, refused

COLUMNS_MAX = 64
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile("([A-Z]{1,3})[0-9]{1,7}")
STORED = re.compile(r"[-+]?[0-9]{1,400}(?:\.[0-9]{0,400})?(?:[eE][-+]?[0-9]{1,3})?")
# Built-in formats that show a date or a time (ECMA-376 part 1, 18.8.30).
DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
RELATION = "relationships}id"


class Broken(ValueError):
    """The workbook's parts do not fit together."""


def rows_of(content: bytes, rows_max: int) -> Table:
    """Return the rows of the first sheet that a person sees, or why there are none."""
    try:
        archive = Archive(content)
        sheet = _first_sheet(archive)
        texts = _texts(archive)
        dates = _date_styles(archive)
        merged: list[tuple[int, int]] = []
        rows = list(islice(_rows(sheet, texts, dates, merged), rows_max + 1))
    except ArchiveRefused as error:
        return refused(error.code, detail=error.detail)
    except (etree.LxmlError, Broken, KeyError, ValueError):
        return refused("workbook_broken")
    if len(rows) > rows_max:
        return refused("too_many_lines", detail=f"> {rows_max}")
    return Table(rows, merged=merged)


def rows_through(content: bytes, last: int) -> Iterator[Row]:
    """Yield the rows as far as a row, to be looked at: what cannot be read ends them."""
    try:
        archive = Archive(content)
        found = _rows(_first_sheet(archive), _texts(archive), _date_styles(archive), [])
        for row in found:
            if row.line > last:
                return
            yield row
    except (ArchiveRefused, etree.LxmlError, Broken, KeyError, ValueError):
        return


def number_text(written: str) -> str:
    """Return a stored number as a person reads it: 1.1000000000000001 is 1.1.

    A spreadsheet holds binary numbers and shows fifteen digits of them (ECMA-376, 18.3.1.96), so
    fifteen digits are what it says. Raises InvalidOperation.
    """
    if not STORED.fullmatch(written):
        raise InvalidOperation
    number = Decimal(written)
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise InvalidOperation
    rounded = Decimal(f"{number:.14e}")
    text = f"{rounded.normalize():f}"
    return "0" if text in {"-0", "0"} else text


def _elements(part: bytes, *names: str) -> Iterator[etree._Element]:
    if b"<!DOCTYPE" in part[:4096]:
        raise ArchiveRefused("dtd_refused")
    stream = etree.iterparse(
        io.BytesIO(part),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in stream:
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _first_sheet(archive: Archive) -> bytes:
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for one in _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
        if one.get("Type", "").endswith("/worksheet")
    }
    for sheet in _elements(archive.read("xl/workbook.xml"), "sheet"):
        identifier = next((v for k, v in sheet.attrib.items() if str(k).endswith(RELATION)), "")
        if sheet.get("state", "visible") == "visible" and str(identifier) in targets:
            path = posixpath.normpath(posixpath.join("/xl", targets[str(identifier)])).lstrip("/")
            return archive.read(path)
    raise Broken


def _texts(archive: Archive) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    return [_plain(one) for one in _elements(archive.read("xl/sharedStrings.xml"), "si")]


def _plain(element: etree._Element) -> str:
    """Return a (rich) text without its phonetic guide."""
    pieces = []
    for child in element:
        name = etree.QName(child).localname
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces.extend(one.text or "" for one in child if etree.QName(one).localname == "t")
    text = "".join(pieces)
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _date_styles(archive: Archive) -> frozenset[str]:
    if "xl/styles.xml" not in archive.names:
        return frozenset()
    part, custom = archive.read("xl/styles.xml"), {}
    for one in _elements(part, "numFmt"):
        custom[one.get("numFmtId", "")] = _shows_date(one.get("formatCode", ""))
    found = set()
    for formats in _elements(part, "cellXfs"):
        for number, style in enumerate(formats):
            code = style.get("numFmtId", "0")
            known = re.fullmatch("[0-9]{1,4}", code) is not None and int(code) in DATE_FORMATS
            if custom.get(code, known):
                found.add(str(number))
    return frozenset(found)


def _shows_date(code: str) -> bool:
    bare = QUOTED.sub("", code.lower())
    return any(letter in bare for letter in "ydhs")


def _rows(
    sheet: bytes, texts: list[str], dates: frozenset[str], merged: list[tuple[int, int]]
) -> Iterator[Row]:
    last = 0
    for element in _elements(sheet, "row", "mergeCell"):
        if etree.QName(element).localname == "mergeCell":
            merged.append(_merged_rows(element.get("ref", "")))
            continue
        number = int(element.get("r", last + 1))
        if number <= last:
            raise Broken
        last = number
        cells = _cells(element, texts, dates)
        if any(cell.strip() for cell in cells):
            yield Row(number, cells)


def _merged_rows(reference: str) -> tuple[int, int]:
    found = re.fullmatch("[A-Z]{1,3}([0-9]{1,7})(?::[A-Z]{1,3}([0-9]{1,7}))?", reference)
    if found is None:
        raise Broken
    return int(found[1]), int(found[2] or found[1])


def _cells(row: etree._Element, texts: list[str], dates: frozenset[str]) -> list[str]:
    cells: list[str] = []
    for element in row:
        if not str(element.tag).endswith("}c") and element.tag != "c":
            continue
        reference = element.get("r")
        place = _place(reference) if reference else len(cells)
        if place < len(cells) or place >= COLUMNS_MAX:
            if place >= COLUMNS_MAX and not len(element):
                continue
            raise Broken
        cells.extend([""] * (place - len(cells)))
        cells.append(_cell(element, texts, dates))
    # A formula without a result is not nothing.
    while cells and type(cells[-1]) is str and not cells[-1].strip():
        cells.pop()
    return cells


@cache
def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _place(reference: str) -> int:
    found = REFERENCE.fullmatch(reference)
    if found is None:
        raise Broken
    return _column(found[1])


def _cell(element: etree._Element, texts: list[str], dates: frozenset[str]) -> str:
    value, text, computed = "", "", False
    for child in element:
        tag = str(child.tag)
        name = tag[tag.rfind("}") + 1 :]
        if name == "v":
            value = child.text or ""
        elif name == "f":
            computed = True
        elif name == "is":
            text = _plain(child)
    kind = element.get("t", "n")
    if kind == "s":
        text = _shared(texts, value) if value else ""
    elif kind == "str":
        text = value
    elif kind in {"b", "e", "d"}:
        return Foreign(value)
    elif kind == "n" and value:
        return _number(value, computed, element.get("s", "0") in dates)
    return Formula(text) if computed else text


def _shared(texts: list[str], value: str) -> str:
    if not re.fullmatch("[0-9]{1,9}", value) or int(value) >= len(texts):
        raise Broken
    return texts[int(value)]


def _number(value: str, computed: bool, shows_date: bool) -> str:
    try:
        text = number_text(value)
    except (InvalidOperation, ValueError):
        raise Broken from None
    if computed:
        return Formula(text)
    return Foreign(text) if shows_date else Number(text)
