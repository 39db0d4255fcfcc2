"""Open a push: of what day the data are, and under which headers the cells come."""

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.foundation import clock, ids
from service.residents import feeds
from service.residents.feeds import Feed
from service.residents.importing.mapping import normalised
from service.residents.intake.problems import FeedNotAgreed
from service.residents.intake.push.json_text import is_plain, read_json
from service.residents.intake.push.problems import (
    PushDiffers,
    PushFieldsWrong,
    TooManyPushes,
)
from service.residents.intake.push.queries import open_pushes
from service.residents.intake.push.rows import said
from service.residents.models import FeedPush, FeedSource

_OPEN_MAX = 20
_FIELDS = frozenset({"as_of", "columns"})
_COLUMNS_MAX = 200


def open_push(
    session: Session, source: FeedSource, feed_code: str, number: str, body: bytes
) -> tuple[FeedPush, bool]:
    """Return the push with this number and whether it is new.

    Raises FeedNotAgreed, JsonWrong, PushFieldsWrong, TooManyPushes, and PushDiffers when the number
    stands for another delivery.
    """
    feed = agreed_feed(source, feed_code)
    as_of, columns = _understood(feed, read_json(body))
    known = session.scalars(_same_number(source, number)).first()
    if known is None and open_pushes(session, source) >= _OPEN_MAX:
        raise TooManyPushes(_OPEN_MAX)
    inserted = session.scalar(
        insert(FeedPush)
        .values(
            id=ids.uuid7(),
            source_id=source.id,
            number=number,
            feed=feed.code,
            as_of=as_of,
            columns=columns,
            opened_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["source_id", "number"])
        .returning(FeedPush.id)
    )
    push = session.scalars(_same_number(source, number)).one()
    if (push.feed, push.as_of, push.columns) != (feed.code, as_of, columns):
        raise PushDiffers("This push", "该推送")
    return push, inserted is not None


def agreed_feed(source: FeedSource, code: str) -> Feed:
    """Return a feed that the source may deliver; raises FeedNotAgreed."""
    if code not in source.feeds:
        raise FeedNotAgreed(source.code, said(code))
    return feeds.feed(code)


def fields_of(feed: Feed, columns: list[str]) -> list[str | None]:
    """Return the field that each column means; a column goes by field, header or alias."""
    names = {
        normalised(name): column.field
        for column in feed.columns
        for name in (column.field, column.header, *column.aliases)
    }
    return [names.get(normalised(column)) for column in columns]


def _same_number(source: FeedSource, number: str) -> Any:
    return select(FeedPush).where(FeedPush.source_id == source.id, FeedPush.number == number)


def _understood(feed: Feed, content: object) -> tuple[date, list[str]]:
    if not isinstance(content, dict):
        raise PushFieldsWrong([_fault("", "object_expected")])
    faults = [_fault(said(name), "extra_forbidden") for name in sorted(content.keys() - _FIELDS)]
    columns = _names(content.get("columns"))
    day = _day(content.get("as_of"))
    if day is None:
        faults.append(_fault("as_of", "date_not_past"))
    faults += _column_faults(feed, columns) if columns else [_fault("columns", "names_expected")]
    if faults or day is None:
        raise PushFieldsWrong(faults)
    return day, columns


def _names(columns: object) -> list[str]:
    """Return the columns' names, or none when these are no names."""
    if not isinstance(columns, list) or len(columns) > _COLUMNS_MAX:
        return []
    names = [one for one in columns if isinstance(one, str) and 0 < len(one) <= 120]
    return names if len(names) == len(columns) and all(map(is_plain, names)) else []


def _column_faults(feed: Feed, columns: list[str]) -> list[dict[str, Any]]:
    fields = fields_of(feed, columns)
    counts = Counter(field for field in fields if field)
    unknown = [name for name, field in zip(columns, fields, strict=True) if field is None]
    return [
        *(_fault(said(name), "column_unknown") for name in unknown),
        *(_fault(feed.column(one).header, "column_twice") for one in counts if counts[one] > 1),
        *(
            _fault(column.header, "column_missing")
            for column in feed.columns
            if column.required and column.field not in counts
        ),
    ]


def _day(text: object) -> date | None:
    try:
        day = date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None
    return day if day is not None and day <= clock.today() else None


def _fault(field: str, code: str) -> dict[str, Any]:
    return {"field": field, "code": code}
