"""Show lines of a text that is no table – XML, MT, JSON, a web page – with the piece that is wrong.

Masking moves no character, so that a place found in the bytes is the place that is shown.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bank_adapters.iso20022.codes import TRANSACTION_STATES, VERIFICATION_ONLY
from bank_adapters.money import AmountRefused, fen_from_yuan
from bank_adapters.shown.masks import IsOurs, account, digits, letters, name, names
from bank_adapters.shown.seen import Place, SeenCell, SeenRow

LINE_MAX = 320
"""Longer lines are cut around what is wrong."""
AROUND = 2
"""Lines before and after a wrong one."""
_LOOKED_THROUGH = 60
"""Lines behind an element's first one in which its faulty part is looked for."""
_AHEAD_MAX = 200_000
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9-]{2,20})["']""")
_TOKEN = re.compile(r"<[^>]*>?|[^<]+")
_TAG = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_PERSONAL = {"Nm": name, "Id": account, "IBAN": account}
_SAID_BY_BANKS = frozenset({"AddtlInf", "AddtlSts", "iRetMsg", "title", "h1"})


def decoded(content: bytes, encoding: str) -> str:
    """Return the text as well as it can be read; what cannot is a replacement character."""
    for mark, told in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(told, errors="replace")
    declared = _DECLARED.match(content[:256])
    wanted = declared[1].decode() if declared else encoding
    try:
        codecs.lookup(wanted)
    except LookupError:
        wanted = "utf-8"
    text = content.decode(wanted, errors="replace")
    if "�" in text and wanted.lower() != "gb18030":
        with_gb = content.decode("gb18030", errors="replace")
        text = with_gb if "�" not in with_gb else text
    return text


class Text:
    """A text with its lines, of which any few are shown masked."""

    def __init__(self, text: str, is_ours: IsOurs) -> None:
        self.text, self.is_ours = text, is_ours
        self.begins = [0, *(found.end() for found in re.finditer("\n", text))]
        if len(self.begins) > 1 and self.begins[-1] == len(text):
            self.begins.pop()
        self.is_xml = text.lstrip()[:1] == "<"

    def line(self, number: int) -> tuple[int, int]:
        """Return where a line begins and ends."""
        begin = self.begins[number - 1]
        end = self.begins[number] - 1 if number < len(self.begins) else len(self.text)
        return begin, len(self.text[begin:end].rstrip("\r\n")) + begin

    def shown(self, begin: int, end: int) -> str:
        """Return a piece of the text, masked."""
        if self.is_xml:
            return self._xml(begin, end)
        line = self.text.rfind("\n", 0, begin) + 1
        piece = self.text[begin:end]
        tag = _last_tag(self.text[max(0, line - 2000) : end])
        if tag == "86":
            return letters(piece, self.is_ours)
        if tag in ("25", "25P"):
            return piece[:5] + account(piece[5:]) if begin == line else account(piece)
        return digits(names(piece), self.is_ours)

    def _xml(self, begin: int, end: int) -> str:
        opened = self.text.rfind("<", 0, begin)
        # Cut inside a tag, its rest is shown as a tag; cut inside words, they are masked by their tag.
        start = opened if opened >= 0 and begin - opened < LINE_MAX * 4 else begin
        tag, pieces = "", []
        for found in _TOKEN.finditer(self.text, start, end):
            piece = found[0]
            if piece.startswith("<"):
                named = _TAG.match(piece)
                tag = named[1] if named else ""
                pieces.append(digits(names(piece), self.is_ours))
            elif tag in _PERSONAL:
                pieces.append(_PERSONAL[tag](piece) if piece.strip() else piece)
            else:
                told = piece if tag in _SAID_BY_BANKS else names(piece)
                pieces.append(digits(told, self.is_ours))
        return "".join(pieces)[begin - start :]


def _last_tag(text: str) -> str:
    """Return the MT field that the end of a text belongs to, "" for any but those that name people."""
    found = list(re.finditer(r"^:(\w{2,3}):", text, re.MULTILINE))
    return found[-1][1] if found else ""


def rows_of(text: Text, places: Sequence[Place]) -> list[SeenRow]:
    """Return the lines around every place, each marked where it can be found."""
    found = _found(text, places)
    shown = {
        near
        for line, _, _ in found
        for near in range(line - AROUND, line + AROUND + 1)
        if 1 <= near <= len(text.begins)
    }
    marked: dict[int, list[tuple[tuple[int, int] | None, Place]]] = {}
    for line, span, place in found:
        marked.setdefault(line, []).append((span, place))
    return [row for line in sorted(shown) for row in _rows(text, line, marked.get(line, []))]


