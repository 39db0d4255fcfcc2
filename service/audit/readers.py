"""Who may read the trail, and what its people are called.

The stage that knows officers stands above this one, so the viewer of the request is asked, and the
web door hands in once how officers are named.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.web.here import visit

Namer = Callable[[Session, Iterable[UUID]], dict[UUID, str]]
_namer: list[Namer] = []


def require_reader() -> None:
    """Refuse whoever may not read the trail, as if it were not there; raises NotFound."""
    viewer = visit().viewer
    if viewer is None or not viewer.may("audit.read"):
        raise NotFound("page")


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
