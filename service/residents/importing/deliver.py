"""Import one delivery: a file becomes records and rejected rows, once, or is refused as a whole."""

import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, cast

from psycopg import Connection, Cursor
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.logs import logger
from service.foundation.problems import Problem
from service.foundation.spreadsheets import FileRefused, Limits, open_spreadsheet
from service.residents import feeds
from service.residents.feeds import Feed
from service.residents.importing.accounts import keep_accounts, keep_verifications
from service.residents.importing.headers import Layout, find_tables
from service.residents.importing.keys import settle_keys
from service.residents.importing.people import People
from service.residents.importing.records import Known, write_records
from service.residents.importing.refusals import TooManyFaults
from service.residents.importing.register import keep_register
from service.residents.importing.rejected import keep_rejected
from service.residents.importing.table import Table, read_table
from service.residents.models import Delivery

_FILE_BYTES_MAX = 256 * 1024 * 1024
_NAME_CHARS_MAX = 120
_LONG_NUMBER = re.compile("[0-9]{11,}[Xx]?")


class FileUnreadable(Problem):
    """The file is not there or may not be read."""

    code = "file_unreadable"
    status = 422
    title = "The file cannot be opened"

    def __init__(self) -> None:
        super().__init__(
            "The file is not there, or may not be read by this service.",
            "文件不存在，或本服务无权读取。",
        )


def import_delivery(
    session: Session, feed_code: str, source: Path | bytes, file_name: str, *, by: Actor
) -> Delivery:
    """Import a department's file and return its delivery, ``imported`` or ``refused``.

    The same bytes for the same feed again return the first delivery and change nothing. A refused
    delivery is returned, not raised, so that it is kept with its rejected rows; only an unknown
    feed (:class:`~service.residents.feeds.UnknownFeed`) or a missing file
    (:class:`FileUnreadable`) raise.
    """
    feed = feeds.feed(feed_code)
    content = _content(source)
    sha256 = hashlib.sha256(content).digest()
    cursor = _cursor(session)
    _wait_for_turn(cursor, feed)
    known = session.scalar(
        select(Delivery).where(Delivery.feed == feed.code, Delivery.sha256 == sha256)
    )
    if known is not None:
        return known
    delivery = Delivery(
        id=ids.uuid7(),
        feed=feed.code,
        mode=feed.mode,
        as_of=clock.today(),
        file_name=_shown_name(file_name),
        sha256=sha256,
        encoding="",
        sheet="",
        state="imported",
        received_at=clock.now(),
        received_by=by.id,
        confirmed_at=clock.now(),
    )
    table = Table(feed)
    try:
        table, people = _read(cursor, feed, content, delivery)
        _write(session, table, people, delivery)
    except FileRefused as refused:
        _refuse(session, delivery, refused)
    delivery.rows_total, delivery.rows_rejected = table.rows_total, len(table.rejected)
    session.flush()
    keep_rejected(_cursor(session), table.rejected, delivery.id, sealer())
    _tell(session, delivery, table, by)
    return delivery


def _content(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        if source.stat().st_size > _FILE_BYTES_MAX:
            with source.open("rb") as handle:  # Enough to be refused by its size, and no more.
                return handle.read(_FILE_BYTES_MAX + 1)
        return source.read_bytes()
    except OSError:
        raise FileUnreadable from None


def _cursor(session: Session) -> Cursor[Any]:
    session.flush()
    driver = session.connection().connection.driver_connection
    return cast("Connection[Any]", driver).cursor()


def _wait_for_turn(cursor: Cursor[Any], feed: Feed) -> None:
    """Let imports of one feed follow one another, however long the one before takes."""
    cursor.execute("SELECT current_setting('lock_timeout')")
    usual = (cursor.fetchone() or ("0",))[0]
    cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"anxin.{feed.code}"])
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])


def _read(
    cursor: Cursor[Any], feed: Feed, content: bytes, delivery: Delivery
) -> tuple[Table, People]:
    limits = Limits(file_bytes_max=_FILE_BYTES_MAX, rows_max=feed.limits.rows_max)
    spreadsheet = open_spreadsheet(content, limits)
    delivery.encoding = spreadsheet.encoding
    notices: Counter[str] = Counter()
    layouts: tuple[Layout, ...] = find_tables(spreadsheet, feed, notices)
    delivery.sheet = "、".join(layout.sheet.name for layout in layouts)[:_NAME_CHARS_MAX]
    table = read_table(layouts, feed, clock.today())
    table.notices += notices
    people = People(cursor, table, sealer())
    settle_keys(table, layouts, people.same)
    return table, people


def _write(session: Session, table: Table, people: People, delivery: Delivery) -> None:
    """Write everything the believed rows say, or nothing of it; raises :class:`FileRefused`."""
    feed = table.feed
    if len(table.rejected) * 10_000 > feed.limits.fault_ratio_bp * table.rows_total:
        raise TooManyFaults(feed, len(table.rejected), table.rows_total)
    with session.begin_nested():
        session.add(delivery)
        cursor = _cursor(session)
        # After the turn was taken, so that of two deliveries the later one knows more.
        now = clock.now()
        people.add_missing(cursor, table, delivery.id)
        known = Known(people.ids, sealer())
        changed = write_records(cursor, table, known, delivery.id, now)
        if feed.code == "GA_HUKOU":
            keep_register(cursor, table, changed, known)
        elif feed.code == "RS_CARD":
            keep_accounts(cursor, table, changed, known, delivery.id, now)
        elif feed.code == "BK_RET":
            keep_verifications(cursor, table, changed, known, delivery.id)
        delivery.rows_accepted = len(table.row_nos)
        delivery.rows_unchanged = len(table.row_nos) - len(changed)


def _refuse(session: Session, delivery: Delivery, refused: FileRefused) -> None:
    delivery.state = "refused"
    delivery.rows_accepted = delivery.rows_unchanged = 0
    delivery.refusal = {
        "code": refused.code,
        "sentence": refused.sentence,
        "sentence_zh": refused.sentence_zh,
    }
    session.add(delivery)


def _tell(session: Session, delivery: Delivery, table: Table, by: Actor) -> None:
    counts = {
        "rows_total": delivery.rows_total,
        "rows_accepted": delivery.rows_accepted or 0,
        "rows_rejected": delivery.rows_rejected,
        "rows_unchanged": delivery.rows_unchanged or 0,
    }
    details: dict[str, Any] = {
        "feed": delivery.feed,
        "sha256": delivery.sha256.hex(),
        **counts,
        "notices": {code: count for code, count in sorted(table.notices.items()) if count},
    }
    reason = str((delivery.refusal or {}).get("code", ""))
    act = f"feed.{delivery.state}"
    record(
        session, act, by=by, on=("delivery", delivery.id), after=delivery.state,
        reason=reason, details=details,
    )  # fmt: skip
    logger("residents").info(
        act, feed=delivery.feed, delivery=str(delivery.id), reason=reason, **counts
    )


def _shown_name(file_name: str) -> str:
    """Return a file's name fit to be shown: no path, nothing invisible, no long numbers, bounded."""
    bare = re.split(r"[/\\]", file_name)[-1]
    seen = "".join("�" if unicodedata.category(one)[0] == "C" else one for one in bare)
    return _LONG_NUMBER.sub("…", seen)[:_NAME_CHARS_MAX]