def head(text: Text, count: int) -> list[SeenRow]:
    """Return the first lines, for a file that is wrong as a whole."""
    return [
        row for line in range(1, min(count, len(text.begins)) + 1) for row in _rows(text, line, [])
    ]


def _rows(
    text: Text, line: int, marks: Sequence[tuple[tuple[int, int] | None, Place]]
) -> Iterator[SeenRow]:
    begin, end = text.line(line)
    if end - begin <= LINE_MAX:
        spans = sorted({span for span, _ in marks if span})
        yield SeenRow(line, _pieces(text, begin, end, spans, marks), [place for _, place in marks])
        return
    whole = [place for span, place in marks if span is None]
    if whole or not marks:
        yield SeenRow(line, [*_pieces(text, begin, begin + LINE_MAX, [], []), _DOTS], whole)
    for span in sorted({span for span, _ in marks if span}):
        first, last = max(begin, span[0] - LINE_MAX // 2), min(end, span[1] + LINE_MAX // 2)
        here = [(one, place) for one, place in marks if one == span]
        pieces = _pieces(text, first, last, [span], here)
        dotted = [*([_DOTS] if first > begin else []), *pieces, *([_DOTS] if last < end else [])]
        yield SeenRow(line, dotted, [place for _, place in here], span[0] - begin + 1)


_DOTS = SeenCell("", " … ")


def _pieces(
    text: Text,
    begin: int,
    end: int,
    spans: Sequence[tuple[int, int]],
    marks: Iterable[tuple[tuple[int, int] | None, Place]],
) -> list[SeenCell]:
    fields = {span: place.field for span, place in marks if span}
    shown, at, found = text.shown(begin, end), begin, []
    for first, last in spans:
        if first < at or last > end:
            continue
        found.append(SeenCell("", shown[at - begin : first - begin]))
        found.append(SeenCell(fields[first, last], shown[first - begin : last - begin], True))
        at = last
    found.append(SeenCell("", shown[at - begin :]))
    return [one for one in found if one.text]


def _found(text: Text, places: Sequence[Place]) -> list[tuple[int, tuple[int, int] | None, Place]]:
    """Return (line, where in the text or None, place): a field is looked for from its line on."""
    wanted, taken = Counter(places), Counter[Place]()
    found = []
    for place in places:
        if not 1 <= place.line <= len(text.begins):
            continue
        spans = _candidates(text, place)
        # Where more of them could be meant than are wrong, none is pointed at.
        span = spans[taken[place]] if len(spans) == wanted[place] else None
        taken[place] += 1
        line = place.line if span is None else _line_at(text, place.line, span[0])
        found.append((line, span, place))
    return found


def _candidates(text: Text, place: Place) -> list[tuple[int, int]]:
    if not place.field:
        return []
    begin, end = text.line(place.line)
    if not text.is_xml:
        at = text.text.find(place.field, begin, end)
        return [(begin, end)] if at == begin else []
    is_long = end - begin > LINE_MAX
    last = min(place.line + _LOOKED_THROUGH, len(text.begins))
    limit = end if is_long else min(text.line(last)[1], begin + _AHEAD_MAX)
    named = re.escape(place.field)
    pattern = re.compile(rf"<(?:[\w.-]+:)?{named}(?=[\s/>])([^>]*)>(?:([^<]*)</[^>]*>)?")
    found = [one for one in pattern.finditer(text.text, begin, limit) if _is_meant(one, place)]
    return [one.span() for one in (found if is_long else found[:1])]


def _is_meant(found: re.Match[str], place: Place) -> bool:
    if place.code == "currency_wrong":
        return 'Ccy="CNY"' not in found[1]
    if place.code == "status_unknown":
        said = (found[2] or "").strip()
        return said not in TRANSACTION_STATES and said not in VERIFICATION_ONLY
    if place.code.startswith("amount_"):
        try:
            fen_from_yuan((found[2] or "").strip(), two_decimals=False)
        except AmountRefused as refused:
            return refused.code == place.code
        return False
    return True


def _line_at(text: Text, line: int, at: int) -> int:
    while line < len(text.begins) and text.begins[line] <= at:
        line += 1
    return line
