"""What pages, files and reports show of findings."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.audit.readers import officer_names
from service.foundation import clock
from service.foundation.money import BadAmount, yuan
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.officers.may import may
from service.officers.models import Officer
from service.oversight.findings import queries
from service.oversight.findings.lifecycle import STATES
from service.oversight.findings.links import addresses
from service.oversight.findings.models import AuditFinding
from service.oversight.findings.open import ACT, ANSWERS
from service.oversight.findings.problems import (
    DayUnusable,
    EvidenceUnknown,
    OfficeNotKnown,
    SayMore,
)
from service.oversight.findings.queries import Tally, Wanted
from service.oversight.standing import words as standing_words
from service.web import filters
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.leading import leads
from service.web.view_models import Column, Event, Fault, Figure, Link, Option, Row, Tag, Tone

HEADER = (
    "finding", "severity", "state", "sentence", "office", "due_on", "opened_on", "closed_on",
    "amount_yuan", "origin",
)  # fmt: skip
_DAYS = 15
_STATES: dict[str, tuple[str, Tone]] = {
    "open": (translatable("waits for the office"), "warn"),
    "answered": (translatable("answered by the office"), "now"),
    "accepted": (translatable("accepted, to be closed"), "now"),
    "closed": (translatable("closed for good"), "ok"),
    "withdrawn": (translatable("withdrawn"), ""),
}
_NOTES = {
    "opened": translatable("Finding opened"),
    "answer": translatable("The office answered"),
    "measure": translatable("The office answered and took measures"),
    "more_time": translatable("The office asks for more time"),
    "time_given": translatable("More time was given"),
    "returned": translatable("Returned to the office"),
    "accepted": translatable("Accepted"),
    "closed": translatable("Finding closed"),
    "withdrawn": translatable("Withdrawn"),
    "escalated": translatable("Overdue: put before the office above"),
}
_ORIGINS = {
    "hit": translatable("a standing query"),
    "sample": translatable("a sample"),
    "timeline": translatable("a payment's timeline"),
    "hand": translatable("by hand"),
}
_CALLED = {
    "hit": translatable("Query hit %(id)s"),
    "person": translatable("Resident no. %(id)s"),
    "line": translatable("Line %(id)s"),
    "batch": translatable("Batch %(id)s"),
    "recovery": translatable("Recovery %(id)s"),
    "objection": translatable("Objection %(id)s"),
    "sample": translatable("Sample %(id)s"),
    "entry": translatable("Entry %(id)s"),
}
"""What a link is called, by its kind."""
_FIELDS: dict[type[Problem], str] = {
    SayMore: "said",
    DayUnusable: "until",
    EvidenceUnknown: "measures",
}
_FORM_FIELDS: dict[type[Problem], str] = {
    SayMore: "sentence",
    OfficeNotKnown: "organisation",
    DayUnusable: "due_on",
    EvidenceUnknown: "evidence",
    BadAmount: "amount",
}


@dataclass(frozen=True)
class Refused:
    """An act that was refused: which, why, and what had been typed into its fields."""

    act: str
    problem: Problem
    given: dict[str, str]


def state_tag(finding: AuditFinding) -> Tag:
    """Return a finding's state; what is overdue says so."""
    if finding.state == "open" and finding.due_on < clock.today():
        return Tag(gettext("overdue"), "bad")
    said, tone = _STATES[finding.state]
    return Tag(gettext(said), tone)


def figures(tally: Tally) -> list[Figure]:
    """Return the tallies of a list."""
    return [
        Figure(gettext("Waits for the office"), filters.number(tally.open)),
        Figure(
            gettext("Overdue"), filters.number(tally.overdue), tone="bad" if tally.overdue else ""
        ),
        Figure(gettext("Answered by offices"), filters.number(tally.answered)),
        Figure(gettext("To be closed"), filters.number(tally.accepted)),
        Figure(gettext("Closed for good"), filters.number(tally.closed)),
        Figure(gettext("Amount"), filters.yuan(tally.amount_fen), gettext("yuan")),
    ]


def columns() -> list[Column]:
    """Return the columns of a list of findings."""
    return [
        Column(gettext("Finding no."), "code"),
        Column(gettext("Severity")),
        Column(gettext("What the audit found")),
        Column(gettext("Office")),
        Column(gettext("State")),
        Column(gettext("Answer by"), "day"),
        Column(gettext("Amount"), "money", unit=gettext("yuan")),
    ]


def row(one: AuditFinding) -> Row:
    """Return one row of a list."""
    cells = (
        one.finding_no,
        standing_words.severity_tag(one.severity),
        one.sentence,
        one.organisation,
        state_tag(one),
        one.due_on,
        one.amount_fen,
    )
    return Row(cells, href=f"/findings/{one.finding_no}")


