"""The lists of a month as its page shows them: those that wait for somebody first, then all by state."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.batches import words
from service.batches.figures import Totals
from service.batches.models import Batch
from service.batches.waits import Wait
from service.foundation.months import Month
from service.web.filters import month_name
from service.web.language import gettext
from service.web.view_models import Cell, Column, Row, Tone


def by_need(batches: Sequence[Batch], waits: Mapping[UUID, Wait]) -> list[Batch]:
    """Return the lists that wait for somebody: the late first, what only its notice keeps last."""
    waiting = [batch for batch in batches if batch.id in waits]
    return sorted(
        waiting,
        key=lambda one: (
            not waits[one.id].late,
            one.state == "noticed",  # Only its days are missing.
            words.BATCH_STATES.index(one.state),
            one.batch_no,
        ),
    )


def waiting_columns(*, with_month: bool = False) -> list[Column]:
    """Return the columns of the lists that wait."""
    month = [Column(gettext("Month"))] if with_month else []
    return [
        Column(gettext("Programme")),
        Column(gettext("Batch"), "code"),
        *month,
        Column(gettext("State")),
        Column(gettext("Waits for")),
        Column(gettext("Held"), "number"),
        Column(gettext("Lines"), "number"),
        Column(gettext("To pay"), "money", gettext("yuan")),
    ]


def waiting_rows(
    batches: Sequence[Batch],
    waits: Mapping[UUID, Wait],
    totals: Mapping[UUID, Totals],
    *,
    with_month: bool = False,
) -> list[Row]:
    """Return one row a list: whom it waits for, what is held of it, and what it pays."""
    rows = []
    for batch in batches:
        sums, wait = totals[batch.id], waits.get(batch.id)
        month: list[Cell] = [month_name(Month.parse(batch.month))] if with_month else []
        cells: list[Cell] = [
            words.programme_name(batch.programme),
            batch.batch_no,
            *month,
            words.batch_tag(batch.state),
            wait.said if wait else None,
            sums.held,
            sums.lines,
            sums.payable_fen,
        ]
        tone: Tone = "bad" if wait and wait.late else ""
        rows.append(Row(cells, f"/batches/{batch.batch_no}", batch.batch_no, tone))
    return rows


def stage_columns() -> list[Column]:
    """Return the columns of how far the month's lists have come."""
    return [
        Column(gettext("State")),
        Column(gettext("Lists"), "number"),
        Column(gettext("Overdue"), "number"),
        Column(gettext("Held"), "number"),
        Column(gettext("Lines"), "number"),
        Column(gettext("To pay"), "money", gettext("yuan")),
    ]


def stage_rows(
    month: Month,
    batches: Sequence[Batch],
    waits: Mapping[UUID, Wait],
    totals: Mapping[UUID, Totals],
) -> list[Row]:
    """Return one row a state that any list is in, in the order of the way, each leading to its lists."""
    rows = []
    for state in words.BATCH_STATES:
        here = [batch for batch in batches if batch.state == state]
        if not here:
            continue
        late = sum(one.id in waits and waits[one.id].late for one in here)
        cells: list[Cell] = [
            words.batch_tag(state).text,
            len(here),
            late,
            sum(totals[one.id].held for one in here),
            sum(totals[one.id].lines for one in here),
            sum(totals[one.id].payable_fen for one in here),
        ]
        rows.append(Row(cells, f"/batches?month={month}&state={state}", tone="bad" if late else ""))
    return rows
