"""Who sent something in whose name, as each of the two reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from service.enquiry.wards.find import wards_of
from service.enquiry.whose import called
from service.residents.identity.canonical import canonical
from service.residents.models import Person

_FOR = {
    "guardian": ("You sent this as the guardian of {name}.", "由您作为{name}的监护人提出。"),
    "proxy": ("You sent this as who receives for {name}.", "由您作为{name}的代领人提出。"),
}
_BY = {
    "guardian": ("{name} sent this for you as your guardian.", "由您的监护人{name}代您提出。"),
    "proxy": ("{name}, who receives for you, sent this for you.", "由您的代领人{name}代您提出。"),
}


@dataclass(frozen=True)
class Sent:
    """Who acted, in a sentence of each language; both empty where it is the reader's own act."""

    acted_as: str = ""
    sentence: str = ""
    sentence_zh: str = ""


class Acted(Protocol):
    """Something that was sent in somebody's name."""

    @property
    def person_id(self) -> int: ...
    @property
    def acted_by(self) -> int | None: ...
    @property
    def acted_as(self) -> str: ...


def names_of_wards(session: Session, person_id: int) -> dict[int, str]:
    """Return the surnames of whom somebody looks after today, by canonical number."""
    return {one.person_id: one.name for one in wards_of(session, person_id)}


def sent_by(one: Acted, own: Sequence[int], wards: Mapping[int, str], session: Session) -> Sent:
    """Return who sent it as the reader (``own``) is told."""
    if one.acted_by is None:
        return Sent()
    if one.acted_by in own:
        name = wards.get(canonical(session, one.person_id), "")
        en, zh = _FOR[one.acted_as]
    else:
        actor = session.get(Person, one.acted_by)
        name = called(actor.name if actor else None)
        en, zh = _BY[one.acted_as]
    return Sent(one.acted_as, en.format(name=name), zh.format(name=name))
