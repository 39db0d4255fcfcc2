"""What came of a programme: told by a stage above, which knows payments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.web.view_models import Picture


@dataclass(frozen=True)
class Came:
    """The latest month in a sentence, and the months before it as pictures."""

    sentence: str
    pictures: Sequence[Picture]


_told_by: list[Callable[[Session, str], Came | None]] = []


def tell_came_by(read: Callable[[Session, str], Came | None]) -> None:
    """Let a function tell what came of a programme; None where nothing may be told."""
    _told_by[:] = [read]


def came_of(session: Session, code: str) -> Came | None:
    return _told_by[0](session, code) if _told_by else None
