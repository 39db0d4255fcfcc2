"""Every reading of imported workbooks and their rows, as far as an officer may see them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session, aliased

from service.batches.about import lines_seen_by
from service.batches.models import Batch, Payment
from service.foundation.ids import reference_of
from service.foundation.problems import NotFound
from service.officers.models import Officer
from service.officers.reach import is_unlimited
from service.reconciliation.corrections.judge import ACT
from service.reconciliation.corrections.models import CorrectionFile, CorrectionRow
from service.reconciliation.corrections.take import raw_of
from service.residents.models import AccountChange

FILES_SHOWN = 50


@dataclass(frozen=True)
class Listed:
    """An imported workbook with the states of its rows."""

    file: CorrectionFile
    counts: dict[str, int]


@dataclass(frozen=True)
class Shown:
    """One row with what it is about and what has become of it."""

    row: CorrectionRow
    payment: Payment | None
    month: str
    change_state: str
    """Of the request it became: requested, confirmed, refused, withdrawn; empty for none."""
    reissued_as: str
    """Reference of the line that pays it again; empty while there is none."""
    delivered: dict[str, str]
    entry: dict[str, str]


def files(session: Session, officer: Officer) -> list[Listed]:
    """Return the newest imported workbooks that an officer may see."""
    found = session.scalars(
        select(CorrectionFile)
        .where(_seen(officer))
        .order_by(CorrectionFile.imported_at.desc(), CorrectionFile.id.desc())
        .limit(FILES_SHOWN)
    ).all()
    return [Listed(one, _counts(session, one, officer)) for one in found]


def one_file(session: Session, officer: Officer, file_id: UUID) -> CorrectionFile:
    """Return an imported workbook; raises NotFound for one that is not the officer's to see."""
    found = session.scalars(
        select(CorrectionFile).where(CorrectionFile.id == file_id, _seen(officer))
    ).first()
    if found is None:
        raise NotFound("workbook")
    return found


def rows(session: Session, officer: Officer, file: CorrectionFile) -> list[Shown]:
    """Return a workbook's rows in its order, as far as the officer may see them."""
    again = aliased(Payment)
    found = session.execute(
        select(CorrectionRow, Payment, Batch.month, AccountChange.state, again.id)
        .join(CorrectionFile, CorrectionFile.id == CorrectionRow.file_id)
        .outerjoin(Payment, Payment.id == CorrectionRow.payment_id)
        .outerjoin(Batch, Batch.id == Payment.batch_id)
        .outerjoin(AccountChange, AccountChange.id == CorrectionRow.change_id)
        .outerjoin(again, again.replaces_id == Payment.id)
        .where(CorrectionRow.file_id == file.id, _row_seen(officer))
        .order_by(CorrectionRow.row_no, CorrectionRow.id)
        .execution_options(populate_existing=True)
    )
    return [
        Shown(
            row, payment, month or "", state or "",
            reference_of(again_id) if again_id else "", **raw_of(row),
        )
        for row, payment, month, state, again_id in found
    ]  # fmt: skip


def one_row(session: Session, officer: Officer, file_id: UUID, row_id: UUID) -> Shown:
    """Return one row; raises NotFound."""
    file = one_file(session, officer, file_id)
    for one in rows(session, officer, file):
        if one.row.id == row_id:
            return one
    raise NotFound("row")


def _counts(session: Session, file: CorrectionFile, officer: Officer) -> dict[str, int]:
    counts: dict[str, int] = {}
    states = session.scalars(
        select(CorrectionRow.state)
        .join(CorrectionFile, CorrectionFile.id == CorrectionRow.file_id)
        .outerjoin(Payment, Payment.id == CorrectionRow.payment_id)
        .where(CorrectionRow.file_id == file.id, _row_seen(officer))
    )
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    return counts


def _seen(officer: Officer) -> ColumnElement[bool]:
    own = CorrectionFile.imported_by == str(officer.id)
    if is_unlimited(officer, ACT):
        return true()
    theirs = (
        select(CorrectionRow.file_id)
        .join(Payment, Payment.id == CorrectionRow.payment_id)
        .where(lines_seen_by(officer, ACT))
    )
    return or_(own, CorrectionFile.id.in_(theirs))


def _row_seen(officer: Officer) -> ColumnElement[bool]:
    """A row about no payment that we know is its importer's own."""
    own = CorrectionFile.imported_by == str(officer.id)
    if is_unlimited(officer, ACT):
        return true()
    return or_(
        own & CorrectionRow.payment_id.is_(None),
        CorrectionRow.payment_id.is_not(None) & lines_seen_by(officer, ACT),
    )
