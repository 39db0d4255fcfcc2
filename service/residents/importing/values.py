"""Read a cell by its column's type.

Every reader is strict about ASCII digits: ``str.isdigit``, ``\\d`` and :class:`~decimal.Decimal`
all accept digits of other scripts, underscores and exponents, so none of them decides anything.
"""

from datetime import date

from service.foundation.spreadsheets import Cell
from service.residents.feeds import Column
from service.residents.importing import numbers, references, words
from service.residents.importing.reading import MISSING, NOTHING, SPACES, Read, Reading


def reader_of(column: Column, today: date) -> Read:
    """Return the reader of a column; ``today`` bounds births and past dates."""
    inner: Read
    match column.type:
        case "id":
            inner = references.id_reader(today)
        case "certificate":
            inner = references.read_certificate
        case "card":
            inner = references.read_card
        case "bankcode":
            inner = references.read_bank_code
        case "division":
            inner = references.read_division
        case "name":
            inner = words.read_name
        case "text":
            inner = words.text_reader(may_hold_id=column.secret or column.register_no)
        case "code":
            inner = words.code_reader(column.codes)
        case "bool":
            inner = words.read_bool
        case "date":
            inner = numbers.date_reader(today if column.past else None)
        case "month":
            inner = numbers.read_month
        case "int":
            inner = numbers.int_reader(column.minimum, column.maximum)
        case "yuan" | "mu" | "sqm" | "index":
            inner = numbers.amount_reader(column.type, column.minimum, column.maximum)
    return _guarded(inner, MISSING if column.required else NOTHING)


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
