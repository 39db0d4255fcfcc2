"""What the pages of estates show: the list of the dead, and one of them with lines and heirs."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from service.batches.exceptions import words as reasons
from service.batches.heirs import estates, queries, words
from service.batches.words import line_tag, programme_name
from service.officers.may import may
from service.officers.models import Officer
from service.officers.reach import reaches
from service.residents import queries as residents_queries
from service.residents.heirs.register import about_heir, share_of
from service.residents.heirs.shares import written
from service.residents.models import Person
from service.web.filters import ending, masked_name
from service.web.language import gettext
from service.web.view_models import Column, Option, Row, Tag


@dataclass(frozen=True)
class Registration:
    """One registration and what this viewer may do with it."""

    id: UUID
    title: str
    tag: Tag
    pairs: list[tuple[str, str]]
    acts: frozenset[str]
    """approve (and refuse), end."""
    resident: str
    """Where the heir's account is looked after; empty where the viewer may not go."""


@dataclass(frozen=True)
class EstatePage:
    """Everything on the page of one of the dead."""

    home: str
    title: str
    status: str
    line_columns: list[Column]
    line_rows: list[Row]
    registrations: list[Registration]
    left: str
    """The share that nobody is registered for, like ``1/3``; ``0`` for none."""
    to_refuse: list[Option]
    to_end: list[Option]
    may_register: bool


def list_part(
    session: Session, officer: Officer, after: str = ""
) -> tuple[list[Column], list[Row], str]:
    """Return the columns and rows of a page of the list, and where the next begins; raises NoSuchPlace."""
    found, following = estates.page(session, officer, after=after)
    tails = queries.id_tails(session, [one.person.id for one in found])
    columns = [
        Column(gettext("Who died"), "name"),
        Column(gettext("ID number"), "code"),
        Column(gettext("Lines that wait"), "number"),
        Column(gettext("Waiting"), "money", gettext("yuan")),
        Column(gettext("Since"), "moment"),
        Column(gettext("Share with heirs")),
        Column(gettext("State")),
    ]
    rows = [
        Row(
            [
                masked_name(one.person.name),
                ending(tails.get(one.person.id, "")),
                one.lines,
                one.fen,
                one.since,
                written(one.approved),
                words.estate_tag(one.approved, len(one.unconfirmed), one.registered),
            ],
            f"/heirs/{one.person.id}",
        )
        for one in found
    ]
    return columns, rows, following


def estate_page(session: Session, person: Person, officer: Officer) -> EstatePage:
    """Return the page of one of the dead."""
    heirs = queries.heirs_of(session, person.id)
    standing = [one for one in heirs if one.row.ended_at is None]
    approved = sum((share_of(o.row) for o in standing if o.row.approved_at), Fraction(0))
    left = 1 - sum((share_of(one.row) for one in standing), Fraction(0))
    who = masked_name(person.name)
    named = residents_queries.names_of(
        session,
        {
            name
            for one in heirs
            for name in (one.row.registered_by, one.row.approved_by or "", one.row.ended_by or "")
        }
        - {""},
    )
    registrations = [_registration(session, one, officer, named) for one in reversed(heirs)]
    return EstatePage(
        home=f"/heirs/{person.id}",
        title=gettext("Estate of %(who)s") % {"who": who},
        status=_status(approved, left),
        line_columns=[
            Column(gettext("Programme")),
            Column(gettext("Period")),
            Column(gettext("Goes to"), "name"),
            Column(gettext("Amount"), "money", gettext("yuan")),
            Column(gettext("State")),
            Column(gettext("Held by")),
        ],
        line_rows=[
            Row(
                [
                    programme_name(line.programme),
                    line.period,
                    _goes_to(session, line.payee_person_id, person),
                    line.amount_fen,
                    line_tag(line.state),
                    gettext(", ").join(reasons.label(one) for one in held),
                ],
                f"/batches/{batch.batch_no}/lines/{line.reference}",
            )
            for line, batch, held in queries.lines_of(session, person.id)
        ],
        registrations=registrations,
        left=written(left),
        to_refuse=_choices(registrations, "approve"),
        to_end=_choices(registrations, "end"),
        may_register=left > 0
        and may(officer, "heirs.register", about_heir(session, person.id, person.id)),
    )


def _choices(registrations: list[Registration], act: str) -> list[Option]:
    return [Option(str(one.id), one.title) for one in registrations if act in one.acts]


def _status(approved: Fraction, left: Fraction) -> str:
    if approved == 1:
        return gettext(
            "Every share has an heir; the lines go to them when they are looked at again."
        )
    if left:
        return gettext(
            "Nothing is paid before the approved shares are the whole; %(left)s is free."
        ) % {"left": written(left)}
    return gettext("Nothing is paid before a second officer has approved every share.")


def _goes_to(session: Session, payee: int | None, dead: Person) -> str:
    if payee is None:
        return "—"
    person = session.get_one(Person, payee)
    return (
        gettext("nobody yet")
        if (person.merged_into or person.id) == dead.id
        else masked_name(person.name)
    )


def _registration(
    session: Session, one: queries.Heir, officer: Officer, named: dict[str, str]
) -> Registration:
    row = one.row
    about = about_heir(session, row.person_id, row.heir_person_id)
    acts = set()
    if row.ended_at is None:
        if row.approved_at is None and row.registered_by != str(officer.id):
            acts |= {"approve"} if may(officer, "heirs.approve", about) else set()
        acts |= {"end"} if may(officer, "heirs.register", about) else set()
    pairs = [
        (gettext("ID number"), ending(one.id_tail)),
        (
            gettext("Account"),
            ending(one.account_tail) if one.account_tail else gettext("no account yet"),
        ),
        (gettext("Share"), written(share_of(row))),
        (gettext("Ground"), f"{gettext(words.BASES[row.basis])}, {row.evidence}"),
        (gettext("Why"), row.reason),
        (
            gettext("Registered by"),
            _by(named, row.registered_by, row.registered_at.date().isoformat()),
        ),
    ]
    if row.approved_by and row.approved_at:
        pairs.append(
            (
                gettext("Approved by"),
                _by(named, row.approved_by, row.approved_at.date().isoformat()),
            )
        )
    if row.ended_by and row.ended_at:
        pairs.append(
            (gettext("Ended by"), _by(named, row.ended_by, row.ended_at.date().isoformat()))
        )
        pairs.append((gettext("Why it ended"), row.ended_reason or "—"))
    can_read = may(officer, "residents.read") and reaches(
        officer, "residents.read", one.person.division
    )
    return Registration(
        row.id,
        f"{masked_name(one.person.name)}, {gettext(words.RELATIONS[row.relation])}",
        words.state_of(row),
        pairs,
        frozenset(acts),
        f"/residents/{one.person.id}" if can_read else "",
    )


def _by(named: dict[str, str], who: str, day: str) -> str:
    return f"{named.get(who, gettext('the system'))}, {day}"
