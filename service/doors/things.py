"""The things that paths name, as the officers' table asks about them; one unknown is not found.

Asked only for officers whom a place or programme limits: who has the whole county sees everything,
and the pages look their things up themselves.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from service.batches import queries as batches
from service.batches.about import about_case, about_line, require_seen
from service.batches.recoveries import queries as recoveries
from service.dispatch.about import about_file
from service.dispatch.recall.about import about_recall
from service.foundation.problems import NotFound
from service.notices.objections import queries as objections
from service.notices.objections.about import about_objection
from service.officers.may import Matter, require
from service.officers.models import Officer
from service.officers.table import TABLE, TOUCHING
from service.residents.about import about_person

Path = Mapping[str, str]


def require_thing(session: Session, officer: Officer, act: str, path: Path) -> None:
    """Refuse an act with what a path names; raises NotFound, NotAllowed."""
    for name, ask in ASKED.items():
        if name in path:
            ask(session, officer, act, path)


def _batch(session: Session, officer: Officer, act: str, path: Path) -> None:
    batch = batches.by_no(session, path["batch_no"])
    require_seen(session, officer, batch, act)
    if "reference" in path:
        payment = batches.by_reference(session, batch, path["reference"])
        require(officer, act, _bare(about_line(session, payment)))
    elif TABLE[act].reach != TOUCHING:
        require(officer, act, Matter(kind="batch", programme=batch.programme))


def _case(session: Session, officer: Officer, act: str, path: Path) -> None:
    case = recoveries.by_no(session, path["case_no"])
    require(officer, act, _bare(about_case(session, case)))


def _objection(session: Session, officer: Officer, act: str, path: Path) -> None:
    case = objections.by_no(session, path["objection_no"])
    require(officer, act, about_objection(session, case.objection))


def _person(session: Session, officer: Officer, act: str, path: Path) -> None:
    if not path["person_id"].isascii() or not path["person_id"].isdecimal():
        raise NotFound("resident")
    number = int(path["person_id"])
    if number >= 2**63:
        raise NotFound("resident")
    require(officer, act, _bare(about_person(session, number)))


def _file(session: Session, officer: Officer, act: str, path: Path) -> None:
    if TABLE[act].reach == "everything":
        return
    try:
        file_id = UUID(path["file_id"])
    except ValueError:
        raise NotFound("file") from None
    require(officer, act, about_file(session, file_id))


def _recall(session: Session, officer: Officer, act: str, path: Path) -> None:
    try:
        recall_id = UUID(path["recall_id"])
    except ValueError:
        raise NotFound("recall") from None
    require(officer, act, about_recall(session, recall_id))


def _bare(about: Matter) -> Matter:
    """Return where and of which programme a thing is; who did it before, its own stage asks."""
    return Matter(kind=about.kind, division=about.division, programme=about.programme)


ASKED: Mapping[str, Callable[[Session, Officer, str, Path], None]] = {
    "batch_no": _batch,
    "case_no": _case,
    "objection_no": _objection,
    "person_id": _person,
    "file_id": _file,
    "recall_id": _recall,
}
