"""Read words: names, texts, codes from a list, yes and no."""

import re
import unicodedata
from collections.abc import Mapping

from service.foundation.spreadsheets import Cell
from service.residents.identity.id_number import check_character
from service.residents.importing.faults import code_points
from service.residents.importing.reading import Read, Reading, as_written, trimmed

_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,10}")
_PLAIN_TEXT = re.compile("[\u4e00-\u9fff0-9A-Za-z（）()、·.\\-]{1,60}")
_NAME_MAX = 100
_TEXT_MAX = 200
_DIGIT = re.compile("[0-9０-９]")
_LONG_RUN = re.compile("(?<![0-9])([0-9]{17}[0-9Xx])(?![0-9])")
_INTEGER = re.compile("[0-9]{1,15}")
_LINES = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_FORMULA_STARTS = "=+-@＝＋－＠"
# Control, format (zero width, bidirectional), surrogate, private use, line and paragraph separator.
_BAD_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_REPLACEMENT = "\ufffd"


def bad_characters(text: str) -> str:
    """Return the characters that nobody can read: invisible, reordering, private, noncharacters."""
    return "".join(
        one
        for one in text
        if unicodedata.category(one) in _BAD_CATEGORIES
        or one == _REPLACEMENT
        or ord(one) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(one) <= 0xFDEF
    )


def read_name(cell: Cell) -> Reading:
    """Read a name as the department holds it: NFC, otherwise untouched (·, •, ． stay as they are).

    Characters newer than this program's tables are accepted: rare names live there.
    """
    text = as_written(cell)
    if _PLAIN_NAME.fullmatch(text):
        return Reading(text)
    name, notices = trimmed(unicodedata.normalize("NFC", text))
    fault, detail = _name_fault(name)
    return Reading(None, fault, detail) if fault else Reading(name, notices=notices)


def _name_fault(name: str) -> tuple[str, str]:
    if not name or _DIGIT.search(name):
        return "name_digits", ""
    if bad := bad_characters(name):
        return "name_character", code_points(bad)
    if name[0] in _FORMULA_STARTS:
        return "name_formula", code_points(name[0])
    if len(name) > _NAME_MAX:
        return "name_long", str(_NAME_MAX)
    return "", ""


def text_reader(*, may_hold_id: bool) -> Read:
    """Return the reader of free text; an ID number inside is a fault unless it belongs there."""

    def read(cell: Cell) -> Reading:
        if not isinstance(cell, str):
            if cell.kind == "number" and _INTEGER.fullmatch(cell.text):
                return Reading(cell.text, notices=("number_as_text",))
            fault = "number_lost_digits" if cell.kind == "number" else "text_character"
            return Reading(None, fault, cell.kind if fault == "text_character" else "")
        if _PLAIN_TEXT.fullmatch(cell) and (may_hold_id or len(cell) < 18):
            return Reading(cell)
        return _read_text(cell, may_hold_id=may_hold_id)

    return read


def _read_text(cell: str, *, may_hold_id: bool) -> Reading:
    text, notices = trimmed(unicodedata.normalize("NFC", cell))
    if "\n" in text or "\r" in text:
        text = _LINES.sub(" ", text).strip()
        notices = (*notices, "lines_joined")
    if bad := bad_characters(text):
        return Reading(None, "text_character", code_points(bad))
    if len(text) > _TEXT_MAX:
        return Reading(None, "text_long", str(_TEXT_MAX))
    if not may_hold_id and _holds_id(text):
        return Reading(None, "text_holds_id")
    return Reading(text, notices=notices)


def _holds_id(text: str) -> bool:
    """Return whether a text contains eighteen characters that are an ID number by their check."""
    close = text.replace(" ", "")
    return any(
        check_character(found[:17]) == found[17].upper() for found in _LONG_RUN.findall(close)
    )


def code_reader(codes: Mapping[str, str | int]) -> Read:
    """Return the reader of a closed list of words."""
    allowed = "、".join(codes)

    def read(cell: Cell) -> Reading:
        text = as_written(cell)
        value = codes.get(text)
        if value is not None:
            return Reading(value)
        bare, notices = trimmed(unicodedata.normalize("NFKC", text))
        value = codes.get(bare)
        if value is None:
            return Reading(None, "code_unknown", allowed)
        return Reading(value, notices=notices or ("code_normalised",))

    return read


def read_bool(cell: Cell) -> Reading:
    """Read 是 or 否, or a truth value of the workbook itself."""
    if not isinstance(cell, str):
        if cell.kind == "bool":
            return Reading(cell.text == "TRUE")
        return Reading(None, "code_unknown", "是、否")
    text, notices = trimmed(cell)
    if text not in ("是", "否"):
        return Reading(None, "code_unknown", "是、否")
    return Reading(text == "是", notices=notices)
