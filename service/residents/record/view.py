"""What a resident's page shows around the facts: identity, households, accounts, questions, history."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.officers.models import Officer
from service.officers.reach import reaches
from service.residents.models import Person
from service.residents.places.tree import names_of
from service.residents.record import around, history_tables, identity_tables
from service.residents.record.blocks import Reader, Theme, themes
from service.residents.record.facts import Record
from service.residents.record.table import Table
from service.web.filters import masked_name
from service.web.language import gettext

IDENTITY, ACCOUNT, SENSITIVE = "identity", "account", "sensitive"
REVEALS = (IDENTITY, ACCOUNT, SENSITIVE)


@dataclass(frozen=True)
class ResidentPage:
    """Everything on a resident's page."""

    person: Person
    name: str
    place: str
    aliases: tuple[int, ...]
    groups: list[tuple[str, list[Table]]]
    """Who it is and with whom, how paid, and what is asked about them."""
    themes: list[Theme]
    has_sensitive: bool


def resident_page(
    session: Session, officer: Officer, person: Person, record: Record, revealed: frozenset[str]
) -> ResidentPage:
    """Return a resident's page; ``revealed`` says what is written out in full."""
    shared = around.households(session, record)
    told = around.relations(record)
    people = around.people(
        session,
        {member.person_id for one in shared for member in one.members} | around.named(record),
    )
    reader = Reader(
        lambda division: reaches(officer, "residents.read", division),
        SENSITIVE in revealed,
        record.aliases,
        people,
        _places(session, person, record),
    )
    identity = [
        identity_tables.numbers(session, record, full=IDENTITY in revealed),
        identity_tables.names(session, record, full=IDENTITY in revealed),
        identity_tables.households(shared, reader),
        identity_tables.relations(told, reader),
    ]
    paid = [
        identity_tables.accounts(session, record, full=ACCOUNT in revealed),
        history_tables.changes(session, record),
    ]
    asked = [
        history_tables.confirmations(session, record),
        history_tables.tasks(session, record),
        history_tables.disputes(session, record),
        history_tables.merges(session, record),
    ]
    groups = [
        (gettext("Who it is"), identity),
        (gettext("Where it is paid to"), paid),
        (gettext("What is asked and was decided"), asked),
    ]
    return ResidentPage(
        person=person,
        name=(person.name or "—") if IDENTITY in revealed else masked_name(person.name),
        place=reader.places.get(person.division or "", person.division or ""),
        aliases=record.aliases,
        groups=[
            (title, filled)
            for title, tables in groups
            if (filled := [one for one in tables if one.rows])
        ],
        themes=themes(record, reader),
        has_sensitive=any(entry.feed.sensitive for entry in record.entries),
    )


def _places(session: Session, person: Person, record: Record) -> dict[str, str]:
    """Return the names of the divisions that are named on the page."""
    wanted = {person.division or ""}
    for entry in record.entries:
        kept = [one.kept_as for one in entry.feed.columns if one.type == "division"]
        wanted |= {str(said.data.get(field) or "") for said in entry.versions for field in kept}
    return names_of(session, wanted - {""})
