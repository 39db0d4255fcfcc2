"""Every reading of batches, lines and holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import Session

from service.assessment.models import Decision
from service.batches.models import Batch, BatchAct, Payment, PaymentHold
from service.batches.tallies import queries as tallies
from service.batches.waits import WAITING
from service.batches.walk import Stretch, Wanted, walk
from service.foundation import ids
from service.foundation.problems import NotFound
from service.officers.models import Officer
from service.residents.models import Account

BATCHES_PER_PAGE = 50


def by_no(session: Session, batch_no: str) -> Batch:
    """Return a batch by what people call it; raises NotFound."""
    found = session.scalars(select(Batch).where(Batch.batch_no == batch_no)).first()
    if found is None:
        raise NotFound("batch")
    return found


def locked(session: Session, batch_id: UUID) -> Batch:
    """Return a batch under its row's lock, as it is now.

    The lock is against whoever locks or changes the batch, not against whoever refers to it: a bank
    file that is written twice in one transaction has its reference to the batch checked, and two files
    of one batch must not each hold that reference and wait for the other's lock.
    """
    how = {"key_share": True}
    return session.get_one(Batch, batch_id, with_for_update=how, populate_existing=True)


def locked_by_no(session: Session, batch_no: str) -> Batch:
    """Return a batch by number under its row's lock; raises NotFound."""
    return locked(session, by_no(session, batch_no).id)


def of_month(session: Session, month: str, seen: ColumnElement[bool] | None = None) -> list[Batch]:
    """Return a month's batches by number; ``seen`` selects those that the reader may see."""
    query = select(Batch).where(Batch.month == month).order_by(Batch.batch_no)
    return list(session.scalars(query if seen is None else query.where(seen)))


def months(session: Session) -> list[str]:
    """Return the months that have batches, newest first."""
    return list(session.scalars(select(Batch.month).distinct().order_by(Batch.month.desc())))


def in_states(session: Session, *states: str) -> list[Batch]:
    return list(
        session.scalars(
            select(Batch).where(Batch.state.in_(states)).order_by(Batch.built_at, Batch.batch_no)
        )
    )


def acts_of(session: Session, batch: Batch) -> list[BatchAct]:
    return list(
        session.scalars(select(BatchAct).where(BatchAct.batch_id == batch.id).order_by(BatchAct.at))
    )


def maker_of(session: Session, batch: Batch) -> UUID | None:
    """Return who submitted the batch in its current round."""
    return session.scalar(
        select(BatchAct.officer_id).where(
            BatchAct.batch_id == batch.id,
            BatchAct.round == batch.round,
            BatchAct.act == "submitted",
        )
    )


def holds_of(session: Session, batch: Batch, officer: Officer | None = None) -> dict[str, int]:
    """Return {control: open holds} of a batch, most first."""
    return tallies.holds_seen(session, batch, officer)


@dataclass(frozen=True)
class Line:
    """A line as an officer sees it."""

    payment: Payment
    controls: tuple[str, ...]
    is_office_late: bool


def lines(
    session: Session, wanted: Wanted, *, after: str = "", before: str = ""
) -> tuple[list[Line], Stretch]:
    """Return one page of a batch's lines (held first) with their open holds, and where it lies.

    Raises NoSuchPlace.
    """
    stretch = walk(session, wanted, after=after, before=before)
    found = session.execute(
        select(Payment, Decision.is_office_late)
        .outerjoin(Decision, Decision.id == Payment.decision_id)
        .where(Payment.id.in_(stretch.ids))
    ).all()
    holds = session.execute(
        select(PaymentHold.payment_id, PaymentHold.control).where(
            PaymentHold.payment_id.in_(stretch.ids), PaymentHold.cleared_at.is_(None)
        )
    ).all()
    by_payment: dict[int, list[str]] = {}
    for payment_id, code in holds:
        by_payment.setdefault(payment_id, []).append(code)
    order = {number: place for place, number in enumerate(stretch.ids)}
    ordered = sorted(found, key=lambda row: order[row[0].id])
    return [
        Line(line, tuple(sorted(by_payment.get(line.id, ()))), bool(is_late))
        for line, is_late in ordered
    ], stretch


def held_totals(session: Session, month: str) -> dict[str, int]:
    """Return {control: lines} held in a month's batches."""
    return dict(sorted(tallies.holds_of_month(session, month).items()))


def find(
    session: Session,
    *,
    month: str = "",
    programme: str = "",
    state: str = "",
    page: int = 1,
    seen: ColumnElement[bool] | None = None,
) -> tuple[list[Batch], int]:
    """Return one page of the batches that match, those that wait for somebody first, and how many there are.

    The state ``waiting`` is each in which a list goes no further by itself; ``seen`` selects those
    that the reader may see.
    """
    query = select(Batch) if seen is None else select(Batch).where(seen)
    for column, wanted in (
        (Batch.month, month),
        (Batch.programme, programme),
        (Batch.state, "" if state == "waiting" else state),
    ):
        if wanted:
            query = query.where(column == wanted)
    if state == "waiting":
        query = query.where(Batch.state.in_(WAITING))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.scalars(
        query.order_by(Batch.state.in_(WAITING).desc(), Batch.month.desc(), Batch.batch_no)
        .offset((page - 1) * BATCHES_PER_PAGE)
        .limit(BATCHES_PER_PAGE)
    )
    return list(found), total


def by_reference(session: Session, batch: Batch, reference: str) -> Payment:
    """Return a batch's line by its own reference; raises NotFound."""
    number = ids.number_of(reference)
    found = session.get(Payment, number) if number is not None else None
    if found is None or found.batch_id != batch.id:
        raise NotFound("line")
    return found


def account_tails(session: Session, payments: Sequence[Payment]) -> dict[int, str]:
    """Return {account id: its last four characters} of some lines."""
    wanted = {one.account_id for one in payments if one.account_id is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Account.id, Account.tail).where(Account.id.in_(wanted)))
    return {account_id: tail for account_id, tail in rows}  # noqa: C416 - rows are tuples of two


def account_of(session: Session, payment: Payment) -> Account | None:
    """Return the account a line goes to."""
    return session.get(Account, payment.account_id) if payment.account_id is not None else None


def holds_of_line(session: Session, payment: Payment) -> list[PaymentHold]:
    """Return every hold a line has or had, open ones first."""
    return list(
        session.scalars(
            select(PaymentHold)
            .where(PaymentHold.payment_id == payment.id)
            .order_by(PaymentHold.cleared_at.is_not(None), PaymentHold.control)
        )
    )


def has_acted(session: Session, batch: Batch, officer: Officer) -> bool:
    """Return whether an officer has acted in the batch's present round."""
    return session.get(BatchAct, (batch.id, batch.round, officer.id)) is not None


def not_acted_by(officer: Officer) -> ColumnElement[bool]:
    """Select batches in whose present round an officer has not acted yet."""
    return ~exists().where(
        BatchAct.batch_id == Batch.id,
        BatchAct.round == Batch.round,
        BatchAct.officer_id == officer.id,
    )


def since(*acts: str) -> ScalarSelect[datetime]:
    """Select when a batch's last act of some kinds was done: how long it has waited since."""
    return (
        select(func.max(BatchAct.at))
        .where(BatchAct.batch_id == Batch.id, BatchAct.act.in_(acts))
        .correlate(Batch)
        .scalar_subquery()
    )
