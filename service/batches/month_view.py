"""What the pages of months show: the one button, how far its work has come, and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service.assessment.explain import latest
from service.batches import figures, month_lists, queries
from service.batches.about import batches_seen_by
from service.batches.figures import Totals
from service.batches.models import Batch, MonthRun
from service.batches.offer import may_run
from service.batches.part import WHOLE
from service.batches.partial import said_of_parts
from service.batches.stages import about_run, stage_steps
from service.batches.waits import Wait, waits_of
from service.batches.words import batch_tag, programme_name
from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import every_problem
from service.officers.models import Officer
from service.officers.reach import is_unlimited
from service.programmes.in_force import payable
from service.residents.freshness import FeedsMissing, require_event_feeds
from service.web.filters import month_name, number, yuan
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Cell, Column, Figure, Row, Step, Tag

_DOING = {
    "waiting": translatable("Freezing the facts of the month"),
    "frozen": translatable("Assessing every resident by the rules"),
    "assessed": translatable("Making the lists of the programmes"),
    "built": translatable("Done"),
    "failed": translatable("Stopped"),
}


@dataclass(frozen=True)
class Progress:
    """How far a run has come, in steps."""

    doing: str
    done: int
    total: int
    is_going: bool
    failure: str
    about: str
    """What was asked for: kind, place, programmes, when."""
    steps: list[Step]


@dataclass(frozen=True)
class MonthPage:
    """Everything on a month's page."""

    month: Month
    only: str
    """That only a part of the month is shown, or nothing."""
    progress: Progress | None
    may_run_all: bool
    """Whether the viewer may make the lists of every programme in the whole county."""
    blocked: str
    """Why the button may not be pressed now, or nothing."""
    figures: list[Figure]
    waiting: str
    """How many lists wait for somebody and how many of them are late; nothing where none does."""
    waiting_columns: list[Column]
    waiting_rows: list[Row]
    stage_columns: list[Column]
    stage_rows: list[Row]
    columns: list[Column]
    rows: list[Row]
    footer: list[Any]
    nobody: list[str]
    """Programmes that owe nobody anything this month, by name."""


def months_table(session: Session, officer: Officer | None) -> tuple[list[Column], list[Row]]:
    """Return one row a month, newest first; the current month is there before it has a batch.

    Where an officer is given, only what lies in his places and programmes counts.
    """
    found = figures.months_with_totals(session, officer)
    current = str(Month.of(clock.today()))
    every = found if current in found else {current: (0, Totals()), **found}
    columns = [
        Column(gettext("Month")),
        Column(gettext("Batches"), "number"),
        Column(gettext("Lines"), "number"),
        Column(gettext("Amount"), "money", gettext("yuan")),
        Column(gettext("Held"), "number", gettext("lines")),
    ]
    rows = [
        Row(
            [month_name(Month.parse(month)), batches, sums.lines, sums.amount_fen, sums.held],
            f"/months/{month}",
        )
        for month, (batches, sums) in sorted(every.items(), reverse=True)
    ]
    return columns, rows


def month_page(session: Session, officer: Officer, month: Month) -> MonthPage:
    """Return a month's page, of the officer's places and programmes alone."""
    limited = None if is_unlimited(officer, "assessment.read") else officer
    run = figures.last_run(session, str(month))
    seen = batches_seen_by(limited) if limited else None
    batches = queries.of_month(session, str(month), seen)
    totals = figures.totals_of(session, [batch.id for batch in batches], limited)
    # What could not be decided is counted for the county alone.
    assessment = latest(session, str(month)) if limited is None else None
    counts: Mapping[str, Any] = assessment.counts if assessment else {}
    unknown = sum(one["unknown"] for one in counts.values()) if assessment else None
    waits = waits_of(session, batches)
    lines = sum(one.lines for one in totals.values())
    amount_fen = sum(one.amount_fen for one in totals.values())
    held = sum(one.held for one in totals.values())
    return MonthPage(
        month=month,
        only=said_of_parts(limited) if limited else "",
        progress=_progress(session, run),
        may_run_all=all(may_run(officer, WHOLE, code) for code in payable(session, month)),
        blocked=_blocked(session, run),
        figures=_figures(month, totals, unknown),
        waiting=_waiting(batches, waits),
        waiting_columns=month_lists.waiting_columns(),
        waiting_rows=month_lists.waiting_rows(month_lists.by_need(batches, waits), waits, totals),
        stage_columns=month_lists.stage_columns(),
        stage_rows=month_lists.stage_rows(month, batches, waits, totals),
        columns=[
            Column(gettext("Programme")),
            Column(gettext("Batch"), "code"),
            Column(gettext("State")),
            Column(gettext("Lines"), "number"),
            Column(gettext("Amount"), "money", gettext("yuan")),
            Column(gettext("Held"), "number"),
            Column(gettext("Not known"), "number"),
        ],
        rows=_rows(session, month, batches, totals, counts),
        footer=[gettext("Total"), None, None, lines, amount_fen, held, unknown],
        nobody=[
            programme_name(code)
            for code in _without_batch(session, month, batches, counts)
            if not counts[code]["unknown"]
        ],
    )


