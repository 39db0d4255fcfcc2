"""What a department's habits are made of: file kind, titles, column order, dates, extra columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.demo.county.clock import Clock, Window

EXTENSIONS = {
    "xlsx": "xlsx",
    "csv": "csv",
    "csv-bom": "csv",
    "csv-gb": "csv",
    "txt": "txt",
    "txt-16": "txt",
}
ENCODINGS = {
    "csv": "utf-8",
    "csv-bom": "utf-8-sig",
    "csv-gb": "gb18030",
    "txt": "gb18030",
    "txt-16": "utf-16-le",
}
# Above this many rows a department exports text instead of a workbook.
WORKBOOK_ROWS = 15_000


@dataclass(frozen=True)
class Layout:
    """One feed's habits; `days_early` counts back from the month's last day."""

    office: str
    topic: str
    kind: str = "xlsx"
    big: str = "csv"
    days_early: int = 0
    dates: str = "iso"
    order: tuple[int, ...] = ()
    renames: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sheet: str = "Sheet1"
    title: bool = True
    groups: bool = False
    notes: tuple[str, ...] = ()

    def sent_on(self, clock: Clock, snap: int) -> date:
        """Return the day the file of the earlier (0) or later (1) month was sent."""
        return clock.month_end(snap) - timedelta(days=self.days_early)

    def window(self, clock: Clock, snap: int) -> Window:
        """Return what that file may know."""
        after = date.min if snap == 0 else self.sent_on(clock, 0)
        return Window(snap, after, self.sent_on(clock, snap))

    def kind_for(self, rows: int) -> str:
        """Return the file kind for a number of rows."""
        return self.big if self.kind == "xlsx" and rows > WORKBOOK_ROWS else self.kind


def extra(header: str, *values: str) -> tuple[str, tuple[str, ...]]:
    """Return an irrelevant column with the values it cycles through."""
    return header, values
