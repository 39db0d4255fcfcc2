"""Settle returned money at a year's end: by the rule of each source it goes back, or is carried over.

What came back by the end of the year and was not paid again is divided by what each source gave. The
treasury's part leaves the county's books as due to the treasury; the entitlement stays all the same,
and paying it later is a matter of the year in which it is paid. What is carried over is held under its
source's name, and pays the next re-issue.

What was settled is settled: asking again settles what was booked into the year since. An entry that
two people took back counts as never posted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session, aliased

from service.audit.record import record
from service.foundation.money import yuan
from service.ledger.asks.ask import AskRefused, ask
from service.ledger.asks.models import FinanceAsk
from service.ledger.close_year import require_over
from service.ledger.models import (
    Appropriation,
    AppropriationSource,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
)
from service.ledger.post import account_code, post
from service.ledger.waterfall import divide
from service.officers.models import Officer

KIND = "settle_held"
TREASURY, CARRIED_OVER = "treasury", "carried_over"
_EVENTS = {"year.forfeited": "due_to_treasury", "year.carried_over": "returned_held"}


@dataclass(frozen=True)
class HeldEnd:
    """What settling a year does to what one programme holds, by source in fen; nothing twice."""

    programme: str
    to_treasury: dict[str, int]
    carried_over: dict[str, int]

    @property
    def to_treasury_fen(self) -> int:
        """What goes back to the treasury."""
        return sum(self.to_treasury.values())

    @property
    def carried_over_fen(self) -> int:
        """What stays held, under its sources' names."""
        return sum(self.carried_over.values())


def preview_held(session: Session, year: int) -> list[HeldEnd]:
    """Return what settling the returned money of a year would do, by programme; no row for nothing."""
    found = []
    for one in session.scalars(
        select(Appropriation).where(Appropriation.year == year).order_by(Appropriation.programme)
    ):
        sources = list(
            session.scalars(
                select(AppropriationSource).where(AppropriationSource.appropriation_id == one.id)
            )
        )
        end = _settled(session, one.programme, year, sources)
        if end.to_treasury or end.carried_over:
            found.append(end)
    return found


def ask_to_settle_held(session: Session, year: int, *, reason: str, by: Officer) -> FinanceAsk:
    """Ask another officer to settle the returned money of a year that is over. Raises AskRefused."""
    require_over(year)
    found = preview_held(session, year)
    if not found:
        raise AskRefused(
            f"Nothing that came back in {year} is held unsettled.",
            f"{year} 年度没有尚未处理的退回资金。",
        )
    details = {
        "year": year,
        "to_treasury_fen": sum(one.to_treasury_fen for one in found),
        "carried_over_fen": sum(one.carried_over_fen for one in found),
    }
    amount_fen = details["to_treasury_fen"] + details["carried_over_fen"]
    return ask(
        session, KIND, str(year), amount_fen=amount_fen, reason=reason, details=details, by=by
    )


def settle_held(session: Session, asked: FinanceAsk, *, by: Officer) -> int:
    """Post it, once another officer has confirmed; return the fen that go to the treasury.

    Raises AskRefused when it is no longer what was asked for.
    """
    year = int(asked.thing_id)
    require_over(year)
    found = preview_held(session, year)
    sums = [sum(one.to_treasury_fen for one in found), sum(one.carried_over_fen for one in found)]
    if sums != [asked.details["to_treasury_fen"], asked.details["carried_over_fen"]]:
        raise AskRefused(
            f"{yuan(sums[0])} yuan would go to the treasury now and {yuan(sums[1])} be carried over, "
            "which is not what was asked for: ask again.",
            f"目前应上缴 {yuan(sums[0])} 元、结转 {yuan(sums[1])} 元，与申请时不符，请重新申请。",
        )
    for one in found:
        event = f"{one.programme}:{year}:{asked.id}"
        own = account_code("returned_held", programme=one.programme)
        due = account_code("due_to_treasury", programme=one.programme)
        post(
            session, "year.forfeited", event,
            {due: one.to_treasury_fen, own: -one.to_treasury_fen}, booked_on=date(year, 12, 31),
        )  # fmt: skip
        carried = {
            account_code("returned_held", programme=one.programme, fund_source=source): fen
            for source, fen in one.carried_over.items()
        }
        post(
            session, "year.carried_over", event, {own: -one.carried_over_fen, **carried},
            booked_on=date(year + 1, 1, 1),
        )  # fmt: skip
        record(
            session,
            "held.settled",
            by=by.actor(),
            on=("finance_asks", asked.id),
            reason=asked.reason,
            details={
                "programme": one.programme,
                "year": year,
                "to_treasury": one.to_treasury,
                "carried_over": one.carried_over,
            },
        )
    return sums[0]


def _settled(
    session: Session, programme: str, year: int, sources: list[AppropriationSource]
) -> HeldEnd:
    own = account_code("returned_held", programme=programme)
    gone = _posted(session, "year.forfeited", programme, year)
    carried = _posted(session, "year.carried_over", programme, year)
    gone_fen, carried_fen = sum(gone.values()), sum(carried.values())
    # Forfeits are booked into the year, what is carried over into the next: the whole is both again.
    whole_fen = max(
        0,
        min(
            _balance(session, own, through=date(year, 12, 31)) + gone_fen,
            _balance(session, own) + gone_fen + carried_fen,
        ),
    )
    shares = divide(whole_fen, {one.fund_source: one.amount_fen for one in sources})
    rules = {one.fund_source: one.year_end for one in sources}
    to_treasury = {
        source: fen for source, fen in shares.items() if rules.get(source) == TREASURY and fen
    }
    kept = {source: fen for source, fen in shares.items() if rules.get(source) != TREASURY and fen}
    # Of the treasury's part the ledger keeps one sum for the programme.
    missing_fen = max(0, sum(to_treasury.values()) - gone_fen)
    return HeldEnd(
        programme,
        {source: fen for source, fen in divide(missing_fen, to_treasury).items() if fen},
        {
            source: fen - carried.get(source, 0)
            for source, fen in kept.items()
            if fen > carried.get(source, 0)
        },
    )


def _balance(session: Session, code: str, *, through: date | None = None) -> int:
    query = (
        select(func.coalesce(func.sum(LedgerPosting.amount_fen), 0))
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(LedgerAccount.code == code)
    )
    if through is not None:
        query = query.where(LedgerEntry.booked_on <= through)
    return int(session.scalar(query) or 0)


def _posted(session: Session, event: str, programme: str, year: int) -> Mapping[str, int]:
    """Return {source: fen} that a year's settlements moved, less what was taken back since."""
    old = aliased(LedgerEntry)
    mine = f"{programme}:{year}:"
    rows = session.execute(
        select(LedgerAccount.fund_source, func.sum(LedgerPosting.amount_fen))
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .outerjoin(old, old.id == LedgerEntry.reverses_id)
        .where(
            LedgerAccount.kind == _EVENTS[event],
            # The programme's own account is the other side of what was carried over.
            true() if event == "year.forfeited" else LedgerAccount.fund_source.is_not(None),
            or_(
                (LedgerEntry.event_type == event)
                & LedgerEntry.event_id.startswith(mine, autoescape=True),
                (old.event_type == event) & old.event_id.startswith(mine, autoescape=True),
            ),
        )
        .group_by(LedgerAccount.fund_source)
    )
    return {source or "": int(fen) for source, fen in rows}
