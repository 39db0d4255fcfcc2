"""Every reading of runs and hits."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.oversight.standing.models import StandingAside, StandingHit, StandingRun

HITS_PER_PAGE = 50
_OF_ONE_QUERY = 3


@dataclass(frozen=True)
class Standing:
    """Where a query stands: its last run, hits that are there and nobody set aside, and their sum."""

    run: StandingRun | None
    open: int
    open_fen: int
    aside: int


@dataclass(frozen=True)
class Shown:
    """One hit, how it stands in the run that is looked at, and why it was set aside ("" if not)."""

    hit: StandingHit
    standing: str
    """new, changed, still or gone."""
    aside: str


def standings(session: Session) -> dict[str, Standing]:
    """Return {query: where it stands} of every query that ever ran."""
    last = (
        select(StandingRun.query, func.max(StandingRun.number).label("number"))
        .group_by(StandingRun.query)
        .subquery()
    )
    runs = session.scalars(
        select(StandingRun).join(
            last, (StandingRun.query == last.c.query) & (StandingRun.number == last.c.number)
        )
    )
    is_aside = StandingAside.hit_id.is_not(None)
    counted = session.execute(
        select(
            StandingHit.query,
            func.count().filter(~is_aside),
            func.coalesce(func.sum(StandingHit.amount_fen).filter(~is_aside), 0),
            func.count().filter(is_aside),
        )
        .outerjoin(StandingAside, StandingAside.hit_id == StandingHit.id)
        .where(StandingHit.gone_run.is_(None))
        .group_by(StandingHit.query)
    ).all()
    by_query = {query: (open_, int(fen), aside) for query, open_, fen, aside in counted}
    return {run.query: Standing(run, *by_query.get(run.query, (0, 0, 0))) for run in runs}


def runs_of(session: Session, code: str, *, limit: int = 20) -> list[StandingRun]:
    """Return a query's last runs, the newest first."""
    query = select(StandingRun).where(StandingRun.query == code)
    return list(session.scalars(query.order_by(StandingRun.number.desc()).limit(limit)))


def run_no(session: Session, code: str, number: int | None = None) -> StandingRun:
    """Return a query's run by its number, or its last one; raises NotFound."""
    query = select(StandingRun).where(StandingRun.query == code)
    if number is not None:
        query = query.where(StandingRun.number == number)
    found = session.scalars(query.order_by(StandingRun.number.desc()).limit(1)).first()
    if found is None:
        raise NotFound("run")
    return found


def hits_of(
    session: Session, run: StandingRun, *, standing: str = "", page: int = 1
) -> tuple[list[Shown], int]:
    """Return one page of a run's hits, the largest first, and how many there are.

    ``standing``: new, changed, still, gone, aside; empty for what was there, set aside or not.
    """
    seen = _seen(run, standing)
    of_query = select(StandingHit, StandingAside.reason).outerjoin(
        StandingAside, StandingAside.hit_id == StandingHit.id
    )
    chosen = of_query.where(StandingHit.query == run.query, seen)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.execute(
        chosen.order_by(StandingHit.amount_fen.desc(), StandingHit.id)
        .offset((page - 1) * HITS_PER_PAGE)
        .limit(HITS_PER_PAGE)
    )
    return [Shown(hit, _standing(hit, run), reason or "") for hit, reason in rows], total


def gravest(session: Session, *, most: int) -> list[StandingHit]:
    """Return hits that are there and nobody set aside, the gravest and then the largest first.

    Of one query a few at most: what it finds often must not hide what another found once.
    """
    grave = case({"high": 0, "medium": 1}, value=StandingHit.severity, else_=2)
    largest = (StandingHit.amount_fen.desc(), StandingHit.id)
    place = func.row_number().over(partition_by=StandingHit.query, order_by=largest)
    ranked = (
        select(StandingHit.id, place.label("place"))
        .outerjoin(StandingAside, StandingAside.hit_id == StandingHit.id)
        .where(StandingHit.gone_run.is_(None), StandingAside.hit_id.is_(None))
        .subquery()
    )
    found = session.scalars(
        select(StandingHit)
        .join(ranked, ranked.c.id == StandingHit.id)
        .where(ranked.c.place <= _OF_ONE_QUERY)
        .order_by(grave, *largest)
        .limit(most)
    )
    return list(found)


def hit_by_id(session: Session, hit_id: int) -> StandingHit:
    """Return a hit; raises NotFound."""
    found = session.get(StandingHit, hit_id)
    if found is None:
        raise NotFound("hit")
    return found


def _seen(run: StandingRun, standing: str) -> ColumnElement[bool]:
    there = (StandingHit.first_run <= run.number) & (
        StandingHit.gone_run.is_(None) | (StandingHit.gone_run > run.number)
    )
    first = StandingHit.first_run == run.number
    return {
        "new": there & first & ~StandingHit.is_changed,
        "changed": there & first & StandingHit.is_changed,
        "still": there & ~first,
        "gone": StandingHit.gone_run == run.number,
        "aside": there & StandingAside.hit_id.is_not(None),
        "open": there & StandingAside.hit_id.is_(None),
    }.get(standing, there)


def _standing(hit: StandingHit, run: StandingRun) -> str:
    if hit.gone_run == run.number:
        return "gone"
    if hit.first_run < run.number:
        return "still"
    return "changed" if hit.is_changed else "new"
