"""Showing in full what is masked: an act with a reason, recorded with the officer's name."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation.problems import Problem
from service.residents.models import Person

ACT = "resident.revealed"
REASON_MAX, REASON_MIN = 500, 4


class RevealReasonMissing(Problem):
    """Whoever wants to see it in full says why."""

    code = "reveal_reason_missing"
    status = 422
    title = "A reason is needed"

    def __init__(self) -> None:
        super().__init__(
            "Say what it is needed for, in a few words; it is kept with your name.",
            "请写明用途，用途将连同您的姓名留存。",
        )


def record_reveal(
    session: Session, on: tuple[str, object], *, by: Actor, reason: str, shown: Collection[str]
) -> None:
    """Record that ``by`` is shown kinds of data (``identity``, ``sensitive``) of ``on`` in full.

    ``on`` is a table and its id. Raises RevealReasonMissing.
    """
    if len(reason.strip()) < REASON_MIN:
        raise RevealReasonMissing
    record(
        session,
        ACT,
        by=by,
        on=on,
        reason=reason.strip(),
        details={"shown": sorted(shown)},
        sealed=_whom(session, on),
    )


def _whom(session: Session, on: tuple[str, object]) -> dict[str, str]:
    """Return whose record was looked at, as the register called them that day."""
    person = session.get(Person, on[1]) if on[0] == "persons" else None
    return {"name": person.name} if person and person.name else {}