def cells(one: AuditFinding) -> list[str]:
    """Return one line of the file."""
    return [
        one.finding_no, one.severity, one.state, one.sentence, one.organisation,
        one.due_on.isoformat(), filters.day(one.opened_at),
        filters.day(one.closed_at) if one.closed_at else "",
        yuan(one.amount_fen).replace(",", ""), one.origin,
    ]  # fmt: skip


def options(session: Session, officer: Officer) -> dict[str, list[Option]]:
    """Return the choices of the list's filters."""
    everything = Option("", gettext("all"))
    states = [Option("overdue", gettext("overdue"))] + [
        Option(name, gettext(_STATES[name][0])) for name in STATES
    ]
    offices = sorted(
        {one.organisation for one in queries.every(session, Wanted(), queries.seen_by(officer))}
    )
    return {
        "state": [everything, *states],
        "severity": [everything, *severities()],
        "office": [everything, *(Option(one, one) for one in offices)],
    }


def finding_page(
    session: Session,
    finding: AuditFinding,
    officer: Officer,
    refused: Refused | None = None,
) -> dict[str, Any]:
    """Return everything the page of one finding shows; a refused act keeps what was typed into it."""
    notes = queries.notes_of(session, finding)
    names = officer_names(session, [str(one.officer_id) for one in notes if one.officer_id])
    events = [
        Event(
            one.at,
            names.get(str(one.officer_id), "") if one.officer_id else gettext("the system"),
            gettext(_NOTES[one.kind]),
            _told(one.said, one.due_on, [_called(link) for link in one.links]),
        )
        for one in notes
    ]
    links = [link for one in notes for link in one.links]
    return {
        "finding": finding,
        "home": f"/findings/{finding.finding_no}",
        "tag": state_tag(finding),
        "pairs": [
            (gettext("Severity"), standing_words.severity_tag(finding.severity).text),
            (gettext("Put to"), finding.organisation),
            (gettext("Answer by"), filters.day(finding.due_on)),
            (gettext("Amount"), f"{filters.yuan(finding.amount_fen)} {gettext('yuan')}"),
            (gettext("Comes from"), gettext(_ORIGINS[finding.origin])),
            *([(gettext("Escalated to"), finding.escalated_to)] if finding.escalated_to else []),
        ],
        "evidence": _links(session, finding.evidence),
        "measures": _links(session, links),
        "events": events,
        "acts": acts(finding, officer),
        "refused": refused,
        "faults": _faults_of(refused),
    }


def acts(finding: AuditFinding, officer: Officer) -> list[str]:
    """Return what an officer may do with a finding now; the verbs ask again."""
    if may(officer, ANSWERS) and officer.organisation == finding.organisation:
        return ["answer", "more-time"] if finding.state == "open" else []
    if not may(officer, ACT):
        return []
    may_close = finding.severity != "high" or finding.opened_by != officer.id
    return {
        "open": ["give-time", "withdraw"],
        "answered": ["accept", "return", "withdraw"],
        "accepted": [*(["close"] if may_close else []), "return"],
    }.get(finding.state, [])


def report(session: Session, officer: Officer, month: str) -> dict[str, Any]:
    """Return a month's report: its tallies and each finding with the last that was said."""
    chosen = Month.parse(month) if month else Month.of(clock.today())
    wanted = Wanted(month=str(chosen))
    seen = queries.seen_by(officer)
    return {
        "month": chosen,
        "figures": figures(queries.tally(session, wanted, seen)),
        "columns": columns(),
        "rows": [row(one) for one in queries.every(session, wanted, seen)],
    }


def _links(session: Session, links: list[Any]) -> list[Link | str]:
    """Return what is named; only what the viewer's duties open leads there."""
    found = addresses(session, links)
    named = [(_called(one), href) for one, (_, href) in zip(links, found, strict=True)]
    return [Link(name, href) if leads(href) else name for name, href in named]


def _called(link: dict[str, str]) -> str:
    """Return what is named with its kind: a bare number says nothing."""
    return gettext(_CALLED.get(link["kind"], "%(id)s")) % {"id": link["id"]}


def _told(said: str, due_on: Any, links: list[str]) -> str:
    due = gettext("answer by %(day)s") % {"day": filters.day(due_on)} if due_on else ""
    parts = [said, due, gettext(", ").join(links)]
    return " · ".join(part for part in parts if part)


def severities() -> list[Option]:
    """Return how grave a finding can be."""
    return [Option(one, standing_words.severity_tag(one).text) for one in standing_words.SEVERITIES]


def _faults_of(refused: Refused | None) -> list[Fault]:
    """Return what was wrong, leading to the field of the form that was sent."""
    if refused is None:
        return []
    field = _FIELDS.get(type(refused.problem))
    sentence = refused.problem.say(visit().language)
    return [Fault(sentence, field=f"{refused.act}-{field}" if field else "")]


def faults(problem: Problem | None) -> list[Fault]:
    """Return what was wrong with the form of a new finding, and with which of its fields."""
    field = _FORM_FIELDS.get(type(problem), "") if problem else ""
    return [Fault(problem.say(visit().language), field=field)] if problem else []