def _figures(month: Month, totals: Mapping[Any, Totals], unknown: int | None) -> list[Figure]:
    held = sum(one.held for one in totals.values())
    viewer = visit().viewer
    clears = bool(held and viewer and viewer.may("exceptions.read"))
    return [
        Figure(gettext("Lines"), number(sum(one.lines for one in totals.values()))),
        Figure(
            gettext("Amount"), yuan(sum(one.amount_fen for one in totals.values())), gettext("yuan")
        ),
        Figure(
            gettext("Held"),
            number(held),
            gettext("lines"),
            href=f"/exceptions?month={month}" if clears else "",
            tone="warn" if held else "",
        ),
        Figure(
            gettext("Not known"),
            number(unknown),
            gettext("decisions"),
            gettext("facts are missing; not on any list"),
            tone="warn" if unknown else "",
        ),
    ]


def _waiting(batches: Sequence[Batch], waits: Mapping[UUID, Wait]) -> str:
    if not waits:
        return ""
    late = sum(one.late for one in waits.values())
    said = gettext("%(waiting)s of %(all)s lists wait for somebody; %(late)s late")
    return said % {"waiting": number(len(waits)), "all": number(len(batches)), "late": number(late)}


def _rows(
    session: Session,
    month: Month,
    batches: list[Batch],
    totals: Mapping[Any, Totals],
    counts: Mapping[str, Any],
) -> list[Row]:
    rows, shown = [], set()
    for batch in batches:
        sums, first = totals[batch.id], batch.programme not in shown
        shown.add(batch.programme)
        cells: list[Cell] = [
            programme_name(batch.programme),
            batch.batch_no,
            batch_tag(batch.state),
            sums.lines,
            sums.amount_fen,
            sums.held,
            counts.get(batch.programme, {}).get("unknown") if first else None,
        ]
        rows.append(Row(cells, f"/batches/{batch.batch_no}"))
    for code in _without_batch(session, month, batches, counts):
        if counts[code]["unknown"]:
            nothing = Tag(gettext("nobody is due"))
            rest: list[Cell] = [programme_name(code), None, nothing, 0, None, None]
            rows.append(Row([*rest, counts[code]["unknown"]]))
    return rows


def _without_batch(
    session: Session, month: Month, batches: list[Batch], counts: Mapping[str, Any]
) -> list[str]:
    made = {batch.programme for batch in batches}
    return [code for code in payable(session, month) if code in counts and code not in made]


def _progress(session: Session, run: MonthRun | None) -> Progress | None:
    if run is None:
        return None
    total = 2 + len(run.programmes)
    done = {"frozen": 1, "assessed": 2, "built": total}.get(run.stage, 0)
    if run.stage == "assessed":
        done += figures.built_of(session, run)
    return Progress(
        doing=gettext(_DOING[run.stage]),
        done=done,
        total=total,
        is_going=run.finished_at is None,
        failure=_title_of(run.problem) if run.problem else "",
        about=about_run(session, run),
        steps=stage_steps(session, run),
    )


def _title_of(code: str) -> str:
    titles = {kind.code: kind.title for kind in every_problem()}
    return gettext(titles[code]) if code in titles else code


def _blocked(session: Session, run: MonthRun | None) -> str:
    if run is not None and run.finished_at is None:
        return gettext("The month is being worked on; the lists appear here.")
    try:
        require_event_feeds(session)
    except FeedsMissing as missing:
        return missing.say(visit().language)
    return ""
