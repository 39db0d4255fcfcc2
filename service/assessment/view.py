"""What the officers' pages of decisions show, and who may see which."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from eligibility_rules import Subject
from service.assessment.explain import (
    Explained,
    Whole,
    chosen,
    explain_one,
    explain_person,
    latest,
    months_assessed,
)
from service.assessment.reveal import Reveal, sees_sensitive
from service.assessment.told import tell
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.officers.may import NOWHERE, Matter, may
from service.officers.models import Officer
from service.programmes.telling import Told
from service.programmes.telling.words import OUTCOMES
from service.residents.models import Person
from service.residents.record.search import is_seen_by, seen
from service.web.filters import masked_name, month_name
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Column, Row, Tag

TABS_MAX = 12


@dataclass(frozen=True)
class Asked:
    """Which decision is asked for; without an assessment, the newest of the month."""

    month: str
    code: str
    kind: str
    subject_id: int
    assessment_id: UUID | None = None


@dataclass(frozen=True)
class DecisionPage:
    """One decision for an officer."""

    told: Told
    who: str
    letter: str


@dataclass(frozen=True)
class DecisionsPage:
    """Every decision about a person in a month; ``problem`` says why they cannot be shown."""

    who: str
    months: list[tuple[str, str, int | None]]
    here: str
    columns: list[Column]
    rows: list[Row]
    problem: str


def address(month: str, code: str, kind: str, subject_id: int) -> str:
    """Return where the newest decision of a month is shown; ``kind`` is the kind of subject."""
    return f"/months/{month}/decisions/{code}/{kind}/{subject_id}"


def letter_address(whole: Whole) -> str:
    """Return where the letter about exactly this decision is shown."""
    said = whole.explanation
    home = address(whole.assessment.month, said.programme.code, whole.subject, whole.subject_id)
    return f"{home}/letter?assessment={whole.assessment.id}"


def whole_for(
    session: Session,
    officer: Officer,
    asked: Asked,
) -> tuple[Whole, Person | None]:
    """Return a decision and its payee if the officer may see both; else NotFound, whatever is wrong."""
    assessment = chosen(session, str(Month.parse(asked.month)), asked.assessment_id)
    if assessment is None:
        raise NotFound("decision")
    if asked.kind == Subject.PERSON:
        # Nobody learns from the answer whether somebody outside the division exists.
        seen(session, asked.subject_id, officer)
    whole = explain_one(session, assessment, asked.kind, asked.subject_id, asked.code)
    person = _payee(session, whole)
    said, place = whole.explanation, place_of(whole, person)
    # Of one of the officer's programmes, in a place where he reads decisions and residents.
    matter = Matter(kind="decision", division=place or NOWHERE, programme=said.programme.code)
    if not may(officer, "assessment.read", matter):
        raise NotFound("decision")
    if person is not None and not is_seen_by(officer, person):
        raise NotFound("decision")
    is_hidden = said.programme.sensitive and said.amount_fen is None
    if is_hidden and not sees_sensitive(officer, place):
        raise NotFound("decision")
    return whole, person


def place_of(whole: Whole, person: Person | None) -> str | None:
    """Return where whom a decision is about lives: the payee, where there is one."""
    return whole.division if person is None else person.division


def about(whole: Whole, person: Person | None) -> tuple[str, int]:
    """Return whom a decision is about: a table and its surrogate id."""
    if person is not None:
        return "persons", person.id
    return f"{whole.subject.value}s", whole.subject_id


def decision_page(whole: Whole, person: Person | None, shown: Reveal) -> DecisionPage:
    """Return the page of one decision; sensitive values only where ``shown`` is open."""
    who = masked_name(person.name) if person else ""
    told = tell(whole, visit().language, traced=True, guarded=not shown.is_open)
    return DecisionPage(told, who, letter_address(whole))


def decisions_page(session: Session, officer: Officer, person: Person, month: str) -> DecisionsPage:
    """Return the page of everything decided about a person in a month, the newest if not given."""
    months = months_assessed(session)
    shown_month = str(Month.parse(month)) if month else (months[0] if months else "")
    assessment = latest(session, shown_month) if shown_month else None
    if assessment is None and month:
        raise NotFound("month")
    found: list[Explained] = []
    problem = "" if assessment else gettext("No month was assessed yet.")
    if assessment is not None:
        try:
            found = explain_person(session, assessment, person.id)
        except Problem as refusal:
            problem = refusal.say(visit().language)
    home = f"/residents/{person.id}/decisions"
    sensitive, place = sees_sensitive(officer, person.division), person.division or NOWHERE
    shown = [
        one
        for one in found
        if may(officer, "assessment.read", Matter(division=place, programme=one.programme))
        and (sensitive or one.outcome == "due" or not one.is_sensitive)
    ]
    return DecisionsPage(
        who=masked_name(person.name),
        months=[
            (month_name(Month.parse(one)), f"{home}?month={one}", None) for one in months[:TABS_MAX]
        ],
        here=f"{home}?month={shown_month}",
        columns=[
            Column(gettext("Programme")),
            Column(gettext("Outcome")),
            Column(gettext("Amount"), "money", gettext("yuan")),
            Column(gettext("What decided it")),
        ],
        rows=[_row(one, shown_month) for one in sorted(shown, key=_nearest_first)],
        problem=problem,
    )


def _payee(session: Session, whole: Whole) -> Person | None:
    person_id = whole.subject_id if whole.subject is Subject.PERSON else whole.payee_person_id
    person = session.get(Person, person_id) if person_id is not None else None
    if person is not None and person.merged_into is not None:
        person = session.get(Person, person.merged_into)
    return person


def _nearest_first(one: Explained) -> tuple[int, int, str]:
    order = {"due": 0, "unknown": 1, "not_due": 2}
    return order[one.outcome], len(one.decisive), one.programme


def _row(one: Explained, month: str) -> Row:
    chinese = visit().language == "zh"
    text, tone = OUTCOMES[one.outcome]
    reasons = [reason.zh if chinese else reason.en for reason in one.decisive]
    decided = "" if one.outcome == "due" else ("；" if chinese else "; ").join(reasons)
    return Row(
        [
            one.names.zh if chinese else one.names.en,
            Tag(text.zh if chinese else text.en, tone),
            one.amount_fen,
            decided or None,
        ],
        address(month, one.programme, one.subject, one.subject_id),
    )
