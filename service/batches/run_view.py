"""What the page on which a run is put together shows: the questions, and a preview of every programme."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.assessment.explain import latest
from service.batches.offer import ACTS, Offer, may_run, offers
from service.batches.part import Part, possible, townships
from service.batches.words import programme_name
from service.foundation.months import Month
from service.officers.models import Officer
from service.officers.reach import places
from service.programmes.in_force import payable, rules_for
from service.web.filters import moment
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Column, Option, Row

NOT_LISTED, NEW = "open", "new"


@dataclass(frozen=True)
class Asked:
    """What the page was asked to show."""

    part: Part
    department: str = ""
    which: str = ""
    """"" all; ``open``: somebody is due and on no list; ``new``: no list yet."""


@dataclass(frozen=True)
class RunPage:
    """Everything on the page."""

    month: Month
    asked: Asked
    kinds: list[Option]
    meaning: str
    """Who is listed by the kind of run that is shown."""
    townships: list[Option]
    departments: list[Option]
    whichs: list[Option]
    columns: list[Column]
    rows: list[Row]
    codes: list[str]
    footer: list[str | int | None]
    known: str
    """As of when the preview counts, or that nobody was assessed yet."""


def run_page(session: Session, officer: Officer, month: Month, asked: Asked) -> RunPage:
    """Return the page for what an officer asked for, within his places and programmes."""
    allowed = [code for code in payable(session, month) if may_run(officer, asked.part, code)]
    language = visit().language
    known = rules_for(session, month).programmes
    departments = {
        known[code].department.folder: (
            known[code].department.words.zh if language == "zh" else known[code].department.words.en
        )
        for code in allowed
    }
    chosen = [
        code for code in possible(session, str(month), asked.part, tuple(allowed))
        if asked.department in ("", known[code].department.folder)
    ]  # fmt: skip
    shown = [one for one in offers(session, month, asked.part, chosen) if _fits(one, asked.which)]
    assessment = latest(session, str(month))
    at = gettext("Counted by the assessment of %(at)s; the run freezes the facts anew.")
    unknown = gettext("Nobody was assessed for this month yet: who is due is known after the run.")
    return RunPage(
        month=month,
        asked=asked,
        kinds=[
            Option("regular", gettext("regular list")),
            Option("supplementary", gettext("supplementary list")),
        ],
        meaning=_meaning(asked.part),
        townships=_townships(session, officer),
        departments=[Option("", gettext("all"))]
        + [Option(*one) for one in sorted(departments.items(), key=lambda one: one[1])],
        whichs=[
            Option("", gettext("all")),
            Option(NEW, gettext("no list yet")),
            Option(NOT_LISTED, gettext("due and on no list")),
        ],
        columns=[
            Column(gettext("Programme")),
            Column(gettext("Last month"), "number"),
            Column(gettext("Lists so far"), "number"),
            Column(gettext("On lists"), "number"),
            Column(gettext("Due, on no list"), "number"),
            Column(gettext("Amount"), "money", gettext("yuan")),
        ],
        rows=[
            Row(
                [programme_name(one.programme), one.last, one.lists, one.listed, one.due, one.due_fen],
                key=one.programme,
            )
            for one in shown
        ],
        codes=[one.programme for one in shown],
        footer=[
            gettext("Together"),
            sum(one.last for one in shown),
            sum(one.lists for one in shown),
            sum(one.listed for one in shown),
            sum(one.due or 0 for one in shown) if assessment else None,
            sum(one.due_fen or 0 for one in shown) if assessment else None,
        ],
        known=at % {"at": moment(assessment.assessed_at)} if assessment else unknown,
    )  # fmt: skip


def whole_county(officer: Officer) -> bool:
    """Return whether an officer may start a run of the whole county."""
    return all("" in places(officer, act) for act in ACTS)


def _townships(session: Session, officer: Officer) -> list[Option]:
    mine = places(officer, ACTS[-1])
    found = [
        Option(code, name)
        for code, name in townships(session).items()
        if any(code.startswith(place) for place in mine)
    ]
    county = [Option("", gettext("the whole county"))] if whole_county(officer) else []
    return county + found


def _meaning(part: Part) -> str:
    if part.kind == "regular":
        return gettext("regular: everybody who is due and on no list yet")
    return gettext("supplementary: who became due after the regular list, as a list of its own")


def _fits(one: Offer, which: str) -> bool:
    if which == NEW:
        return not one.lists
    return one.is_worth_a_run if which == NOT_LISTED else True
