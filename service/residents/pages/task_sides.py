"""What each department says in a contradiction: the records that a task was opened about."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.residents import feeds
from service.residents.models import Delivery, FeedRecord, ReviewTask
from service.residents.places.tree import names_of
from service.residents.record import words
from service.web.language import gettext
from service.web.view_models import Row

SIDES_MAX = 6


@dataclass(frozen=True)
class Side:
    """One record of a contradiction."""

    title: str
    source: str
    rows: list[Row]
    """Item and value; nobody's name and no number."""


def sides(session: Session, task: ReviewTask) -> list[Side]:
    """Return the records a task names, the first of those that contradict first."""
    ids = [one for one in task.details.get("records", ()) if isinstance(one, int)][:SIDES_MAX]
    found = session.execute(
        select(FeedRecord, Delivery)
        .join(Delivery, Delivery.id == FeedRecord.delivery_id)
        .where(FeedRecord.id.in_(ids))
    ).all()
    pairs = [(row[0], row[1]) for row in found]
    places = names_of(session, _places(pairs))
    pairs.sort(key=lambda pair: ids.index(pair[0].id))
    return [_side(record, delivery, task.field, places) for record, delivery in pairs]


def _places(pairs: list[tuple[FeedRecord, Delivery]]) -> set[str]:
    return {
        str(value)
        for record, _ in pairs
        for column in feeds.feed(record.feed).columns
        if column.type == "division" and (value := record.data.get(column.kept_as))
    }


def _side(
    record: FeedRecord, delivery: Delivery, field: str | None, places: dict[str, str]
) -> Side:
    feed = feeds.feed(record.feed)
    columns = [one for one in feed.columns if field in (one.field, one.kept_as)] or feed.columns
    rows = []
    for column in () if feed.sensitive else columns:
        value = record.data.get(column.kept_as)
        if value is None or column.leads_to_person:
            continue
        kept_secret = column.kept_as.endswith("_index")
        said = gettext("kept secret") if kept_secret else words.value_of(column, value, places)
        rows.append(Row([words.label_of(column), said]))
    source = gettext("%(department)s · %(file)s row %(row)s · data of %(day)s") % {
        "department": words.department_of(feed),
        "file": delivery.file_name,
        "row": record.row_no,
        "day": delivery.as_of.isoformat(),
    }
    return Side(f"{words.name_of(feed)} {feed.code}", source, rows)
