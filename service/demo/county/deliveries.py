"""Which rows belong to which feed, and writing one month's deliveries with their manifest."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.demo.county.clock import Window
from service.demo.county.county import County
from service.demo.county.dirt import soil
from service.demo.county.dressing import dress
from service.demo.county.later.drawing import Later
from service.demo.county.later.rows import further, widen
from service.demo.county.layout import EXTENSIONS
from service.demo.county.layouts import LAYOUTS
from service.demo.county.rows import civic, civil, estate, others, police, working
from service.demo.county.rows.cells import Row
from service.demo.county.society import Society
from service.demo.county.texts import write_text
from service.demo.county.workbooks import write_workbook

ROWS: dict[str, Callable[[County, Window], list[Row]]] = {
    "GA_HUKOU": police.hukou,
    "GA_DEREG": police.deregistrations,
    "GA_MIG": police.moves,
    "WJ_DEATH": others.medical_deaths,
    "MZ_CREM": civil.cremations,
    "MZ_SA": civil.assistance,
    "MZ_CHECK": civil.checks,
    "MZ_ELD": civil.abilities,
    "MZ_CHILD": civil.wards,
    "CL_CERT": others.certificates,
    "CL_SERV": others.services,
    "TY_SERV": others.veterans,
    "TY_CONS": others.conscripts,
    "TY_PREF": others.preferred,
    "WJ_FP": others.families,
    "NY_LAND": others.contracts,
    "NY_PLANT": others.planting,
    "SL_MIG": others.migrants,
    "RS_CARD": others.card_rows,
    "BK_RET": others.verdicts,
    "RS_INS": others.benefits,
    "CZ_PAY": others.payroll,
    "SF_PRISON": police.prison_terms,
    "XZ_COLL": civil.applications,
    "GA_VEH": police.vehicles,
}
SOCIETY_ROWS: dict[str, Callable[[Society, Window], list[Row]]] = {
    "GA_IDHIST": civic.corrections,
    "GA_EXIT": civic.exits,
    "GA_DETAIN": civic.detentions,
    "GA_BRAVE": civic.braves,
    "FY_COURT": civic.rulings,
    "WJ_BIRTH": civic.births,
    "MZ_MAR": civic.marriages,
    "WJ_PSY": working.patients,
    "RS_JOB": working.seekers,
    "YB_INS": working.insurance,
    "JY_STU": working.pupils,
    "JY_HE": working.students,
    "NY_MACH": working.machines,
    "NY_VETR": working.losses,
    "LY_FOR": working.woodlands,
    "ZR_REAL": estate.estates,
    "ZR_GEO": estate.relocations,
    "JS_HOU": estate.inspections,
    "YJ_DIS": estate.damages,
    "SC_CO": estate.holdings,
    "SW_TAX": working.taxes,
    "GJJ": working.housing_fund,
    "ZZ_PTY": civic.members,
    "GD_ELE": estate.meters,
    "TJ_CPI": working.prices,
}
# Departments that go on with a number the police have corrected.
_LATE_TO_LEARN = frozenset({"RS_CARD", "YB_INS", "GD_ELE"})


@dataclass(frozen=True)
class Delivery:
    """One file as listed in the manifest, with its number of rows."""

    feed: str
    file: str
    department: str
    sent_on: str
    rows: int


def write_month(society: Society, later: Later, folder: Path, snap: int) -> list[Delivery]:
    """Write one month's 50 files and manifest.json; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write_feed(society, later, folder, feed, snap) for feed in (*ROWS, *SOCIETY_ROWS)]
    listed = [
        {
            "feed": one.feed,
            "file": one.file,
            "department": one.department,
            "sent_on": one.sent_on,
            "as_of": one.sent_on,
        }
        for one in written
    ]
    text = json.dumps(listed, ensure_ascii=False, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    return written


def _rows(society: Society, later: Later, feed: str, snap: int) -> list[Row]:
    """Return one feed's rows of one month, dirt included, as the department knows people then."""
    county = society.county
    window = LAYOUTS[feed].window(county.clock, snap)
    society.corrections.apply(county.register, 0 if feed in _LATE_TO_LEARN else snap)
    if feed in SOCIETY_ROWS:
        rows = widen(feed, SOCIETY_ROWS[feed](society, window), society, later, window)
    else:
        rows = widen(feed, ROWS[feed](county, window), society, later, window)
        rows = soil(feed, rows, county.clock, snap, county.register.truth)
    # Strangers and late comers come last: dirt falls on the same rows with and without them.
    if feed == "GA_HUKOU":
        rows = rows + civic.strangers(society, window)
    return rows + further(feed, society, later, window)


def _write_feed(society: Society, later: Later, folder: Path, feed: str, snap: int) -> Delivery:
    """Write one feed's file of one month."""
    clock, layout = society.county.clock, LAYOUTS[feed]
    rows = _rows(society, later, feed, snap)
    kind = layout.kind_for(len(rows))
    sent_on = layout.sent_on(clock, snap)
    name = f"{layout.office}_{layout.topic}_{sent_on:%Y%m%d}.{EXTENSIONS[kind]}"
    header, shown = dress(feed, layout, rows, kind)
    if kind == "xlsx":
        write_workbook(folder / name, layout, header, shown, sent_on)
    else:
        write_text(folder / name, kind, header, shown)
    return Delivery(feed, name, layout.office, sent_on.isoformat(), len(rows))
