"""Import one delivery: a file becomes records and rejected rows, once; or it waits; or it is refused."""

import hashlib
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import Step, step, tell
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.jobs import enqueue
from service.foundation.logs import logger
from service.foundation.problems import Problem
from service.foundation.spreadsheets import FileRefused
from service.residents import feeds
from service.residents.feeds import Feed
from service.residents.identity.jobs import FEEDS as IDENTITY_FEEDS
from service.residents.identity.jobs import look_at_identities
from service.residents.importing.content import keep_content
from service.residents.importing.mapping import remembered
from service.residents.importing.refusals import DeliveryWaits
from service.residents.importing.rejected import keep_rejected
from service.residents.importing.sameness import refused_before, same_bytes, same_content
from service.residents.importing.take import FILE_BYTES_MAX, Taken, cursor_of, take
from service.residents.models import Delivery
from service.residents.tasks.jobs import KIND as LOOK

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
    session: Session,
    feed_code: str,
    source: Path | bytes,
    file_name: str,
    *,
    by: Actor,
    channel: str = "file",
    as_of: date | None = None,
    division: str = "",
) -> Delivery:
    """Import a department's file and return its delivery: ``imported``, ``waiting`` or ``refused``.

    ``as_of`` is the day the data are of (today if not said), ``division`` the leading digits a
    township's source may speak about. The same bytes again are the delivery they already are. A
    delivery that is refused or waits is returned, not raised, so that it is kept with its rejected
    rows; only an unknown feed (:class:`~service.residents.feeds.UnknownFeed`) or a missing file
    (:class:`FileUnreadable`) raise.
    """
    feed = feeds.feed(feed_code)
    content = _content(source)
    sha256 = hashlib.sha256(content).digest()
    wait_for_turn(session, feed)
    delivery = Delivery(
        id=ids.uuid7(), feed=feed.code, channel=channel, mode=feed.mode,
        as_of=as_of or clock.today(), file_name=_shown_name(file_name), sha256=sha256, encoding="",
        sheet="", state="", received_at=clock.now(), received_by=by.id, confirmed_at=clock.now(),
    )  # fmt: skip
    taken = Taken()
    try:
        if known := same_bytes(session, feed, sha256, as_of, by=by):
            return known
        made = step(delivery, "imported")
        take(
            session, feed, delivery, content, taken,
            mappings=remembered(session, feed), division=division,
        )  # fmt: skip
    except DeliveryWaits as odd:
        delivery, made = _put_aside(session, delivery, odd, content, division)
    except FileRefused as refused:
        if before := refused_before(session, delivery, refused.code):
            return before
        delivery, made = _put_aside(session, delivery, refused)
    finish(session, delivery, taken, made, by=by)
    return delivery


def finish(session: Session, delivery: Delivery, taken: Taken, made: Step, *, by: Actor) -> None:
    """Keep the rejected rows, tell the trail, and let whatever follows from new data follow."""
    notices = {code: count for code, count in sorted(taken.tally.notices.items()) if count}
    if delivery.state == "imported" and same_content(session, delivery):
        notices["content_same"] = 1
    delivery.rows_total, delivery.rows_rejected = taken.tally.rows_total, len(taken.rejected)
    delivery.notices = notices
    session.flush()
    keep_rejected(cursor_of(session), taken.rejected, delivery.id, sealer())
    _tell(session, delivery, made, by)
    if delivery.state == "imported":
        # At once, not as a job: who people are must stand before anything is decided about them.
        if delivery.feed in IDENTITY_FEEDS:
            look_at_identities(session, str(delivery.id))
        enqueue(session, LOOK, str(delivery.id), feed=delivery.feed)


def wait_for_turn(session: Session, feed: Feed) -> None:
    """Let imports of one feed follow one another, however long the one before takes."""
    cursor = cursor_of(session)
    cursor.execute("SELECT current_setting('lock_timeout')")
    usual = (cursor.fetchone() or ("0",))[0]
    cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"anxin.{feed.code}"])
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])


def _content(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        if source.stat().st_size > FILE_BYTES_MAX:
            with source.open("rb") as handle:  # Enough to be refused by its size, and no more.
                return handle.read(FILE_BYTES_MAX + 1)
        return source.read_bytes()
    except OSError:
        raise FileUnreadable from None


def refusal_of(why: FileRefused, division: str) -> dict[str, str]:
    """Return why a delivery is not imported, as it is kept with it."""
    return {
        "code": why.code,
        "sentence": why.sentence,
        "sentence_zh": why.sentence_zh,
        "division": division,
    }


def _put_aside(
    session: Session,
    read: Delivery,
    why: FileRefused,
    content: bytes | None = None,
    division: str = "",
) -> tuple[Delivery, Step]:
    """Keep a delivery that is not imported, with the reason; ``content`` if it may still be."""
    delivery = Delivery(
        id=read.id, feed=read.feed, channel=read.channel, mode=read.mode, as_of=read.as_of,
        file_name=read.file_name, sha256=read.sha256, encoding=read.encoding, sheet=read.sheet,
        state="", received_at=read.received_at, received_by=read.received_by,
        confirmed_at=read.confirmed_at, rows_accepted=0, rows_unchanged=0, rows_late=0, rows_ended=0,
        refusal=refusal_of(why, division),
        suggestion=getattr(why, "suggestion", None),
    )  # fmt: skip
    made = step(delivery, "refused" if content is None else "waiting")
    session.add(delivery)
    session.flush()
    if content is not None:
        keep_content(session, delivery.id, content)
    return delivery, made


def _tell(session: Session, delivery: Delivery, made: Step, by: Actor) -> None:
    counts = {
        "rows_total": delivery.rows_total,
        "rows_accepted": delivery.rows_accepted or 0,
        "rows_rejected": delivery.rows_rejected,
        "rows_unchanged": delivery.rows_unchanged or 0,
        "rows_late": delivery.rows_late or 0,
        "rows_ended": delivery.rows_ended or 0,
    }
    details: dict[str, Any] = {
        "feed": delivery.feed,
        "channel": delivery.channel,
        "mode": delivery.mode,
        "as_of": delivery.as_of.isoformat(),
        "sha256": delivery.sha256.hex(),
        **counts,
        "notices": delivery.notices,
    }
    reason = delivery.decision_reason or str((delivery.refusal or {}).get("code", ""))
    tell(session, delivery, made, by=by, reason=reason, details=details)
    code = str((delivery.refusal or {}).get("code", ""))
    logger("residents").info(
        made.event, feed=delivery.feed, delivery=str(delivery.id), reason=code, **counts
    )


def _shown_name(file_name: str) -> str:
    """Return a file's name fit to be shown: no path, nothing invisible, no long numbers, bounded."""
    bare = re.split(r"[/\\]", file_name)[-1]
    seen = "".join("�" if unicodedata.category(one)[0] == "C" else one for one in bare)
    return _LONG_NUMBER.sub("…", seen)[:_NAME_CHARS_MAX]
