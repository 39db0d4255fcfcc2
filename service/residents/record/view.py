"""What a resident's page shows around the facts: identity, households, accounts, questions, history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.foundation.encryption import sealer
from service.officers.models import Officer
from service.residents import feeds, queries
from service.residents.models import Account, Person, PersonIdentifier
from service.residents.pages import task_words
from service.residents.places.tree import names_of
from service.residents.record import around, words
from service.residents.record.blocks import Reader, Theme, themes
from service.residents.record.facts import Record
from service.web.filters import day, ending, masked_name
from service.web.language import gettext
from service.web.view_models import Cell, Column, Row, Tag

IDENTITY, ACCOUNT, SENSITIVE = "identity", "account", "sensitive"
REVEALS = (IDENTITY, ACCOUNT, SENSITIVE)


@dataclass(frozen=True)
class Table:
    """One table of the page; left out if it has no rows."""

    anchor: str
    title: str
    columns: list[Column]
    rows: list[Row]


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
        {member.person_id for one in shared for member in one.members}
        | {other for _, _, other in told},
    )
    reader = Reader(
        officer.division,
        SENSITIVE in revealed,
        record.aliases,
        people,
        _places(session, person, record),
    )
    identity = [
        _numbers(session, record, full=IDENTITY in revealed),
        _names(session, record, full=IDENTITY in revealed),
        _households(shared, reader),
        _relations(told, reader),
    ]
    paid = [
        _accounts(session, record, full=ACCOUNT in revealed),
        _changes(session, record),
    ]
    asked = [
        _confirmations(session, record),
        _tasks(session, record),
        _disputes(session, record),
        _merges(session, record),
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


def _numbers(session: Session, record: Record, *, full: bool) -> Table:
    kinds = {"id18": gettext("ID number"), "birth_certificate": gettext("Birth certificate")}
    return Table(
        "numbers",
        gettext("Numbers"),
        [Column(gettext("Number")), Column(gettext("Kind")), Column(gettext("In force"))],
        [
            Row([_number(one, full=full), kinds[one.kind], _in_force(one)])
            for one in around.identifiers(session, record.aliases)
        ],
    )


def _number(one: PersonIdentifier, *, full: bool) -> str:
    if not full:
        return ending(one.tail)
    return sealer().open(one.value_sealed, f"person_identifiers:value:{one.value_index.hex()}")


def _in_force(one: PersonIdentifier) -> Cell:
    if one.valid_to is not None:
        return Tag(gettext("former, until %(day)s") % {"day": day(one.valid_to)})
    return Tag(gettext("in force"), "ok")


def _names(session: Session, record: Record, *, full: bool) -> Table:
    return Table(
        "names",
        gettext("Names"),
        [Column(gettext("Name")), Column(gettext("Known"))],
        [
            Row(
                [
                    one.name if full else masked_name(one.name),
                    words.known_span(one.known_from, one.known_to),
                ]
            )
            for one in around.names(session, record.aliases, record.known_at)
        ],
    )


def _households(shared: Sequence[around.Shared], reader: Reader) -> Table:
    return Table(
        "households",
        gettext("Households"),
        [
            Column(gettext("Member")),
            Column(gettext("Household")),
            Column(gettext("Relation to the head")),
            Column(gettext("Says")),
        ],
        [
            Row(
                [
                    reader.person(member.person_id),
                    f"{words.household(one.kind)} {one.code}",
                    member.relation or None,
                    words.name_of(feeds.feed(member.feed)),
                ]
            )
            for one in shared
            for member in one.members
        ],
    )


def _relations(told: Iterable[tuple[str, str, int]], reader: Reader) -> Table:
    return Table(
        "relations",
        gettext("People named beside this person"),
        [Column(gettext("Who")), Column(gettext("As")), Column(gettext("Says"))],
        [
            Row(
                [
                    reader.person(other),
                    words.label_of(feeds.feed(code).column(field)),
                    words.name_of(feeds.feed(code)),
                ]
            )
            for code, field, other in told
            if not feeds.feed(code).sensitive or reader.sees_sensitive
        ],
    )


def _accounts(session: Session, record: Record, *, full: bool) -> Table:
    rows = []
    for one in around.accounts(session, record.aliases, record.known_at):
        account = one.account
        verified = words.verdict_tag(one.verdict)
        source = gettext("changed by two officers") if account.change_id else gettext("card office")
        rows.append(
            Row(
                [
                    _card(account, full=full),
                    account.bank_name,
                    account.status,
                    verified,
                    day(one.verified_on),
                    source,
                    words.known_span(account.known_from, account.known_to),
                ],
                tone="bad" if verified.tone == "bad" and account.known_to is None else "",
            )
        )
    headers = (
        gettext("Account"),
        gettext("Bank"),
        gettext("State"),
        gettext("Verified"),
        gettext("On"),
        gettext("Says"),
        gettext("Known"),
    )
    return Table("accounts", gettext("Accounts"), [Column(one) for one in headers], rows)


def _card(one: Account, *, full: bool) -> str:
    if not full:
        return ending(one.tail)
    return sealer().open(one.card_sealed, f"accounts:card:{one.card_index.hex()}")


def _changes(session: Session, record: Record) -> Table:
    states = {
        "requested": Tag(gettext("waits for a second officer"), "warn"),
        "confirmed": Tag(gettext("confirmed"), "ok"),
        "refused": Tag(gettext("refused"), "bad"),
        "withdrawn": Tag(gettext("withdrawn")),
    }
    found = around.account_changes(session, record.aliases)
    named = queries.names_of(
        session, {one.requested_by for one in found} | {one.decided_by for one in found}
    )
    return Table(
        "changes",
        gettext("Changes of account"),
        [
            Column(gettext("New account")),
            Column(gettext("State")),
            Column(gettext("Asked for by")),
            Column(gettext("On"), "moment"),
            Column(gettext("Why")),
            Column(gettext("Decided by")),
        ],
        [
            Row(
                [
                    f"{one.bank_name} {ending(one.tail)}",
                    states[one.state],
                    named.get(one.requested_by, gettext("the system")),
                    one.requested_at,
                    one.reason,
                    " · ".join(filter(None, (named.get(one.decided_by or ""), one.decision_reason)))
                    or None,
                ]
            )
            for one in found
        ],
    )


def _confirmations(session: Session, record: Record) -> Table:
    answers = {
        "alive": Tag(gettext("alive"), "ok"),
        "dead": Tag(gettext("dead"), "bad"),
    }
    return Table(
        "seen",
        gettext("What townships confirmed"),
        [
            Column(gettext("Answer")),
            Column(gettext("Day")),
            Column(gettext("Who looked")),
            Column(gettext("Why")),
            Column(gettext("Taken back")),
        ],
        [
            Row(
                [
                    answers[one.answer],
                    day(one.stated_on),
                    one.organisation,
                    one.reason,
                    day(one.withdrawn_at) if one.withdrawn_at else None,
                ]
            )
            for one in around.confirmations(session, record.aliases)
            if one.at < record.known_at
        ],
    )


def _tasks(session: Session, record: Record) -> Table:
    rows = []
    for one in around.tasks(session, record.aliases):
        tag = task_words.state_tag(one)
        cells: list[Cell] = [
            task_words.question(one.kind),
            tag,
            task_words.answering(one),
            day(one.due_on),
        ]
        rows.append(Row(cells, f"/tasks/{one.id}"))
    return Table(
        "tasks",
        gettext("Questions to departments"),
        [
            Column(gettext("Question")),
            Column(gettext("State")),
            Column(gettext("Answers")),
            Column(gettext("Due")),
        ],
        rows,
    )


def _disputes(session: Session, record: Record) -> Table:
    why = {
        "two_rows": gettext("one file names two people by this number"),
        "another_person": gettext("the register suddenly names somebody else"),
    }
    return Table(
        "disputes",
        gettext("Disputed numbers"),
        [
            Column(gettext("What is disputed")),
            Column(gettext("State")),
            Column(gettext("Opened"), "moment"),
            Column(gettext("Answer")),
        ],
        [
            Row(
                [
                    why.get(one.why, one.why),
                    Tag(gettext("resolved"), "ok")
                    if one.resolved_at
                    else Tag(gettext("blocked until the police answer"), "bad"),
                    one.opened_at,
                    one.resolution,
                ]
            )
            for one in around.disputes(session, record.aliases)
        ],
    )


def _merges(session: Session, record: Record) -> Table:
    kinds = {"merge": gettext("taken for one person"), "split": gettext("parted again")}
    found = around.identity_acts(session, record.aliases)
    named = queries.names_of(session, {one.by for one in found})
    known = feeds.every()
    return Table(
        "merges",
        gettext("Merges and splits"),
        [
            Column(gettext("What")),
            Column(gettext("Rows")),
            Column(gettext("When"), "moment"),
            Column(gettext("By")),
            Column(gettext("Why")),
        ],
        [
            Row(
                [
                    kinds[one.kind],
                    f"{one.kept_id} ← {one.other_id}",
                    one.at,
                    named.get(one.by) or (words.name_of(known[one.by]) if one.by in known else "—"),
                    one.reason,
                ]
            )
            for one in found
        ],
    )
