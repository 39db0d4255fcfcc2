"""Backups: the service makes none itself, so it says what the database tells of its own."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.settings import settings
from service.web.health.findings import Finding
from service.web.language import gettext

_LATE = timedelta(hours=1)
_ARCHIVER = text(
    "SELECT current_setting('archive_mode'), last_archived_time, last_failed_time, "
    "(SELECT count(*) FROM pg_stat_replication) FROM pg_stat_archiver"
)


def look(session: Session) -> Sequence[Finding]:
    """Return what is said of copies elsewhere."""
    return [_database(session), _trail()]


def _database(session: Session) -> Finding:
    mode, archived_at, failed_at, copies = session.execute(_ARCHIVER).one()
    title = gettext("Database")
    if mode == "off" and not copies:
        return Finding(
            "backups.database",
            title,
            "off",
            gettext(
                "The database archives nothing and no copy follows it; dumps made by hand are not seen here."
            ),
            to_do=gettext("Set up backups as docs/restore.md says, and practise a restore."),
        )
    failing = failed_at is not None and (archived_at is None or failed_at > archived_at)
    late = mode != "off" and (archived_at is None or clock.now() - archived_at > _LATE)
    return Finding(
        "backups.database",
        title,
        "wrong" if failing else "look" if late else "well",
        gettext("The last piece could not be archived.")
        if failing
        else gettext("Nothing was archived for an hour.")
        if late
        else gettext("What is written is archived, or followed by a copy."),
        since=failed_at if failing else archived_at,
        to_do=gettext("See to the database's archive_command.") if failing or late else "",
    )


def _trail() -> Finding:
    folder = settings().audit_archive_dir
    title = gettext("Audit trail")
    if folder is None:
        return Finding(
            "backups.trail",
            title,
            "off",
            gettext("The trail is not added to write-once storage."),
            to_do=gettext("Name such storage in ANXIN_AUDIT_ARCHIVE_DIR."),
        )
    return Finding(
        "backups.trail", title, "well", gettext("The trail is added to its archive each hour.")
    )
