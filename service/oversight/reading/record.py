"""Record that an address showed somebody: one entry a person and minute, one for a whole list."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.oversight.reading.about import Whom, batch
from service.oversight.search.told import remember, term_digest
from service.residents.reading import read_resident

LISTED, EXPORTED = "people.listed", "people.exported"


def shown(
    session: Session, whom: Whom, path: Mapping[str, str], *, by: Actor, address: str
) -> None:
    """Record that ``by`` was shown the resident behind a path, at an address of the table of doors.

    An address that turned out to show nobody (a finding about a whole list) leaves no entry.
    """
    person_id = whom(session, path)
    if person_id is not None:
        read_resident(session, person_id, by=by, purpose=address, fields=["page"])


def many_shown(
    session: Session, act: str, path: Mapping[str, str], *, by: Actor, address: str, query: str
) -> None:
    """Record that a list of people was shown (``people.listed``) or left the service as a file.

    One entry, however many lines: it names the list, or the address where there is no single one,
    and a keyed digest of what was asked for; who stood on a list is known from the list itself.
    """
    on = batch(session, path) if "batch_no" in path else ("addresses", address)
    details = {"address": address, "asked": term_digest(query) if query else ""}
    remember(session, act, by=by, on=on, details=details)
