"""All feeds at a glance: what needs a person first, then every department with its tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents import queries
from service.residents.pages import words
from service.residents.queries import STATES, FeedState
from service.web import navigation
from service.web.filters import day, number
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Tag

router = APIRouter()
navigation.register(
    "residents", translatable("Feeds"), "/feeds", act="feeds.read", beneath=("/proofs",)
)
_URGENT_SHOWN = 8
_NEEDS_A_PERSON = ("waiting", "refused", "stale", "late")
SPARK_WIDTH, SPARK_HEIGHT = 72, 16
"""As the template draws it."""


@dataclass(frozen=True)
class Spark:
    """A small drawing of a few numbers: the points of its line, and the same in words."""

    points: str
    said: str


@dataclass(frozen=True)
class FeedRow:
    """One feed as a row, written as it is shown."""

    code: str
    name: str
    tag: Tag
    href: str
    as_of: str
    age: str
    rows: str
    rejected: str
    spark: Spark | None


@dataclass(frozen=True)
class Urgent:
    """Something that a person has to do about a feed."""

    sentence: str
    href: str
    tag: Tag


@router.get("/feeds")
def show_feeds(
    session: Transaction,
    officer: SignedInOfficer,
    state: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Every feed by department, those with something urgent first."""
    require(officer, "feeds.read")
    if state and state not in STATES:
        raise NotFound("page")
    every = queries.every_feed(session)
    chosen = [one for one in every if state in ("", one.state)]
    return page(
        "residents/feeds.html",
        views=_views(every),
        here=f"/feeds?state={state}" if state else "/feeds",
        urgent=_urgent(every) if not state else [],
        departments=_by_department(chosen),
        labels=(
            gettext("State"),
            gettext("Data of"),
            gettext("Age / limit, days"),
            gettext("Rows"),
            gettext("Rejected"),
            gettext("Last deliveries"),
        ),
    )


def spark(trend: Sequence[int]) -> Spark | None:
    """Return a trend as a line; one delivery is no trend."""
    if len(trend) < 2:
        return None
    most, least = max(trend), min(trend)
    room = (most - least) or 1
    points = " ".join(
        f"{place * SPARK_WIDTH // (len(trend) - 1)},"
        f"{SPARK_HEIGHT - 2 - (rows - least) * (SPARK_HEIGHT - 4) // room}"
        for place, rows in enumerate(trend)
    )
    said = gettext("%(count)s deliveries: first %(first)s, last %(last)s rows") % {
        "count": len(trend),
        "first": number(trend[0]),
        "last": number(trend[-1]),
    }
    return Spark(points, said)


def _views(every: list[FeedState]) -> list[tuple[str, str, int]]:
    views = [(gettext("All"), "/feeds", len(every))]
    for state in STATES:
        count = sum(one.state == state for one in every)
        if count:
            views.append((words.state_tag(state).text, f"/feeds?state={state}", count))
    return views


def _urgent(every: list[FeedState]) -> list[Urgent]:
    """Return what is to be done first; with many, only the most urgent."""
    urgent = sorted(
        (one for one in every if one.state in _NEEDS_A_PERSON),
        key=lambda one: (STATES.index(one.state), one.feed.code),
    )
    return [_what_to_do(one) for one in urgent[:_URGENT_SHOWN]]


def _what_to_do(one: FeedState) -> Urgent:
    asked = {
        "waiting": translatable("%(feed)s: a delivery seemed odd. Take it over or send it back."),
        "refused": translatable("%(feed)s: ask %(department)s for a file that can be read."),
        "stale": translatable(
            "%(feed)s: ask %(department)s at once; nothing that needs it may be approved."
        ),
        "late": translatable("%(feed)s: ask %(department)s for a new delivery."),
    }
    said = {"feed": words.feed_name(one.feed), "department": words.department(one.feed)}
    href = f"/feeds/{one.feed.code}"
    looked_at = one.waiting[0] if one.waiting else one.last if one.state == "refused" else None
    if looked_at is not None:
        href = f"{href}/deliveries/{looked_at.id}"
    return Urgent(gettext(asked[one.state]) % said, href, words.state_tag(one.state))


def _by_department(chosen: list[FeedState]) -> list[tuple[str, list[FeedRow]]]:
    ordered = sorted(chosen, key=lambda one: (one.feed.department_zh, one.feed.code))
    groups = [
        (department, list(found))
        for department, found in groupby(ordered, key=lambda one: words.department(one.feed))
    ]
    # Departments of which something is urgent come first.
    groups.sort(key=lambda group: min(STATES.index(one.state) for one in group[1]))
    return [
        (
            department,
            [_row(one) for one in sorted(found, key=lambda one: STATES.index(one.state))],
        )
        for department, found in groups
    ]


def _row(one: FeedState) -> FeedRow:
    believed, age = one.believed, one.freshness.age_days
    rejected = believed.rows_rejected if believed else None
    return FeedRow(
        code=one.feed.code,
        name=words.feed_name(one.feed),
        tag=words.state_tag(one.state),
        href=f"/feeds/{one.feed.code}",
        as_of=day(believed.as_of) if believed else "",
        age=f"{age} / {one.feed.freshness_days}" if age is not None else "",
        rows=number(believed.rows_accepted) if believed else "",
        rejected=number(rejected) if rejected else "",
        spark=spark(one.trend),
    )
