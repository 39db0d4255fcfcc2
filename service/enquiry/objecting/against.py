"""What may be objected to: a decision about oneself or a ward, and what hangs in one's village."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.explain import RulesNotRead, explain_person, latest
from service.assessment.outcome_files import OutcomesDamaged
from service.batches.models import Payment
from service.enquiry.board.came import codes_of
from service.enquiry.board.hanging import Hanging, hanging
from service.enquiry.requests.choices import choices, listed_since
from service.enquiry.wards.acting import Whom
from service.foundation import clock
from service.foundation.problems import NotFound
from service.notices import queries as notices
from service.notices.models import NoticeLine
from service.residents.identity.canonical import aliases
from service.residents.models import Division, Person
from service.residents.places.tree import current_of
from service.residents.snapshot.problems import SnapshotDamaged


@dataclass(frozen=True)
class Listed:
    """A posted list that hangs in the reader's village; ``line`` is None for the list as a whole."""

    hanging: Hanging
    line: NoticeLine | None
    is_own: bool
    """Whether the line is about the reader."""


def programmes_decided(session: Session, one: Whom, month: str) -> list[str]:
    """Return the programmes about which somebody can object for a month, what is paid first.

    Of a ward only what was on lists in the last year: what else was decided is not the reader's to know.
    """
    found = listed_since(session, one, month)
    assessment = latest(session, month) if one.acted_by is None else None
    if assessment is None:
        return found
    try:
        told = explain_person(session, assessment, one.person_id)
    except (RulesNotRead, OutcomesDamaged, SnapshotDamaged):
        return found
    # Who reads over a shoulder shall not learn that somebody was looked at for a sensitive one.
    more = [each.programme for each in told if each.outcome == "due" or not each.is_sensitive]
    return list(dict.fromkeys([*found, *more]))


def require_decision(session: Session, one: Whom, month: str, code: str) -> None:
    """Raise NotFound where nothing was decided or paid that concerns the person."""
    choices(session, one, month, code)


def hanging_here(session: Session, person_id: int) -> list[Hanging]:
    """Return what hangs now in the village where somebody is registered."""
    home = session.scalar(
        select(Person.division).where(Person.id == aliases(session, person_id)[0])
    )
    if not home:
        return []
    village = session.get(Division, current_of(session, home))
    codes = {home, *(codes_of(session, village) if village is not None else ())}
    return hanging(session, codes, clock.today())


def listed(session: Session, person_id: int, number: str, place: int | None) -> Listed:
    """Return a list that hangs in one's village, or a line of it that is shown; raises NotFound."""
    found = next(
        (one for one in hanging_here(session, person_id) if one.posted.notice.number == number),
        None,
    )
    if found is None:
        raise NotFound("notice")
    if place is None:
        return Listed(found, None, is_own=False)
    line = notices.shown_line(session, found.posted.notice, place)
    if line is None or line.division != found.division:
        raise NotFound("line")
    own = aliases(session, person_id)
    payment = session.get_one(Payment, line.payment_id)
    is_subject = payment.subject_kind == "person" and payment.subject_id in own
    return Listed(found, line, is_own=payment.payee_person_id in own or is_subject)
