"""Read a cell by its column's type.

Every reader is strict about ASCII digits: ``str.isdigit``, ``\\d`` and :class:`~decimal.Decimal`
all accept digits of other scripts, underscores and exponents, so none of them decides anything.
"""

from datetime import date

from service.foundation.spreadsheets import Cell
from service.residents.feeds import Column
from service.residents.importing import numbers, references, words
from service.residents.importing.reading import MISSING, NOTHING, SPACES, Read, Reading

_PLAIN: dict[str, Read] = {
    "certificate": references.read_certificate,
    "card": references.read_card,
    "bankcode": references.read_bank_code,
    "division": references.read_division,
    "name": words.read_name,
    "bool": words.read_bool,
    "month": numbers.read_month,
}
"""Type → its reader, for the types that nothing else in the column changes."""


def reader_of(column: Column, today: date) -> Read:
    """Return the reader of a column; ``today`` bounds births and past dates."""
    inner = _PLAIN.get(column.type) or _made_for(column, today)
    return _guarded(inner, MISSING if column.required else NOTHING)


def _made_for(column: Column, today: date) -> Read:
    match column.type:
        case "id":
            return references.id_reader(today)
        case "text":
            return words.text_reader(may_hold_id=column.secret or column.register_no)
        case "code":
            return words.code_reader(column.codes)
        case "date":
            return numbers.date_reader(today if column.past else None)
        case "int":
            return numbers.int_reader(column.minimum, column.maximum)
    return numbers.amount_reader(column.type, column.minimum, column.maximum)


def _guarded(inner: Read, empty: Reading) -> Read:
    """Return a reader that settles empty cells, formulas and errors before the type is asked."""

    def read(cell: Cell) -> Reading:
        if isinstance(cell, str):
            if not cell or not cell.strip(SPACES):
                return empty
            if cell[0] == "=":
                return Reading(None, "cell_formula")
        elif cell.kind == "formula":
            return Reading(None, "cell_formula")
        elif cell.kind == "error":
            return Reading(None, "cell_error")
        return inner(cell)

    return read
