"""The canonical id: several person rows that are one human being all lead to the same one."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from service.residents.models import Person

CANONICAL = "coalesce({0}.merged_into, {0}.id)"
"""The same in SQL; formatted with the alias of a joined ``persons`` row."""


def canonical_column(person: type[Person] = Person) -> ColumnElement[int]:
    """Return the expression of a person row's canonical id."""
    return func.coalesce(person.merged_into, person.id)


def canonical(session: Session, person_id: int) -> int:
    """Return the id under which a human being is kept; an unknown id is returned as it is."""
    found = session.scalar(select(canonical_column()).where(Person.id == person_id))
    return person_id if found is None else found


def aliases(session: Session, person_id: int) -> list[int]:
    """Return every id of the human being behind any one of them, the canonical one first."""
    found = session.execute(_ALIASES, {"person": person_id}).all()
    counts = found[0][0] if found else person_id
    return [counts, *(own for _, own in found if own != counts)]


def _every_id() -> Select[Any]:
    row = aliased(Person)
    kept = select(canonical_column(row)).where(row.id == bindparam("person")).scalar_subquery()
    return (
        select(kept, Person.id)
        .where(or_(Person.id == kept, Person.merged_into == kept))
        .order_by(Person.id)
    )


# One question instead of two, and made once: every look of a resident begins with it.
_ALIASES = _every_id()


def same_person(session: Session, one: int, other: int) -> bool:
    """Return whether two ids are known to be one human being."""
    return canonical(session, one) == canonical(session, other)
