"""The database: whether it answers, how large it is, who holds it, and whether its schema is the newest."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.migrating import configuration
from service.web.health.findings import Finding, State
from service.web.language import gettext

_LONG, _TOO_LONG = timedelta(minutes=10), timedelta(hours=1)
_FULL_PERCENT = 80
_UNITS = ("B", "kB", "MB", "GB", "TB")
_STANDING = text(
    "SELECT current_setting('server_version'), pg_postmaster_start_time(), "
    "pg_database_size(current_database()), current_setting('max_connections')::int, "
    "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), "
    "(SELECT min(xact_start) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND datname = current_database() AND backend_type = 'client backend')"
)


def look(session: Session) -> Sequence[Finding]:
    """Return what is said of the database."""
    version, started_at, size, most, used, oldest = session.execute(_STANDING).one()
    return [
        Finding(
            "database.answers",
            gettext("Server"),
            "well",
            gettext("PostgreSQL %(version)s answers.") % {"version": version.split()[0]},
            since=started_at,
        ),
        Finding(
            "database.size",
            gettext("Size"),
            "well",
            gettext("It holds %(size)s.") % {"size": size_words(size)},
        ),
        _connections(used, most),
        _oldest(oldest),
        _schema(session),
    ]


def size_words(size: int) -> str:
    """Return a number of bytes as people read it."""
    value, unit = float(size), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{size} B"


def _connections(used: int, most: int) -> Finding:
    full = used * 100 >= most * _FULL_PERCENT
    return Finding(
        "database.connections",
        gettext("Connections"),
        "look" if full else "well",
        gettext("%(used)s of %(most)s connections are in use.") % {"used": used, "most": most},
        to_do=gettext("Find out which process holds them, or allow the server more.")
        if full
        else "",
    )


def _oldest(oldest: datetime | None) -> Finding:
    age = clock.now() - oldest if oldest else timedelta()
    state: State = "wrong" if age > _TOO_LONG else "look" if age > _LONG else "well"
    return Finding(
        "database.oldest_transaction",
        gettext("Oldest transaction"),
        state,
        gettext("None has been open for long.")
        if state == "well"
        else gettext("One has been open for %(minutes)s minutes.")
        % {"minutes": int(age.total_seconds()) // 60},
        since=oldest if state != "well" else None,
        to_do=""
        if state == "well"
        else gettext("While it is open, rows stay locked: see on the server what it does."),
    )


def _schema(session: Session) -> Finding:
    newest = ScriptDirectory.from_config(configuration("")).get_current_head()
    applied = session.scalar(text("SELECT version_num FROM alembic_version"))
    same = newest == applied
    return Finding(
        "database.schema",
        gettext("Schema"),
        "well" if same else "wrong",
        gettext("The newest migration, %(newest)s, is applied.") % {"newest": newest}
        if same
        else gettext("The newest migration is %(newest)s, the database is at %(applied)s.")
        % {"newest": newest, "applied": applied},
        to_do="" if same else gettext("Stop the service and run “anxin db upgrade”."),
    )
