"""Which rows belong to which feed, and writing one month's deliveries with their manifest."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.demo.county.clock import Window
from service.demo.county.county import County
from service.demo.county.dirt import soil
from service.demo.county.dressing import dress
from service.demo.county.layouts import EXTENSIONS, LAYOUTS
from service.demo.county.rows import civil, others, police
from service.demo.county.rows.cells import Row
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


@dataclass(frozen=True)
class Delivery:
    """One file as listed in the manifest, with its number of rows."""

    feed: str
    file: str
    department: str
    sent_on: str
    rows: int


def write_month(county: County, folder: Path, snap: int) -> list[Delivery]:
    """Write one month's 25 files and manifest.json; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write_feed(county, folder, feed, snap) for feed in ROWS]
    listed = [
        {
            "feed": one.feed,
            "file": one.file,
            "department": one.department,
            "sent_on": one.sent_on,
        }
        for one in written
    ]
    text = json.dumps(listed, ensure_ascii=False, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    return written


def _write_feed(county: County, folder: Path, feed: str, snap: int) -> Delivery:
    """Write one feed's file of one month."""
    clock, layout = county.clock, LAYOUTS[feed]
    rows = ROWS[feed](county, layout.window(clock, snap))
    rows = soil(feed, rows, clock, snap, county.register.truth)
    kind = layout.kind_for(len(rows))
    sent_on = layout.sent_on(clock, snap)
    name = f"{layout.office}_{layout.topic}_{sent_on:%Y%m%d}.{EXTENSIONS[kind]}"
    header, shown = dress(feed, layout, rows, kind)
    if kind == "xlsx":
        write_workbook(folder / name, layout, header, shown, sent_on)
    else:
        write_text(folder / name, kind, header, shown)
    return Delivery(feed, name, layout.office, sent_on.isoformat(), len(rows))
