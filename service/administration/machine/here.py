"""The machine: room on its disks, its clock beside the database's, its servers, the days off it knows."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.administration.machine.database import size_words
from service.foundation import clock
from service.foundation.settings import settings
from service.foundation.working_days import calendar
from service.notices.check import SKEW_MAX
from service.web.health.findings import Finding, State
from service.web.language import gettext

_LITTLE_PERCENT, _TOO_LITTLE_PERCENT = 15, 5
_AHEAD = timedelta(days=60)
"""The State Council's notice comes in November or December."""


def look(session: Session) -> Sequence[Finding]:
    """Return what is said of the machine."""
    return [*_disks(), _clocks(session), _days_off(), _engine(), _servers()]


def _disks() -> Iterator[Finding]:
    config = settings()
    places = (
        ("machine.disk", gettext("Disk of the data directory"), config.data_dir),
        ("machine.disk.tiles", gettext("Disk of the trail's files"), config.audit_tiles_dir),
        ("machine.disk.archive", gettext("Disk of the archive"), config.audit_archive_dir),
    )
    for code, title, path in places:
        if path is not None:
            yield _disk(code, title, path)


def _disk(code: str, title: str, path: Path) -> Finding:
    try:
        room = shutil.disk_usage(path)
    except OSError:
        said = gettext("The folder cannot be read.")
        return Finding(code, title, "wrong", said, to_do=gettext("See whether its disk is there."))
    free = room.free * 100 // room.total
    state: State = (
        "wrong" if free < _TOO_LITTLE_PERCENT else "look" if free < _LITTLE_PERCENT else "well"
    )
    return Finding(
        code,
        title,
        state,
        gettext("%(free)s of %(total)s are free (%(percent)s %%).")
        % {"free": size_words(room.free), "total": size_words(room.total), "percent": free},
        to_do="" if state == "well" else gettext("Make room before the next month is decided."),
    )


def _clocks(session: Session) -> Finding:
    theirs = session.scalar(select(func.clock_timestamp()))
    apart = abs(clock.now() - theirs) if theirs else timedelta()
    wrong = apart > SKEW_MAX
    return Finding(
        "machine.clocks",
        gettext("Clocks"),
        "wrong" if wrong else "well",
        gettext("This machine's clock and the database's are %(seconds)s seconds apart.")
        % {"seconds": int(apart.total_seconds())},
        to_do=gettext("Set both clocks: until then nothing is approved or sent.") if wrong else "",
    )


def _days_off() -> Finding:
    day = clock.today() + _AHEAD
    known = calendar().knows(day)
    return Finding(
        "machine.days_off",
        gettext("Days off"),
        "well" if known else "look",
        gettext("The days off of %(year)s are known.") % {"year": day.year}
        if known
        else gettext("The days off of %(year)s are not known here.") % {"year": day.year},
        to_do=""
        if known
        else gettext(
            "When the State Council's notice is out, update, or set ANXIN_COUNTY_CALENDAR."
        ),
    )


def _engine() -> Finding:
    config = settings()
    said = (
        gettext("Months are decided by DuckDB %(version)s on this machine.")
        % {"version": version("duckdb")}
        if config.engine == "duckdb"
        else gettext("Months are decided by Spark at %(master)s.") % {"master": config.spark_master}
    )
    return Finding("machine.engine", gettext("Deciding engine"), "well", said)


def _servers() -> Finding:
    config = settings()
    own = [
        name
        for name, url in (("PostgreSQL", config.database_url), ("Valkey", config.redis_url))
        if not url
    ]
    if not own:
        said = gettext("PostgreSQL and Valkey are servers of their own.")
        return Finding("machine.servers", gettext("Servers"), "well", said)
    said = gettext("%(names)s run inside this service: for a demonstration or a test.")
    return Finding("machine.servers", gettext("Servers"), "off", said % {"names": " · ".join(own)})
