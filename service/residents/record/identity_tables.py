"""Who somebody is, as tables of the page: numbers, names, households, relations, accounts."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from service.foundation.encryption import sealer
from service.residents import feeds
from service.residents.models import Account, PersonIdentifier
from service.residents.record import around, words
from service.residents.record.blocks import Reader
from service.residents.record.facts import Record
from service.residents.record.table import Table
from service.web.filters import day, ending, masked_name
from service.web.language import gettext
from service.web.view_models import Cell, Column, Row, Tag


def numbers(session: Session, record: Record, *, full: bool) -> Table:
    kinds = {"id18": gettext("ID number"), "birth_certificate": gettext("Birth certificate")}
    return Table(
        "numbers",
        gettext("Numbers"),
        [Column(gettext("Number")), Column(gettext("Kind")), Column(gettext("In force"))],
        [
            Row([number_of(one, full=full), kinds[one.kind], _in_force(one)])
            for one in around.identifiers(session, record.aliases)
        ],
    )


def number_of(one: PersonIdentifier, *, full: bool) -> str:
    """Return a number, or only its end."""
    if not full:
        return ending(one.tail)
    return sealer().open(one.value_sealed, f"person_identifiers:value:{one.value_index.hex()}")


def _in_force(one: PersonIdentifier) -> Cell:
    if one.valid_to is not None:
        return Tag(gettext("former, until %(day)s") % {"day": day(one.valid_to)})
    return Tag(gettext("in force"), "ok")


def names(session: Session, record: Record, *, full: bool) -> Table:
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


def households(shared: Sequence[around.Shared], reader: Reader) -> Table:
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


def relations(told: Iterable[tuple[str, str, int]], reader: Reader) -> Table:
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


def accounts(session: Session, record: Record, *, full: bool) -> Table:
    rows = []
    for one in around.accounts(session, record.aliases, record.known_at):
        account = one.account
        verified = words.verdict_tag(one.verdict)
        source = gettext("changed by two officers") if account.change_id else gettext("card office")
        rows.append(
            Row(
                [
                    card_of(account, full=full),
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


def card_of(one: Account, *, full: bool) -> str:
    """Return an account's number, or only its end."""
    if not full:
        return ending(one.tail)
    return sealer().open(one.card_sealed, f"accounts:card:{one.card_index.hex()}")
