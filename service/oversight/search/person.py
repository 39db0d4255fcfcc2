"""Find the resident that an audit is about: by the whole ID number, or a whole name in one place."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.foundation.problems import Problem
from service.officers.reach import in_place
from service.oversight.search.told import PERSON_SEARCHED, remember, term_digest
from service.residents.divisions import is_division
from service.residents.identity.find import find
from service.residents.models import Person, PersonIdentifier

HITS_MAX = 20
_TOWNSHIP, _VILLAGE = 9, 12


class PersonNotSaid(Problem):
    """Neither a number nor a name with a place was given."""

    code = "person_not_said"
    status = 422
    title = "Nobody can be looked for so"

    def __init__(self) -> None:
        super().__init__(
            "Give the whole ID number, or a whole name and the code of a township or village.",
            "请填写完整身份证号，或完整姓名及乡镇（村）。",
        )


@dataclass(frozen=True)
class Hit:
    """Somebody who was found; ``tail`` is the end of the ID number in force."""

    person_id: int
    name: str
    division: str
    tail: str


def look_for(session: Session, *, number: str, name: str, division: str, by: Actor) -> list[Hit]:
    """Return whom a number or a name and place lead to, at most a few; the looking is recorded.

    ``number`` is looked up in the blind index and kept nowhere; of what was typed the entry holds a
    keyed digest. Raises :class:`PersonNotSaid`.
    """
    if number.strip():
        person = find(session, number)
        found, kind, term = [person] if person else [], "number", number.strip().upper()
    elif name.strip() and is_division(division):
        found, kind, term = _named(session, name.strip(), division), "name", name.strip() + division
    else:
        raise PersonNotSaid
    details = {
        "kind": kind,
        "term": term_digest(term),
        "persons": [str(one.id) for one in found],
    }
    remember(session, PERSON_SEARCHED, by=by, on=("audit_entries", "person"), details=details)
    tails = _tails(session, [one.id for one in found])
    return [Hit(one.id, one.name or "", one.division or "", tails.get(one.id, "")) for one in found]


def _named(session: Session, name: str, division: str) -> list[Person]:
    digits = _TOWNSHIP if division.endswith("000") else _VILLAGE
    kept = (
        select(func.coalesce(Person.merged_into, Person.id))
        .where(Person.name == name, in_place(division[:digits], Person.division))
        .distinct()
        .limit(HITS_MAX)
    )
    return list(session.scalars(select(Person).where(Person.id.in_(kept)).order_by(Person.id)))


def _tails(session: Session, ids: list[int]) -> dict[int, str]:
    rows = session.execute(
        select(PersonIdentifier.person_id, PersonIdentifier.tail)
        .where(PersonIdentifier.person_id.in_(ids), PersonIdentifier.kind == "id18")
        .order_by(PersonIdentifier.valid_to.asc().nulls_last())
    )
    found: dict[int, str] = {}
    for row in rows:
        found.setdefault(row.person_id, row.tail)
    return found
