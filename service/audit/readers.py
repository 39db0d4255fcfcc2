"""Who may read the trail, and what its people are called.

The stage that knows officers stands above this one, so the viewer of the request is asked, and the
web door hands in once how officers are named.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.keeping.problems import DutyMissing
from service.foundation.database import transaction
from service.foundation.problems import NotFound
from service.web.here import Viewer, Visit, enter, visit

Namer = Callable[[Session, Iterable[UUID]], dict[UUID, str]]
Finder = Callable[[Session, str], Viewer | None]
_namer: list[Namer] = []
_finder: list[Finder] = []


def require_reader() -> None:
    """Refuse whoever may not read the trail, as if it were not there; raises NotFound."""
    viewer = visit().viewer
    if viewer is None or not viewer.may("audit.read"):
        raise NotFound("page")


def require_act(act: str) -> Actor:
    """Return who sends the request, as an actor; raises DutyMissing without the duty for ``act``."""
    viewer = visit().viewer
    if viewer is None or not viewer.may(act):
        raise DutyMissing(act)
    return Actor("officer", viewer.id, viewer.organisation, viewer.session)


def require_one_of(*acts: str) -> None:
    """Refuse whoever has none of the duties; raises DutyMissing."""
    viewer = visit().viewer
    if viewer is None or not any(viewer.may(act) for act in acts):
        raise DutyMissing(acts[0])


def find_viewers_by(finder: Finder) -> None:
    """Let ``finder(session, username)`` return who that is, for the command line."""
    _finder[:] = [finder]


@contextmanager
def acting(username: str) -> Iterator[Session]:
    """Open a transaction in an officer's name; raises NotFound for a name nobody has."""
    with transaction() as session:
        viewer = _finder[0](session, username) if _finder else None
        if viewer is None:
            raise NotFound("officer")
        enter(Visit(viewer=viewer))
        yield session


def name_officers_by(namer: Namer) -> None:
    """Let ``namer(session, ids)`` return {id: name} of officers."""
    _namer[:] = [namer]


def officer_names(session: Session, texts: Iterable[str]) -> dict[str, str]:
    """Return {id as text: name} of those ids that are officers'."""
    if not _namer:
        return {}
    wanted = [UUID(text) for text in set(texts) if _is_uuid(text)]
    return {str(one): name for one, name in _namer[0](session, wanted).items()}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
