"""Spreadsheets that strangers send: XLSX, CSV and TXT, read as rows of typed cells.

Everything is refused that is not plainly a table: encrypted or macro-carrying workbooks, archives
that inflate too far, documents with a DOCTYPE, text whose encoding is in doubt. What is read is
never guessed: a formula or a number arrives as such, with its own digits, and whoever reads the
column decides whether that can be believed.

There is one reader per format and it sees everything: values, formulas, hidden and merged cells.
Two parsers that disagree about one file are how a wrong file passes.
"""

from service.foundation.spreadsheets.cells import (
    Cell,
    Kind,
    Limits,
    Row,
    Sheet,
    Spreadsheet,
    Typed,
    text_of,
)
from service.foundation.spreadsheets.opening import open_spreadsheet
from service.foundation.spreadsheets.refusals import FileRefused

__all__ = [
    "Cell",
    "FileRefused",
    "Kind",
    "Limits",
    "Row",
    "Sheet",
    "Spreadsheet",
    "Typed",
    "open_spreadsheet",
    "text_of",
]
