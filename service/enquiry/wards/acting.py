"""In whose name something is sent or taken: the reader's own, or that of somebody looked after today."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.enquiry.wards.find import wards_of
from service.foundation.problems import NotFound
from service.residents.identity.canonical import aliases, canonical


@dataclass(frozen=True)
class Whom:
    """The person in whose name it is; ``acted_by`` is who does it where that is another."""

    person_id: int
    key: str = ""
    name: str = ""
    """The surname of somebody else, as it is read aloud."""
    acted_by: int | None = None
    acted_as: str | None = None
    """guardian or proxy."""

    @property
    def reader(self) -> int:
        """Who is signed in."""
        return self.acted_by or self.person_id


def whom(session: Session, reader: int, key: str = "") -> Whom:
    """Return in whose name the reader acts; raises NotFound for a key of nobody looked after today."""
    if not key:
        return Whom(canonical(session, reader))
    for one in wards_of(session, reader):
        if one.key == key:
            mine = canonical(session, reader)
            return Whom(one.person_id, key, one.name, acted_by=mine, acted_as=one.relation)
    raise NotFound("page")


def theirs(session: Session, one: Whom) -> ColumnElement[bool]:
    """Select the payments to somebody, and of a ward those that the reader receives for it."""
    own = aliases(session, one.person_id)
    if one.acted_by is None:
        return Payment.payee_person_id.in_(own)
    return or_(
        Payment.payee_person_id.in_(own),
        and_(
            Payment.payee_person_id.in_(aliases(session, one.acted_by)),
            Payment.subject_kind == "person",
            Payment.subject_id.in_(own),
        ),
    )
