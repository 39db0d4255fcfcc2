"""Find a person by an ID number or a birth certificate's number: exactly, or not at all."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from service.foundation import clock
from service.foundation.encryption import sealer
from service.residents.identity.canonical import canonical_column
from service.residents.identity.id_number import IdReader
from service.residents.models import Person, PersonIdentifier

_CERTIFICATE = re.compile("[A-Z][0-9]{9}")


def find(session: Session, number: str) -> Person | None:
    """Return the canonical person of a number in any form a feed may use, or None.

    A former number, or one of a person since merged, leads to the human being as kept today.
    """
    index = _index_of(number)
    if index is None:
        return None
    carrier = aliased(Person)
    kept = (
        select(canonical_column(carrier))
        .join(PersonIdentifier, PersonIdentifier.person_id == carrier.id)
        .where(PersonIdentifier.value_index == index)
        .scalar_subquery()
    )
    return session.scalar(select(Person).where(Person.id == kept))


def _index_of(number: str) -> bytes | None:
    certificate = number.strip().upper()
    if _CERTIFICATE.fullmatch(certificate):
        return sealer().index(certificate, "birth_certificate")
    read = IdReader(clock.today()).read(number)
    return None if read.fault else sealer().index(read.value, "id18")
