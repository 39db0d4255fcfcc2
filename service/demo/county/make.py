"""Making a synthetic county: two months of deliveries, appropriations and the hidden truth."""

import csv
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.demo.county.budget import write_appropriations
from service.demo.county.clock import Clock, read_clock
from service.demo.county.county import draw_county
from service.demo.county.deaths import tell_truth
from service.demo.county.deliveries import Delivery, write_month
from service.demo.county.divisions import COUNTY_CODE, COUNTY_NAME, Village, township_rows
from service.demo.county.later.draw import draw_later
from service.demo.county.layouts import LAYOUTS
from service.demo.county.society import draw_society

LEAST_RESIDENTS = 2_000


@dataclass(frozen=True)
class CountySummary:
    """What was written: file rows by month folder and feed, and counts of planted facts."""

    folder: Path
    months: tuple[str, str]
    residents: int
    households: int
    rows: dict[str, dict[str, int]]
    budget_yuan: int
    planted: dict[str, int]


def make_county(
    folder: Path, *, residents: int, seed: int, month: str = "2026-10"
) -> CountySummary:
    """Write a county of `residents` living people as its departments would deliver it.

    `folder` receives two month folders (the month before `month`, and `month`), each with 50
    files and manifest.json, and appropriations.csv, divisions.csv and truth.json. The same
    arguments give the same bytes. Raises ValueError for a month not written YYYY-MM and for
    fewer than 2,000 residents, too few to show every case.
    """
    if residents < LEAST_RESIDENTS:
        raise ValueError(
            f"A county of {residents} residents is too small: at least {LEAST_RESIDENTS}."
        )
    clock = read_clock(month, seed)
    with _collector_paused():
        return _make(folder, clock, residents)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector: millions of lasting records would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _make(folder: Path, clock: Clock, residents: int) -> CountySummary:
    """Draw the county and write its files."""
    folder.mkdir(parents=True, exist_ok=True)
    county = draw_county(clock, residents)
    sent = {feed: layout.sent_on(clock, 1) for feed, layout in LAYOUTS.items()}
    tell_truth(county.register, county.deaths, sent)
    society = draw_society(county)
    later = draw_later(society)
    rows: dict[str, dict[str, int]] = {}
    for snap in (0, 1):
        written = write_month(society, later, folder / clock.folder(snap), snap)
        rows[clock.folder(snap)] = _counts(written)
    truth = county.register.truth
    truth.save(folder / "truth.json")
    _write_divisions(folder / "divisions.csv", county.register.villages)
    years = sorted({clock.earlier_end.year, clock.start.year})
    budget = write_appropriations(folder / "appropriations.csv", years, residents)
    return CountySummary(
        folder=folder,
        months=(clock.folder(0), clock.folder(1)),
        residents=residents,
        households=len(county.register.homes),
        rows=rows,
        budget_yuan=budget,
        planted={category: len(entries) for category, entries in sorted(truth.entries.items())},
    )


def _counts(written: list[Delivery]) -> dict[str, int]:
    """Return rows by feed."""
    return {one.feed: one.rows for one in written}


def _write_divisions(path: Path, villages: list[Village]) -> None:
    """Write the division tree: code, name, level, parent (UTF-8)."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["区划代码", "名称", "级别", "上级代码"])
        root = f"{COUNTY_CODE}000000"
        writer.writerow([root, COUNTY_NAME, "县", ""])
        for code, name in township_rows():
            writer.writerow([code, name, "乡镇", root])
        for village in villages:
            writer.writerow([village.code, village.name, "村", f"{village.code[:9]}000"])
