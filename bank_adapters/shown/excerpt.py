"""Choose how a bank's file is shown, and return its rows around the places that are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bank_adapters.contract import BankAdapter
from bank_adapters.direct.adapter import Direct
from bank_adapters.sheets.profile import SheetProfile
from bank_adapters.shown import records, tables, texts
from bank_adapters.shown.masks import IsOurs
from bank_adapters.shown.seen import NOTHING, Excerpt, Place, SeenCell, SeenRow
from bank_adapters.shown.tables import SHAPELESS, Ask

AROUND = 1
"""Rows of a table before and after a wrong one."""
HEAD = 8
"""Rows that are shown of a file that is wrong as a whole."""
_TEXT_BYTES_MAX = 256 * 1024
"""Of a file that is neither table nor message more is not looked at than a person would."""


def excerpt(
    adapter: BankAdapter,
    content: bytes,
    places: Sequence[Place],
    *,
    is_message: bool,
    is_ours: IsOurs,
    codes: Iterable[str] = (),
) -> Excerpt:
    """Return the rows around the places, masked; the first rows where there is no place.

    ``is_message``: a message of a standard and not the bank's own format; ``codes``: every fault
    of the file.
    """
    profile = adapter.profile
    lines = {
        near for one in places for near in range(max(1, one.line - AROUND), one.line + AROUND + 1)
    } or set(range(1, HEAD + 1))
    ask = Ask(lines, places, is_ours, not SHAPELESS.isdisjoint(codes))
    found: Excerpt | None = None
    if not is_message and isinstance(profile, SheetProfile):
        found = _table(tables.columns(profile), list(tables.rows_of(profile, content, ask)), places)
        if found is None and profile.in_sheet:
            return NOTHING
    elif not is_message and isinstance(adapter, Direct):
        found = _table(*records.rows_of(adapter, content, ask), places)
    return _visible(found or _text(content, profile.file_encoding, places, is_ours))


def _visible(found: Excerpt) -> Excerpt:
    """Show characters that nobody sees, or that turn the direction of others, as signs."""
    rows = [
        row._replace(cells=[cell._replace(text=_signs(cell.text)) for cell in row.cells])
        for row in found.rows
    ]
    return found._replace(rows=rows)


def _signs(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        one
        if one.isprintable() or one in "\u3000\u00a0"
        else chr(0x2400 + ord(one))
        if ord(one) < 0x20
        else "�"
        for one in text
    )


def _table(
    columns: Sequence[str], rows: Sequence[tuple[int, list[SeenCell]]], places: Sequence[Place]
) -> Excerpt | None:
    if not rows:
        return None
    wide = max(len(cells) for _, cells in rows)
    names = [*columns, *[""] * (wide - len(columns))]
    return Excerpt(
        "table",
        names,
        [SeenRow(line, cells, [one for one in places if one.line == line]) for line, cells in rows],
    )


def _text(content: bytes, encoding: str, places: Sequence[Place], is_ours: IsOurs) -> Excerpt:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return NOTHING
    start = content if places else content[:_TEXT_BYTES_MAX]
    text = texts.Text(texts.decoded(start, encoding), is_ours)
    rows = texts.rows_of(text, places) or texts.head(text, HEAD)
    return Excerpt("text", (), rows)
