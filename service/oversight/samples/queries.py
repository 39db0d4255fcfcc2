"""Every reading of samples: the list with how far each is, and a sample's lines with their state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select, true
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.oversight.samples.models import AuditSample, SampleAsk, SampleLine, SampleLook
from service.residents.models import Division

LINES_PER_PAGE = 50
SAMPLES_PER_PAGE = 50
_AT_ONCE = 1000
STATES = ("open", "asked", "agrees", "error", "missing")
"""How a line stands; ``open``: nothing was said of it yet."""


_Columns = TypeVarTuple("_Columns")
_Said = tuple[int, int, bool, str, str, int, str, bool]


@dataclass(frozen=True)
class Progress:
    """A sample and how far it is: lines drawn, judged, found wrong, and asked about only."""

    sample: AuditSample
    drawn: int
    judged: int
    wrong: int
    asked: int

    @property
    def is_whole(self) -> bool:
        """Return whether every drawn line was judged."""
        return 0 < self.drawn == self.judged


@dataclass(frozen=True)
class DrawnLine:
    """A drawn line and what was said of it; ``outcome`` is "" while it was not judged."""

    payment_id: int
    fen: int
    is_certain: bool
    division: str
    outcome: str
    error_fen: int
    note: str
    was_asked: bool

    @property
    def state(self) -> str:
        """Return one of `STATES`."""
        return self.outcome or ("asked" if self.was_asked else "open")


def listed(session: Session, *, page: int = 1, most: int = SAMPLES_PER_PAGE) -> list[Progress]:
    """Return samples, the newest first."""
    found = session.scalars(
        select(AuditSample)
        .order_by(AuditSample.number.desc())
        .offset((page - 1) * most)
        .limit(most)
    ).all()
    return progress_of(session, found)


def count(session: Session) -> tuple[int, int]:
    """Return how many samples there are, and of how many a line waits to be judged."""
    total = session.scalar(select(func.count()).select_from(AuditSample)) or 0
    left = select(SampleLine.sample_id).where(~_judged())
    return total, session.scalar(
        select(func.count()).select_from(AuditSample).where(
            AuditSample.id.in_(left) | AuditSample.seed.is_(None)
        )
    ) or 0  # fmt: skip


def progress_of(session: Session, samples: Iterable[AuditSample]) -> list[Progress]:
    """Return how far samples are, in one question."""
    every = list(samples)
    rows = session.execute(
        _with_said(
            select(
                SampleLine.sample_id,
                func.count(),
                func.count(SampleLook.outcome),
                func.count().filter(SampleLook.outcome != "agrees"),
                func.count().filter(_in_state("asked")),
            ).select_from(SampleLine)
        )
        .where(SampleLine.sample_id.in_([one.id for one in every]))
        .group_by(SampleLine.sample_id)
    )
    counts: dict[UUID, tuple[int, int, int, int]] = {
        sample_id: (drawn, judged, wrong, asked) for sample_id, drawn, judged, wrong, asked in rows
    }
    return [Progress(one, *counts.get(one.id, (0, 0, 0, 0))) for one in every]


def lines_of(
    session: Session, sample: AuditSample, state: str = "", *, page: int = 1
) -> tuple[list[DrawnLine], int]:
    """Return one page of a sample's lines in order of number, and how many there are."""
    chosen = _lines(sample).where(_in_state(state))
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.execute(
        chosen.order_by(SampleLine.payment_id)
        .offset((page - 1) * LINES_PER_PAGE)
        .limit(LINES_PER_PAGE)
    )
    return [_line(row) for row in rows], total


def every_line(session: Session, sample: AuditSample) -> Iterable[DrawnLine]:
    """Yield all drawn lines in order of number."""
    query = _lines(sample).order_by(SampleLine.payment_id)
    for row in session.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield _line(row)


def one_line(session: Session, sample: AuditSample, payment_id: int | None) -> DrawnLine | None:
    """Return one drawn line, or None where it was not drawn."""
    row = session.execute(_lines(sample).where(SampleLine.payment_id == payment_id)).first()
    return _line(row) if row is not None else None


def next_open(session: Session, sample: AuditSample, after: int = 0) -> int | None:
    """Return the next line of which nothing was said, after one and then from the first."""
    left = _with_said(select(func.min(SampleLine.payment_id)).select_from(SampleLine)).where(
        SampleLine.sample_id == sample.id, _in_state("open")
    )
    return session.scalar(left.where(SampleLine.payment_id > after)) or session.scalar(left)


def programmes(session: Session) -> Sequence[str]:
    """Return the programmes that ever had a list."""
    return session.scalars(select(Batch.programme).distinct().order_by(Batch.programme)).all()


def townships(session: Session) -> Sequence[Division]:
    """Return the county's townships."""
    chosen = select(Division).where(Division.level == "township", Division.succeeded_by.is_(None))
    return session.scalars(chosen.order_by(Division.code)).all()


def _judged() -> ColumnElement[bool]:
    return (
        select(SampleLook.payment_id)
        .where(
            SampleLook.sample_id == SampleLine.sample_id,
            SampleLook.payment_id == SampleLine.payment_id,
        )
        .exists()
    )


def _with_said(chosen: Select[*_Columns]) -> Select[*_Columns]:
    """Return a question about drawn lines that knows what was said of each."""
    return chosen.outerjoin(
        SampleLook,
        (SampleLook.sample_id == SampleLine.sample_id)
        & (SampleLook.payment_id == SampleLine.payment_id),
    ).outerjoin(
        SampleAsk,
        (SampleAsk.sample_id == SampleLine.sample_id)
        & (SampleAsk.payment_id == SampleLine.payment_id),
    )


def _lines(sample: AuditSample) -> Select[*_Said]:
    chosen = select(
        SampleLine.payment_id,
        SampleLine.fen,
        SampleLine.is_certain,
        func.coalesce(Payment.division, ""),
        func.coalesce(SampleLook.outcome, ""),
        func.coalesce(SampleLook.error_fen, 0),
        func.coalesce(SampleLook.note, SampleAsk.note, ""),
        SampleAsk.note.is_not(None),
    ).select_from(SampleLine)
    joined = chosen.join(Payment, Payment.id == SampleLine.payment_id)
    return _with_said(joined).where(SampleLine.sample_id == sample.id)


def _line(row: Row[*_Said]) -> DrawnLine:
    return DrawnLine(*row)


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "open":
        return SampleLook.outcome.is_(None) & SampleAsk.note.is_(None)
    if state == "asked":
        return SampleLook.outcome.is_(None) & SampleAsk.note.is_not(None)
    return SampleLook.outcome == state if state else true()
