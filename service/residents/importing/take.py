"""Take a delivery over: read it, stage it, judge it, write it; all of it, or nothing but why not."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast
from uuid import UUID

from psycopg import Connection, Cursor
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.encryption import sealer
from service.foundation.settings import settings
from service.foundation.spreadsheets import Limits, open_spreadsheet
from service.residents.feeds import Feed
from service.residents.identity.disputes import open_dispute
from service.residents.importing.headers import Layout, find_tables
from service.residents.importing.judge import judge_faults, judge_full, judge_incremental
from service.residents.importing.mapping import Mappings
from service.residents.importing.refusals import ReturnUnknown, TooManyToKeep
from service.residents.importing.scope import Scope
from service.residents.importing.settle import settle_keys
from service.residents.importing.staging import Stage
from service.residents.importing.table import Rejected, Tally, read_pieces
from service.residents.importing.write import write
from service.residents.models import Delivery, RejectedRow

FILE_BYTES_MAX = 1024 * 1024 * 1024
_SHEETS_SHOWN = 120
_REJECTED_MAX = 100_000
"""More rejected rows than this are not kept one by one: the file is wrong, not its rows."""


@dataclass
class Taken:
    """What became of the rows so far; kept also when the delivery as a whole is refused."""

    tally: Tally = field(default_factory=Tally)
    rejected: list[Rejected] = field(default_factory=list)


def take(
    session: Session,
    feed: Feed,
    delivery: Delivery,
    content: bytes,
    taken: Taken,
    *,
    mappings: Mappings,
    division: str = "",
    trusted: bool = False,
) -> None:
    """Import ``content`` as ``delivery`` in a savepoint; counts are left in ``taken``.

    ``trusted``: a steward has looked, so odd sizes and shares of faults no longer hold it up.
    Raises :class:`FileRefused` (with :class:`DeliveryWaits` among it); then nothing is written.
    """
    with session.begin_nested():
        session.add(delivery)
        cursor = cursor_of(session)
        layouts = _open(feed, delivery, content, taken.tally.notices, mappings)
        stage = Stage(cursor, feed, sealer(), delivery.id)
        scope = Scope(settings().county_division, division)
        for piece in read_pieces(layouts, feed, clock.today(), scope, taken.tally):
            stage.add(piece)
            taken.rejected += piece.rejected
            taken.tally.filled.update(
                {name: len(column) - column.count(None) for name, column in piece.columns.items()}
            )
            if len(taken.rejected) > _REJECTED_MAX:
                del taken.rejected[_REJECTED_MAX:]
                raise TooManyToKeep(
                    feed=feed.code, kept=_REJECTED_MAX, total=taken.tally.rows_total
                )
        stage.finish()
        contradicting, disputed = settle_keys(stage, layouts, taken.tally.notices)
        taken.rejected += contradicting
        repeated = taken.tally.notices["row_repeated"]
        accepted = stage.rows - repeated - len(contradicting)
        if delivery.mode == "correction":
            _trace_back(session, feed, delivery, stage)
        all_late = delivery.mode == "full" and _is_behind(session, delivery)
        if not trusted:
            judge_faults(feed, delivery.mode, taken.tally.rows_total, accepted, len(taken.rejected))
            if delivery.mode == "full" and not all_late:
                judge_full(cursor, feed, accepted)
            elif delivery.mode == "incremental":
                judge_incremental(cursor, feed, accepted)
        # After the turn was taken, so that of two deliveries the later one knows more.
        written = write(stage, delivery, clock.now(), all_late=all_late)
        delivery.content_digest = stage.content_digest
        delivery.rows_accepted = accepted
        delivery.rows_unchanged = written.unchanged
        delivery.rows_late, delivery.rows_ended = written.late, written.ended
        delivery.filled = dict(taken.tally.filled)
        session.flush()
        _open_disputes(session, feed, delivery, contradicting, disputed)


def cursor_of(session: Session) -> Cursor[Any]:
    """Return a cursor of the session's own connection, after everything pending was written."""
    session.flush()
    driver = session.connection().connection.driver_connection
    return cast("Connection[Any]", driver).cursor()


def _open(
    feed: Feed,
    delivery: Delivery,
    content: bytes,
    notices: Counter[str],
    mappings: Mappings,
) -> tuple[Layout, ...]:
    limits = Limits(file_bytes_max=FILE_BYTES_MAX, rows_max=feed.limits.rows_max)
    spreadsheet = open_spreadsheet(content, limits)
    delivery.encoding = spreadsheet.encoding
    layouts = find_tables(spreadsheet, feed, notices, mappings)
    names = [layout.sheet.name for layout in layouts]
    delivery.sheet = "、".join(islice(names, 20))[:_SHEETS_SHOWN]
    if any(layout.return_position is not None for layout in layouts):
        delivery.mode = "correction"
    return layouts


def _trace_back(session: Session, feed: Feed, delivery: Delivery, stage: Stage) -> None:
    """Find the delivery whose rows come back corrected; raises :class:`ReturnUnknown`.

    Their day is that delivery's day: since then somebody may have known better.
    """
    stage.cursor.execute("SELECT DISTINCT returned, row_no FROM incoming ORDER BY row_no")
    given: dict[UUID, int] = {}
    strange = []
    for text, row_no in stage.cursor.fetchall():
        try:
            given[UUID(text or "")] = row_no
        except ValueError:
            strange.append(row_no)
    rows = session.execute(
        select(RejectedRow.id, Delivery)
        .join(Delivery, Delivery.id == RejectedRow.delivery_id)
        .where(RejectedRow.id.in_(given), Delivery.feed == feed.code)
    )
    found = {row.id: row.Delivery for row in rows}
    strange += [row_no for row_id, row_no in given.items() if row_id not in found]
    if strange:
        raise ReturnUnknown(count=len(strange), feed=feed.code, row=min(strange))
    if found:
        source = max(found.values(), key=lambda one: (one.as_of, one.received_at))
        delivery.corrects_id, delivery.as_of = source.id, source.as_of


def _is_behind(session: Session, delivery: Delivery) -> bool:
    """Return whether a full delivery of a later day, or of the same day but later, is known."""
    known = session.execute(
        select(Delivery.as_of, Delivery.received_at)
        .where(
            Delivery.feed == delivery.feed,
            Delivery.state == "imported",
            Delivery.mode == "full",
            Delivery.id != delivery.id,
        )
        .order_by(Delivery.as_of.desc(), Delivery.received_at.desc())
        .limit(1)
    ).first()
    return known is not None and (known.as_of, known.received_at) > (
        delivery.as_of,
        delivery.received_at,
    )


def _open_disputes(
    session: Session,
    feed: Feed,
    delivery: Delivery,
    contradicting: list[Rejected],
    persons: set[int],
) -> None:
    """Two rows of the register for one number are two people until the police say otherwise."""
    if feed.code == "GA_HUKOU" and contradicting:
        for person_id in sorted(persons):
            open_dispute(session, person_id, feed.code, delivery.id, why="two_rows")
