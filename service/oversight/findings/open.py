"""Open a finding: from a hit, a sampled line, a timeline, or by hand."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.moves import move
from service.foundation import clock, ids
from service.officers.may import may, require
from service.officers.models import Officer
from service.oversight.findings.from_samples import drawn_line, links_to
from service.oversight.findings.links import links_from, links_of_hit
from service.oversight.findings.models import AuditFinding, FindingNote
from service.oversight.findings.problems import (
    SAID_MAX,
    SAID_MIN,
    DayUnusable,
    OfficeNotKnown,
    SayMore,
)
from service.oversight.standing.queries import hit_by_id

ACT = "findings.write"
ANSWERS = "findings.answer"
DAYS_MAX = 366


@dataclass(frozen=True)
class Proposed:
    """What an auditor wants to open."""

    severity: str
    sentence: str
    organisation: str
    due_on: date
    origin: str = "hand"
    hit_id: int | None = None
    evidence: str = ""
    """What it rests on, as typed: numbers apart by spaces."""
    sample: str = ""
    """The sample it comes from, and the reference of the drawn line."""
    line: str = ""
    amount_fen: int = 0


def open_finding(
    session: Session, proposed: Proposed, *, by: Officer, session_id: str = ""
) -> AuditFinding:
    """Open a finding and put it to its office.

    Raises NotAllowed, :class:`SayMore`, :class:`OfficeNotKnown`, :class:`DayUnusable`,
    EvidenceUnknown, and NotFound for a hit or a drawn line that there is not.
    """
    require(by, ACT)
    sentence = said(proposed.sentence)
    _require_office(session, proposed.organisation)
    require_day(proposed.due_on)
    evidence = links_from(session, proposed.evidence)
    amount_fen, origin = proposed.amount_fen, proposed.origin
    if proposed.sample:
        sample, line = drawn_line(session, proposed.sample, proposed.line)
        evidence, origin = [*links_to(sample, line), *evidence], "sample"
        amount_fen = amount_fen or abs(line.error_fen)
    if proposed.hit_id is not None:
        hit = hit_by_id(session, proposed.hit_id)
        evidence, origin = [*links_of_hit(hit), *evidence], "hit"
        amount_fen = amount_fen or hit.amount_fen
    made = AuditFinding(
        id=ids.uuid7(), severity=proposed.severity, sentence=sentence, origin=origin,
        hit_id=proposed.hit_id, evidence=evidence, amount_fen=amount_fen,
        organisation=proposed.organisation, due_on=proposed.due_on, opened_by=by.id,
        opened_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    move(
        session, made, "open", by=by.actor(session_id), reason=sentence,
        details={
            "severity": made.severity, "organisation": made.organisation,
            "due_on": made.due_on.isoformat(), "amount_fen": made.amount_fen, "origin": origin,
        },
    )  # fmt: skip
    note(session, made, "opened", sentence, by=by, due_on=made.due_on)
    return made


def note(
    session: Session,
    finding: AuditFinding,
    kind: str,
    text: str,
    *,
    by: Officer | None,
    due_on: date | None = None,
    links: list[dict[str, str]] | None = None,
) -> None:
    """Keep what was said about a finding."""
    session.add(
        FindingNote(
            finding_id=finding.id, kind=kind, said=text, links=links or [], due_on=due_on,
            officer_id=by.id if by is not None else None, at=clock.now(),
        )
    )  # fmt: skip
    session.flush()


def said(text: str) -> str:
    """Return words without blanks around them; raises :class:`SayMore`."""
    text = text.strip()
    if not SAID_MIN <= len(text) <= SAID_MAX:
        raise SayMore
    return text


def require_day(day: date) -> None:
    """Refuse a day that is gone or too far away; raises :class:`DayUnusable`."""
    if not clock.today() < day <= clock.today() + timedelta(days=DAYS_MAX):
        raise DayUnusable(DAYS_MAX)


def _require_office(session: Session, name: str) -> None:
    officers = session.scalars(select(Officer).where(Officer.organisation == name))
    if not any(may(one, ANSWERS) for one in officers):
        raise OfficeNotKnown(name)
