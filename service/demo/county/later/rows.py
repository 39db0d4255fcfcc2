"""Writing what was drawn late: further rows of a feed, and further cells of its older rows."""

from collections.abc import Mapping

from service.demo.county.clock import Window
from service.demo.county.columns import COLUMNS, id_position
from service.demo.county.later.drawing import Entry, Key, Later, Word
from service.demo.county.rows.cells import Cell, Row
from service.demo.county.society import Society

Told = dict[tuple[Cell, ...], Mapping[str, Cell]]
"""Cells by header, for the rows with these key cells."""

# What tells the rows of one person apart, where a feed has several; positions of the columns.
_KEYS = {"XZ_COLL": (0, 2), "NY_PLANT": (0,), "YJ_DIS": (1, 5)}
# What is told of nobody in particular: without a word of it the office says none.
_OTHERWISE: dict[str, dict[str, Cell]] = {
    "YB_INS": {
        "近12月自负医疗费": "0.00",
        "政策范围内自负": "0.00",
        "大病": "否",
        "已救助金额": "0.00",
        "两癌确诊": "否",
    },
    "YJ_DIS": {"冬春需救助": "否"},
    "JS_HOU": {"既往享受改造": "否"},
}
_INCREMENTAL = frozenset({"XZ_COLL", "NY_VETR", "JS_HOU", "BK_RET"})


def widen(feed: str, rows: list[Row], society: Society, later: Later, window: Window) -> list[Row]:
    """Lengthen rows to all columns of their feed, in place.

    What was noted about a row overrides what it says; what nobody said becomes "none" where an
    office would say so.
    """
    width = len(COLUMNS[feed])
    places = {column.header: place for place, column in enumerate(COLUMNS[feed])}
    key = _KEYS.get(feed, (id_position(feed),))
    told = _told(society, later.words.get(feed, {}), window)
    filled = [(places[header], cell) for header, cell in _OTHERWISE.get(feed, {}).items()]
    for row in rows:
        row.extend([None] * (width - len(row)))
        if told:
            for header, cell in told.get(tuple(row[place] for place in key), {}).items():
                row[places[header]] = cell
        for place, cell in filled:
            if row[place] is None:
                row[place] = cell
    return rows


def _told(society: Society, words: Mapping[Key, Mapping[str, Word]], window: Window) -> Told:
    """Return what was noted by the key cells of the rows of one delivery."""
    people = society.county.register.people
    return {
        tuple(people[part].number if isinstance(part, int) else part for part in key): {
            header: word(window) if callable(word) else word for header, word in cells.items()
        }
        for key, cells in words.items()
    }


def further(feed: str, society: Society, later: Later, window: Window) -> list[Row]:
    """Return the late rows of one delivery of a feed, in the order they were drawn."""
    return [
        _row(feed, society, entry, window)
        for entry in later.entries.get(feed, ())
        if (window.is_news(entry.known) if feed in _INCREMENTAL else entry.known <= window.upto)
    ]


def _row(feed: str, society: Society, entry: Entry, window: Window) -> Row:
    """Return one row: who, and the cells by their headers; anything else is empty."""
    people = society.county.register.people
    person, at = people[entry.person], id_position(feed)
    cells: dict[str, Cell] = {COLUMNS[feed][at].header: person.number}
    name = COLUMNS[feed][at + 1]
    if name.kind == "name":
        cells[name.header] = person.name
    for header, index in entry.others.items():
        cells[header] = people[index].number
    for header, word in entry.cells.items():
        cells[header] = word(window) if callable(word) else word
    for header, cell in _OTHERWISE.get(feed, {}).items():
        cells.setdefault(header, cell)
    known = {column.header for column in COLUMNS[feed]}
    if not cells.keys() <= known:
        raise ValueError(f"{feed} has no columns {', '.join(sorted(cells.keys() - known))}.")
    return [cells.get(column.header) for column in COLUMNS[feed]]
