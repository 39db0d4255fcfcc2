"""Find a person by an ID number: exactly, or not at all."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.encryption import sealer
from service.residents.identity.id_number import IdReader
from service.residents.identity.resolve import index_of
from service.residents.models import Person, PersonIdentifier


def find(session: Session, number: str) -> Person | None:
    """Return the person of an ID number in any form a feed may use, or None."""
    read = IdReader(clock.today()).read(number)
    if read.fault:
        return None
    return session.scalar(
        select(Person)
        .join(PersonIdentifier, PersonIdentifier.person_id == Person.id)
        .where(PersonIdentifier.value_index == index_of(sealer(), read.value))
    )
