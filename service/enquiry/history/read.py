"""Read a year of one person's payments; the reading is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.recoveries.paid_twice import paid_instead
from service.enquiry.proof import provable
from service.enquiry.whose import other_subject
from service.foundation import clock
from service.foundation.problems import NotFound
from service.programmes.titles import title
from service.residents.identity.canonical import aliases
from service.residents.models import Account

YEARS_MAX = 30


@dataclass(frozen=True)
class Told:
    """One payment of a month; ``on`` is when it came."""

    programme: str
    name: str
    name_zh: str
    period: str
    amount_fen: int
    state: str
    on: date | None
    account_tail: str
    whose: str
    proof: int
    """Its place among the programme's payments of the month that a proof can be had for; 0: none."""


@dataclass(frozen=True)
class MonthTold:
    """One month, and what of it came."""

    month: str
    came_fen: int
    payments: tuple[Told, ...]


@dataclass(frozen=True)
class YearTold:
    """One year, the newest month first, and every year in which there is anything."""

    year: int
    years: tuple[int, ...]
    came_fen: int
    months: tuple[MonthTold, ...]


def year_of(session: Session, person_id: int, year: int | None = None) -> YearTold:
    """Return a year of a person's payments, the newest without one; raises NotFound for a year without."""
    own = aliases(session, person_id)
    years = _years(session, own)
    chosen = year or (years[0] if years else clock.today().year)
    if year is not None and year not in years:
        raise NotFound("page")
    rows = session.execute(
        select(Payment, Batch.month, Account.tail)
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .where(*_own(own), Batch.month.between(f"{chosen}-01", f"{chosen}-12"))
        .order_by(Batch.month.desc(), Payment.programme, Payment.id)
    )
    found: dict[str, list[tuple[Payment, str]]] = {}
    for payment, month, tail in rows:
        found.setdefault(month, []).append((payment, tail or ""))
    months = tuple(_month(session, own, month, lines) for month, lines in found.items())
    record(
        session,
        "answer.read",
        by=Actor(kind="resident", id=str(person_id)),
        on=("persons", person_id),
        details={"year": chosen},
    )
    return YearTold(chosen, tuple(years), sum(one.came_fen for one in months), months)


def _own(own: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    return Payment.payee_person_id.in_(own), Payment.state != "reissued", ~paid_instead()


def _years(session: Session, own: list[int]) -> list[int]:
    months = session.scalars(
        select(Batch.month)
        .join(Payment, Payment.batch_id == Batch.id)
        .where(*_own(own))
        .distinct()
        .order_by(Batch.month.desc())
    )
    return list(dict.fromkeys(int(month[:4]) for month in months))[:YEARS_MAX]


def _month(
    session: Session, own: list[int], month: str, lines: list[tuple[Payment, str]]
) -> MonthTold:
    places: dict[str, list[int]] = {}
    for one in provable(session, Payment.payee_person_id.in_(own), month):
        places.setdefault(one.programme, []).append(one.id)
    told = tuple(
        Told(
            programme=payment.programme,
            name=title(payment.programme, "en"),
            name_zh=title(payment.programme, "zh"),
            period=payment.period,
            amount_fen=payment.amount_fen,
            state="waiting" if payment.state in ("ready", "frozen") else payment.state,
            on=payment.settled_on if payment.state == "paid" else None,
            account_tail=tail,
            whose=other_subject(session, own, payment),
            proof=_place(places.get(payment.programme, []), payment.id),
        )
        for payment, tail in lines
    )
    came = sum(one.amount_fen for one in told if one.state == "paid")
    return MonthTold(month, came, told)


def _place(known: list[int], payment_id: int) -> int:
    return known.index(payment_id) + 1 if payment_id in known else 0
