"""What a bank agreed with us about its table, as data: lines, columns, words and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bank_adapters.contract import BankProfile, State

CONTAINERS = ("txt", "csv", "xls", "xlsx")
SHEETS = frozenset({"xls", "xlsx"})
UNITS = ("yuan", "fen")
# What may stand in a line that is there once per file.
ONCE = (
    "file_reference",
    "execution_date",
    "created_at",
    "debtor_account",
    "debtor_name",
    "debtor_bank_code",
    "programme_summary",
    "count",
    "total",
    "blank",
    "literal",
)
# What a bank may add in its answer: counts and sums over the lines of that answer.
COUNTED = (
    "listed_count",
    "listed_total",
    "paid_count",
    "paid_total",
    "failed_count",
    "failed_total",
)
# What may stand in each payment's line, beside what is the same in all of them.
EACH = (
    "serial",
    "reference",
    "account_no",
    "account_name",
    "payee_id_no",
    "amount",
    "cross_bank",
    "bank_name",
    "bank_code",
    "purpose",
)
ANSWERED = ("result", "reason", "amount_done")
AMOUNTS = frozenset({"amount", "amount_done", "total", *COUNTED[1::2]})
COUNTS = frozenset({"serial", "count", *COUNTED[::2]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a line or one column: what it holds and how it is written.

    `name`: the bank's own word for it, also the column's title; `titles`: other spellings a bank
    uses in its answer. `prefix` stands before the value in the same cell. `width`: bytes in a
    file without delimiter; `pad` fills them on the left ("0…") or the right.
    """

    name: str
    value: str
    literal: str = ""
    prefix: str = ""
    titles: tuple[str, ...] = ()
    date_format: str = "%Y%m%d"
    optional: bool = False
    no_blanks: bool = False
    bytes_max: int = 0
    width: int = 0
    pad: str = " "
    pad_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that is there once: as `raw` text, or cell by cell."""

    raw: str = ""
    cells: tuple[Cell, ...] = ()

    @property
    def begins(self) -> str:
        """What the line is recognised by; "" if it begins with a value."""
        if self.raw:
            return self.raw
        first = self.cells[0]
        return first.literal or first.prefix


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A whole table: lines before, a line of titles, the columns, lines after."""

    header: tuple[Line, ...]
    titled: bool
    columns: tuple[Cell, ...]
    trailer: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetProfile(BankProfile):
    """A bank whose file is a table; everything the engine needs to write for it and to read it.

    `evidence` says for each place in the data file how its value is known (see
    `located.MARKS`); `packed`: the table lies alone in a ZIP archive.
    """

    source: str
    container: str
    packed: bool
    line_end: str
    delimiter: str
    trailing_delimiter: bool
    quoted: bool
    amount_unit: str
    file_name: str
    own_bank: str
    sheet_name: str
    written: Shape
    answered: Shape
    answer_name: str
    results: Mapping[str, State]
    reasons: tuple[tuple[str, str], ...]
    evidence: Mapping[str, str] = field(repr=False)

    @property
    def in_sheet(self) -> bool:
        """Whether the table is a workbook and not text."""
        return self.container in SHEETS

    @property
    def by_width(self) -> bool:
        """Whether columns are told apart by their bytes and not by a delimiter."""
        return not self.in_sheet and not self.delimiter
