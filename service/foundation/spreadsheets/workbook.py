"""Read a workbook's own description of itself: sheets, shared texts, and which styles are dates."""

import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from lxml import etree

from service.foundation.spreadsheets import worksheet
from service.foundation.spreadsheets.cells import Limits, Sheet, Spreadsheet
from service.foundation.spreadsheets.refusals import ArchiveBroken, SheetBroken

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
# Built-in number formats that show a date (ECMA-376 part 1, 18.8.30, with the Chinese ones 27–36
# and 50–58); 45–47 show durations and are not dates.
_DATE_FORMATS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass(frozen=True)
class Book:
    """What every sheet of a workbook shares."""

    texts: list[str]
    date_styles: frozenset[str]
    """Style numbers, as cells write them, under which a number is a date."""
    from_1904: bool


def elements(part: bytes, name: str) -> Iterator["etree._Element"]:
    """Yield every element of a local name; entities, network and huge trees are off."""
    stream = etree.iterparse(
        io.BytesIO(part),
        tag=f"{{*}}{name}",
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    for _, element in stream:
        yield element
        element.clear()
        while (sibling := element.getprevious()) is not None:
            parent = sibling.getparent()
            if parent is None:
                break
            parent.remove(sibling)


def plain_text(element: "etree._Element") -> str:
    """Return the text of a (rich) text element without its phonetic guide (ECMA-376 18.4)."""
    pieces = []
    for child in element:
        tag = etree.QName(child).localname
        if tag == "t":
            pieces.append(child.text or "")
        elif tag == "r":
            pieces.extend(part.text or "" for part in child if etree.QName(part).localname == "t")
    return unescape("".join(pieces))


def unescape(text: str) -> str:
    """Turn ``_x000D_`` back into its character (ECMA-376 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def read(parts: Mapping[str, bytes], limits: Limits) -> Spreadsheet:
    """Return the worksheets of a workbook, in the order of their tabs."""
    try:
        book = Book(
            texts=[plain_text(one) for one in elements(parts["xl/sharedStrings.xml"], "si")]
            if "xl/sharedStrings.xml" in parts
            else [],
            date_styles=_date_styles(parts.get("xl/styles.xml")),
            from_1904=_from_1904(parts["xl/workbook.xml"]),
        )
        sheets = tuple(_sheets(parts, book, limits))
    except KeyError:
        raise ArchiveBroken(reason="xl/workbook.xml") from None
    except etree.XMLSyntaxError:
        raise ArchiveBroken(reason="XML") from None
    if not sheets:
        raise ArchiveBroken(reason="0 worksheets")
    return Spreadsheet("xlsx", sheets)


def _sheets(parts: Mapping[str, bytes], book: Book, limits: Limits) -> Iterator[Sheet]:
    targets = {
        one.get("Id", ""): (one.get("Type", ""), one.get("Target", ""))
        for one in elements(parts["xl/_rels/workbook.xml.rels"], "Relationship")
    }
    for one in elements(parts["xl/workbook.xml"], "sheet"):
        name = one.get("name", "")
        identifier = one.get(_RELATION) or one.get(_RELATION_STRICT) or ""
        kind, target = targets.get(identifier, ("", ""))
        if not kind.endswith("/worksheet"):
            continue
        path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        if path not in parts:
            raise SheetBroken(sheet=name, reason="its part is missing")
        part = parts[path]
        yield Sheet(
            name=name,
            rows=partial(worksheet.rows, part, name, book, limits),
            hidden=one.get("state", "visible") != "visible",
            hidden_rows=worksheet.hidden_rows(part),
            merged=worksheet.merged(part),
        )


def _from_1904(part: bytes) -> bool:
    return any(one.get("date1904") in ("1", "true") for one in elements(part, "workbookPr"))


def _date_styles(part: bytes | None) -> frozenset[str]:
    if part is None:
        return frozenset()
    custom = {
        one.get("numFmtId", ""): _shows_date(one.get("formatCode", ""))
        for one in elements(part, "numFmt")
    }
    found: set[str] = set()
    for cell_formats in elements(part, "cellXfs"):
        for number, style in enumerate(cell_formats):
            code = style.get("numFmtId", "0")
            if custom.get(code, code.isascii() and code.isdecimal() and int(code) in _DATE_FORMATS):
                found.add(str(number))
    return frozenset(found)


def _shows_date(code: str) -> bool:
    """Return whether a format code shows a day: y or d outside quotes, colours and escapes."""
    bare = _QUOTED.sub("", code.lower())
    return "y" in bare or "d" in bare or ("m" in bare and "h" not in bare and "s" not in bare)
