"""What the pages of finance's desk show."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.words import programme_name
from service.dispatch.history import event_of
from service.ledger.queries import channels
from service.officers import queries as officer_queries
from service.officers.models import Officer
from service.programmes.catalogue import rules
from service.reconciliation.desk import own, tell
from service.reconciliation.desk.find import Found
from service.reconciliation.desk.models import FinanceTask
from service.reconciliation.desk.totals import Total
from service.reconciliation.desk.wanted import KINDS, NOBODY, OTHER, STATES, Wanted
from service.reconciliation.links import around, of_exception
from service.reconciliation.reasons import REASONS
from service.reconciliation.words import LEFT_LYING
from service.residents.models import Division
from service.residents.places.tree import names_of
from service.web.filters import masked_name, number, yuan
from service.web.language import gettext, ngettext
from service.web.view_models import Column, Figure, Option, Row

_AGES = (1, 3, 5, 10, 20)


def columns() -> list[Column]:
    """Return the columns of :func:`rows`."""
    return [
        Column(gettext("Reason")),
        Column(gettext("State")),
        Column(gettext("Working days"), "number", sort="since"),
        Column(gettext("Bank")),
        Column(gettext("Programme and township")),
        Column(gettext("Payment or reference")),
        Column(gettext("Amount"), "money", gettext("yuan"), sort="amount"),
        Column(gettext("Who puts it right, and how")),
        Column(gettext("Owner")),
    ]


def rows(session: Session, found: Sequence[Found]) -> list[Row]:
    """Return exceptions as rows: no full name and no account."""
    tasks = own.tasks_of(session, found)
    banks = {one.id: one.name for one in channels(session)}
    owners = officer_names(session, tasks)
    places = names_of(session, {_township(one) for one in found if one.division})
    return [
        Row(
            (
                tell.why(one),
                tell.state_tag(one.state),
                tell.age(one),
                _bank_name(banks, one),
                _of(one, places),
                about(one),
                one.amount_fen,
                gettext("%(who)s: %(step)s") % {"who": tell.who(one), "step": tell.step(one)},
                owners.get(one.key, "—"),
            ),
            href=f"/reconciliation/exceptions/{one.key}",
            key=one.key,
        )
        for one in found
    ]


def officer_names(session: Session, tasks: dict[str, FinanceTask]) -> dict[str, str]:
    """Return {key: name of the officer who looks after it}."""
    names = {one.id: one.name for one in officer_queries.everyone(session)} if tasks else {}
    return {key: names.get(one.owner_id, "") for key, one in tasks.items() if one.owner_id}


def about(one: Found) -> str:
    """Return what it is about as it is called: reference and masked name, or the bank's own."""
    if one.reference:
        return f"{one.reference} {masked_name(one.payee_name)}".strip()
    return one.said if one.kind != "line" and one.said else tell.kind(one.kind)


def figures(found: Sequence[Total], asked: Wanted) -> list[Figure]:
    """Return how many of each kind there are, each leading to its own list."""
    return [
        Figure(
            tell.kind(one.kind),
            number(one.count),
            note=f"{yuan(one.amount_fen)} {gettext('yuan')}" if one.count else "",
            href="/reconciliation/exceptions?" + urlencode(replace(asked, kind=one.kind).pairs()),
        )
        for one in found
    ]


def options(session: Session, officer: Officer) -> dict[str, list[Option]]:
    """Return the choices of every filter."""
    every = Option("", gettext("all"))
    towns = session.execute(
        select(Division.code, Division.name)
        .where(Division.level == "township")
        .order_by(Division.code)
    )
    return {
        "kind": [every, *(Option(one, tell.kind(one)) for one in KINDS)],
        "bank": [every, *(Option(one.code, one.name) for one in channels(session))],
        "programme": [every, *(Option(one, programme_name(one)) for one in rules().programmes)],
        "place": [every, *(Option(code[:9], name) for code, name in towns)],
        "reason": [
            every,
            *(Option(one, tell.reason_label(one)) for one in (*REASONS, OTHER, *LEFT_LYING)),
        ],
        "owner": [
            every,
            Option(NOBODY, gettext("not taken")),
            *(Option(one.username, _named(one, officer)) for one in own.colleagues(session)),
        ],
        "age": [
            every,
            *(
                Option(
                    str(one),
                    ngettext("%(num)s working day or more", "%(num)s working days or more", one)
                    % {"num": one},
                )
                for one in _AGES
            ),
        ],
        "state": [every, *(Option(one, tell.state_word(one)) for one in STATES)],
    }


def colleague_options(session: Session, officer: Officer) -> list[Option]:
    """Return whom an officer can hand exceptions to."""
    return [
        Option(one.username, one.name) for one in own.colleagues(session) if one.id != officer.id
    ]


def detail(session: Session, one: Found, task: FinanceTask | None) -> dict[str, Any]:
    """Return what the page of one exception shows."""
    banks = {bank.id: bank.name for bank in channels(session)}
    owner = officer_queries.by_id(session, task.owner_id) if task and task.owner_id else None
    pairs = [
        (gettext("Kind"), tell.kind(one.kind)),
        (gettext("Who puts it right"), tell.who(one)),
        (gettext("Open since"), f"{one.since} · {_days(tell.age(one))}"),
        (gettext("Bank"), _bank_name(banks, one)),
        (gettext("Amount"), f"{yuan(one.amount_fen)} {gettext('yuan')}"),
    ]
    if one.programme:
        pairs.append((gettext("Programme"), programme_name(one.programme)))
    if one.division:
        places = names_of(session, {_township(one)})
        pairs.append((gettext("Township"), places.get(_township(one), "—")))
    if one.reference:
        pairs.append((gettext("Payment"), about(one)))
    if one.said:
        pairs.append((gettext("The bank's words"), " ".join(filter(None, (_code(one), one.said)))))
    pairs.append((gettext("Owner"), owner.name if owner else gettext("not taken")))
    if task is not None and task.note:
        pairs.append((gettext("Note"), task.note))
    return {
        "title": tell.why(one),
        "tag": tell.state_tag(one.state),
        "step": tell.step(one),
        "pairs": pairs,
        "links": [
            *of_exception(one.kind, one.id, one.amount_fen),
            *around(session, one.payment_id),
        ],
        "events": [event_of(session, entry, tell.act) for entry in history(session, task)],
    }


def history(session: Session, task: FinanceTask | None) -> Sequence[AuditEntry]:
    """Return who took, handed and laid it down, the newest first."""
    if task is None:
        return []
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_type == "finance_tasks", AuditEntry.object_id == str(task.id))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    ).all()


def _of(one: Found, places: dict[str, str]) -> str:
    """Return programme and township in one cell: the table has no room for two."""
    said = [programme_name(one.programme)] if one.programme else []
    if one.division:
        said.append(places.get(_township(one), "—"))
    return " · ".join(said) or "—"


def _township(one: Found) -> str:
    return f"{one.division[:9]}000"


def _named(one: Officer, officer: Officer) -> str:
    return gettext("%(name)s (you)") % {"name": one.name} if one.id == officer.id else one.name


def _days(count: int) -> str:
    return ngettext("%(num)s working day", "%(num)s working days", count) % {"num": count}


def _code(one: Found) -> str:
    return one.code if one.kind == "failed" else ""


def _bank_name(banks: dict[UUID, str], one: Found) -> str:
    return banks.get(one.channel_id, "—") if one.channel_id else "—"
