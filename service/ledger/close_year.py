"""Close a budget year: what was not committed goes back, what is on its way or held stays where it is.

Article 42 of the budget law: what a year left over is given back or carried over. Committed money is
carried over as it is, so a payment that failed in December is paid in January. Returned money is a
matter of its own: see ``settle_held``. Here only what nobody ever committed leaves: it is turned
back to the sources that gave it, each by what it gave. Nothing can be committed to a closed year.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.foundation.money import yuan
from service.ledger.asks.ask import AskRefused, ask
from service.ledger.asks.models import FinanceAsk
from service.ledger.models import Appropriation, AppropriationSource
from service.ledger.post import account_code, post
from service.ledger.waterfall import divide, waterfall
from service.officers.models import Officer

KIND = "close_year"


@dataclass(frozen=True)
class YearEnd:
    """What closing a year does to one programme, in fen: ``unspent`` leaves, the others stay."""

    programme: str
    appropriated_fen: int
    unspent_fen: int
    committed_fen: int
    in_transit_fen: int
    held_fen: int
    back_to: dict[str, int]
    """{fund source: fen of the unspent}."""


def preview(session: Session, year: int) -> list[YearEnd]:
    """Return what closing a year would do, by programme; nothing for a closed or unknown year.

    Committed, in transit and held are of the programme as a whole: its accounts know no year.
    """
    stand = {one.programme: one for one in waterfall(session)}
    found = []
    for one in _of_year(session, year):
        here = stand.get(one.programme)
        unspent = one.amount_fen - one.committed_fen
        found.append(
            YearEnd(
                one.programme,
                one.amount_fen,
                unspent,
                here.committed_fen if here else 0,
                here.in_transit_fen if here else 0,
                here.held_fen if here else 0,
                divide(unspent, _given(session, one)) if unspent else {},
            )
        )
    return found


def ask_to_close_year(session: Session, year: int, *, reason: str, by: Officer) -> FinanceAsk:
    """Ask another officer to close a year that is over. Raises AskRefused."""
    require_over(year)
    unspent = sum(one.unspent_fen for one in preview(session, year))
    if not unspent:
        raise AskRefused(
            f"Nothing of {year} is left to give back.", f"{year} 年度没有可交回的未用预算。"
        )
    details = {"year": year, "unspent_fen": unspent}
    return ask(session, KIND, str(year), amount_fen=unspent, reason=reason, details=details, by=by)


def close_year(session: Session, asked: FinanceAsk, *, by: Officer) -> int:
    """Give back what is left, once another officer has confirmed; return the fen.

    Raises AskRefused when it is no longer what was asked for: another sum has to be seen first.
    """
    year = int(asked.thing_id)
    require_over(year)
    rows = {one.programme: one for one in _of_year(session, year, lock=True)}
    found = preview(session, year)
    unspent = sum(one.unspent_fen for one in found)
    if unspent != asked.amount_fen:
        raise AskRefused(
            f"{yuan(unspent)} yuan are left now, not {yuan(asked.amount_fen)}: ask again.",
            f"目前剩余 {yuan(unspent)} 元，与申请时的 {yuan(asked.amount_fen)} 元不符，请重新申请。",
        )
    for one in found:
        if not one.unspent_fen:
            continue
        _give_back(session, rows[one.programme], one, event=str(asked.id))
        record(
            session,
            "appropriation.closed",
            by=by.actor(),
            on=("appropriations", rows[one.programme].id),
            before=str(one.appropriated_fen),
            after=str(one.appropriated_fen - one.unspent_fen),
            reason=asked.reason,
            details={"programme": one.programme, "year": year, "back_to": one.back_to},
        )
    return unspent


def _give_back(session: Session, appropriation: Appropriation, one: YearEnd, *, event: str) -> None:
    appropriation.amount_fen -= one.unspent_fen
    for source in session.scalars(_sources(appropriation)):
        source.amount_fen -= one.back_to.get(source.fund_source, 0)
    post(
        session,
        "year.unspent",
        f"{one.programme}:{appropriation.year}:{event}",
        {
            account_code("available", programme=one.programme): -one.unspent_fen,
            **{
                account_code("authority", programme=one.programme, fund_source=source): fen
                for source, fen in one.back_to.items()
            },
        },
        booked_on=date(appropriation.year, 12, 31),
    )
    session.flush()


def _of_year(session: Session, year: int, *, lock: bool = False) -> list[Appropriation]:
    query = (
        select(Appropriation).where(Appropriation.year == year).order_by(Appropriation.programme)
    )
    return list(session.scalars(query.with_for_update() if lock else query))


def _given(session: Session, appropriation: Appropriation) -> dict[str, int]:
    return {one.fund_source: one.amount_fen for one in session.scalars(_sources(appropriation))}


def _sources(appropriation: Appropriation) -> Select[AppropriationSource]:
    return select(AppropriationSource).where(
        AppropriationSource.appropriation_id == appropriation.id
    )


def require_over(year: int) -> None:
    """Raise AskRefused while a year is not over."""
    if clock.today().year <= year:
        raise AskRefused(f"{year} is not over yet.", f"{year} 年度尚未结束。")
