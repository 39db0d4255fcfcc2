"""Put an earlier demonstration aside when another county is asked for: nothing is deleted."""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from service.foundation import clock, database, engines
from service.foundation.migrating import upgrade
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.residents.models import Delivery

_MOVED = ("postgres", "bank", "snapshots", "audit", "witnesses", "worker.log")


class AnotherCounty(Problem):
    """The database in use holds something else, and is not ours to put aside."""

    code = "another_county"
    status = 409
    title = "The database holds another county"

    def __init__(self) -> None:
        super().__init__(
            "The database in use already holds another county's data, and it is not put aside from here: "
            "give an empty database, or another ANXIN_DATA_DIR.",
            "所用数据库已有其他县的数据，请改用空数据库或另设 ANXIN_DATA_DIR。",
        )


class StillInUse(Problem):
    """Another command uses the embedded database."""

    code = "still_in_use"
    status = 409
    title = "Another command is using the database"

    def __init__(self) -> None:
        super().__init__(
            "Another command (perhaps `anxin serve`) is using the database of another county; stop it first.",
            "另有命令（可能是 anxin serve）正在使用另一个县的数据库，请先停止它。",
        )


def make_room(county: dict[str, object]) -> Path | None:
    """Return where another county's data were put aside, or None when there was nothing to do.

    Raises StillInUse, and AnotherCounty for a configured database, which is never put aside.
    """
    home = settings().data_dir
    marker = home / "demonstration.json"
    known = json.loads(marker.read_text(encoding="utf-8")) if marker.exists() else None
    put_aside = None
    if known != county and _holds_deliveries(home):
        if settings().database_url is not None:
            raise AnotherCounty
        put_aside = _put_aside(clock.now())
    home.mkdir(parents=True, exist_ok=True)
    marker.write_text(json.dumps(county), encoding="utf-8")
    return put_aside


def _holds_deliveries(home: Path) -> bool:
    if settings().database_url is None and not (home / "postgres").exists():
        return False
    upgrade(engines.database_url())
    with database.transaction() as session:
        return session.scalar(select(Delivery.id).limit(1)) is not None


def _put_aside(now: datetime) -> Path:
    database.engine().dispose()
    database.engine.cache_clear()
    if not engines.stop():
        raise StillInUse
    home = settings().data_dir
    target = home / "earlier" / f"{clock.civil(now):%Y%m%d-%H%M%S}"
    target.mkdir(parents=True)
    for name in _MOVED:
        if (home / name).exists():
            (home / name).rename(target / name)
    return target
