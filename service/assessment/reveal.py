"""What the most sensitive feeds say about a decision is written out once, to officers who give a reason."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.officers.reach import reaches
from service.residents.record.revealing import REASON_MAX, RevealReasonMissing, record_reveal
from service.web.here import visit

SENSITIVE = "sensitive"
Reason = Annotated[str, Form(max_length=REASON_MAX)]


@dataclass(frozen=True)
class Reveal:
    """How far an explanation is written out, and the form that asks for the rest."""

    may: bool
    is_open: bool = False
    fault: str = ""
    reason: str = ""
    reason_max: int = REASON_MAX

    @property
    def status(self) -> int:
        return RevealReasonMissing.status if self.fault else 200


def sees_sensitive(officer: Officer, division: str | None) -> bool:
    """Return whether an officer may see what is sensitive of a place, after a reason where it is a value."""
    return any(reaches(officer, act, division) for act in ("residents.reveal", "audit.read"))


def masked(officer: Officer, division: str | None) -> Reveal:
    """Return what a page about a place starts with: nothing sensitive is written out."""
    return Reveal(sees_sensitive(officer, division))


def reveal(
    session: Session,
    officer: Officer,
    on: tuple[str, int],
    *,
    division: str | None,
    by: Actor,
    reason: str,
) -> Reveal:
    """Record the act and open the explanation; without a reason, say what is missing.

    ``on`` is whom the decision is about: a table and its surrogate id; ``division`` where that is.
    Raises NotAllowed.
    """
    try:
        return open_up(session, officer, on, division=division, by=by, reason=reason)
    except RevealReasonMissing as problem:
        return Reveal(may=True, fault=problem.say(visit().language), reason=reason)


def open_up(
    session: Session,
    officer: Officer,
    on: tuple[str, int],
    *,
    division: str | None,
    by: Actor,
    reason: str,
) -> Reveal:
    """Record the act and open the explanation; raises NotAllowed, RevealReasonMissing."""
    if not sees_sensitive(officer, division):
        raise NotAllowed("residents.reveal")
    record_reveal(session, on, by=by, reason=reason, shown=[SENSITIVE])
    return Reveal(may=True, is_open=True)
