"""Everything that a month's answer is made of, in one question of the database.

Residents ask by the hundred a second. A statement costs whoever sends it more than the rows it finds,
so who asks, under which ids, about which month, what was paid and what decided it are asked together.
"""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    Text,
    any_,
    bindparam,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import LateralFromClause

from service.assessment.newest import Newest, newest, newest_of
from service.batches.models import Batch, Payment
from service.batches.recoveries.paid_twice import paid_instead
from service.enquiry.beside import something
from service.enquiry.identify import BEHIND, behind
from service.enquiry.lookers import KEPT, any_look_at
from service.enquiry.queries import MONTHS
from service.foundation import clock
from service.foundation.ids import reference_of
from service.foundation.months import Month
from service.residents.identity.canonical import canonical_column
from service.residents.models import Account, Person


@dataclass(frozen=True)
class Paid:
    """One payment of the month, as much of it as is told; see :class:`~service.batches.models.Payment`."""

    id: int
    programme: str
    period: str
    state: str
    line_type: str
    subject_kind: str
    subject_id: int
    amount_fen: int
    entitled_fen: int | None
    settled_on: date | None
    tail: str | None
    state_of_list: str
    has_more: bool
    """Whether anything may stand beside it."""

    @property
    def reference(self) -> str:
        return reference_of(self.id)


@dataclass(frozen=True)
class Asked:
    """Who asks about which month, and what there is about it."""

    person_id: int | None
    """None: somebody the province let in and the county does not know."""
    own: list[int]
    """Every id of this human being, the canonical one first."""
    month: str
    months: list[str]
    """Those that can be asked about, the newest first."""
    payments: list[Paid]
    decided: Newest | None
    is_looked_at: bool
    """Whether an officer looked at the record in the last year."""


def asked_by(session: Session, token: str, month: str = "") -> Asked | None:
    """Return what the resident behind a session's token is told of a month, or of the newest one.

    What is not written like a month asks for the newest one. None where there is no such session or
    it has ended.
    """
    return _asked(session, _BY_TOKEN, behind(token), month if _MONTH.fullmatch(month) else "")


def asked_of(session: Session, person_id: int, month: str) -> Asked:
    """Return the same of somebody who is known already."""
    found = _asked(session, _BY_PERSON, {"person": person_id}, month)
    if found is None:
        raise AssertionError("a statement about somebody always has a row")
    return found


def _asked(
    session: Session, question: Select[Any], about: dict[str, Any], month: str
) -> Asked | None:
    session.flush()
    now = clock.now()
    rows = (
        session.connection()
        .execute(question, {**about, "since": now - KEPT, "month": month or None, "this_month": str(Month.of(clock.today()))})
        .all()
    )  # fmt: skip
    if not rows:
        return None
    first = rows[0]
    counts, own = first.counts, first.own or ()
    return Asked(
        person_id=first.person_id,
        own=[] if counts is None else [counts, *(one for one in own if one != counts)],
        month=first.chosen,
        months=first.months or [],
        payments=[Paid(*row[:_WIDTH]) for row in rows if row.id is not None],
        decided=newest_of(first, first.chosen),
        is_looked_at=first.is_looked_at,
    )


def _question(who: Select[Any]) -> Select[Any]:
    same = _same(who)
    month = same.c.chosen
    paid = _paid(month, same.c.own)
    found = newest(month, same.c.own)
    return (
        select(
            *paid.c,
            *same.c,
            *found.c,
            any_look_at(same.c.own, since=bindparam("since", type_=DateTime(timezone=True))).label("is_looked_at"),
        )
        .select_from(same)
        .outerjoin(found, true())
        .outerjoin(paid, true())
        .order_by(paid.c.programme, paid.c.id)
    )  # fmt: skip


def _same(who: Select[Any]) -> CTE:
    """Who asks, under which ids, about which month."""
    asks, row, other = who.cte("a"), aliased(Person, name="p"), aliased(Person, name="o")
    counts = func.coalesce(canonical_column(row), asks.c.person_id)
    own = (
        select(func.array_agg(aggregate_order_by(other.id, other.id)))
        .where(or_(other.id == counts, other.merged_into == counts))
        .correlate_except(other)
        .scalar_subquery()
    )
    shown = MONTHS.subquery("m")
    listed = select(
        func.array_agg(aggregate_order_by(shown.c.month, shown.c.month.desc())).label("months")
    ).cte("l")
    chosen = func.coalesce(
        bindparam("month", type_=Text), listed.c.months[1], bindparam("this_month", type_=Text)
    )
    return (
        select(
            asks.c.person_id,
            counts.label("counts"),
            func.coalesce(own, array([counts])).label("own"),
            listed.c.months,
            chosen.label("chosen"),
        )
        .select_from(asks)
        .join(listed, true())
        .outerjoin(row, row.id == asks.c.person_id)
        .cte("s")
        # Or the ids would be asked for again wherever they are compared.
        .prefix_with("MATERIALIZED")
    )


def _paid(month: ColumnElement[str], own: ColumnElement[list[int]]) -> LateralFromClause:
    return (
        select(
            *(getattr(Payment, name) for name in _OF_PAYMENT),
            Account.tail,
            Batch.state.label("state_of_list"),
            something().label("has_more"),
        )
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .where(
            Payment.payee_person_id == any_(own),
            Batch.month == month,
            Payment.state != "reissued",
            ~paid_instead(),
        )
        .lateral("d")
    )


_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_WIDTH = len(fields(Paid))
_OF_PAYMENT = [one.name for one in fields(Paid)][:-3]
# Made once: putting a statement together takes longer than asking it. Lists are compared as arrays, for one
# that were spelled out would be put together for every question; and psycopg remembers no more than 4,096
# characters.
_BY_TOKEN = _question(BEHIND)
_BY_PERSON = _question(select(bindparam("person", type_=BigInteger).label("person_id")))
