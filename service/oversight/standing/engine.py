"""Run a standing query: read in a transaction of its own that can write nothing, then keep what it saw.

Reading sees one instant of the whole database (repeatable read) and is ended by the server after
:data:`LIMIT_SECONDS`. What is kept is a run, and of its hits only what differs from the run before.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rfc8785
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock
from service.foundation.database import engine
from service.foundation.problems import Problem
from service.oversight.standing.models import StandingHit, StandingRun
from service.oversight.standing.query import StandingQuery

HITS_MAX = 20_000
"""More hits than this nobody can look at; the first so many by subject are kept, all are counted."""
LIMIT_SECONDS = 120


class QueryTooSlow(Problem):
    """The server ended a query that ran for too long."""

    code = "standing_query_too_slow"
    status = 503
    title = "The query took too long"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"The standing query {code} was ended after {LIMIT_SECONDS} seconds; nothing was kept.",
            f"常设查询 {code} 超过 {LIMIT_SECONDS} 秒被终止，未保存结果。",
        )


@dataclass(frozen=True)
class Hit:
    """One hit as it was found."""

    subject: str
    amount_fen: int
    evidence: dict[str, Any]

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 of all of it."""
        said: dict[str, Any] = {
            "subject": self.subject,
            "fen": str(self.amount_fen),
            "evidence": self.evidence,
        }
        return hashlib.sha256(rfc8785.dumps(said)).digest()


@dataclass(frozen=True)
class Seen:
    """What one reading saw, ordered by subject; ``found`` counts also what is more than the most."""

    hits: tuple[Hit, ...]
    found: int
    as_of: datetime
    took_ms: int

    @property
    def covered_to(self) -> str | None:
        """The last subject that was looked at, where there were too many; None: everything was."""
        return self.hits[-1].subject if self.found > len(self.hits) else None


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that sees one instant and cannot write."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with (
        engine().connect().execution_options(**options) as connection,
        Session(bind=connection, expire_on_commit=False) as session,
    ):
        session.execute(text(f"SET LOCAL statement_timeout = '{LIMIT_SECONDS}s'"))
        yield session


def look(session: Session, query: StandingQuery, *, today: date | None = None) -> Seen:
    """Ask a query in the caller's transaction, which it does not change; raises :class:`QueryTooSlow`."""
    day = today or clock.today()
    as_of: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    said = {"today": day, "since": _months_before(day, query.months), **query.numbers}
    if query.prepare is not None:
        said |= query.prepare(session)
    asked = (
        f"SELECT q.*, count(*) OVER () AS found FROM ({query.sql}) q "  # noqa: S608 - a query of the catalogue
        f'ORDER BY q.subject COLLATE "C" LIMIT {HITS_MAX}'
    )
    began = time.monotonic()
    try:
        rows = session.execute(text(asked), said).all()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == "57014":
            raise QueryTooSlow(query.code) from None
        raise
    hits = tuple(Hit(row.subject, int(row.amount_fen), row.evidence) for row in rows)
    took_ms = int((time.monotonic() - began) * 1000)
    return Seen(hits, int(rows[0].found) if rows else 0, as_of, took_ms)


def keep(session: Session, query: StandingQuery, seen: Seen, *, by: Actor) -> StandingRun | None:
    """Keep a run and what differs from the one before; None when a later reading was kept already."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"standing:{query.code}"}
    )
    last = session.scalars(
        select(StandingRun)
        .where(StandingRun.query == query.code)
        .order_by(StandingRun.number.desc())
        .limit(1)
    ).first()
    if last is not None and last.as_of > seen.as_of:
        return None
    number = last.number + 1 if last is not None else 1
    before = _there(session, query.code)
    now = {hit.subject: hit for hit in seen.hits}
    gone = _gone(before, now, seen, number)
    session.flush()  # What has gone makes room for the same subject with other evidence.
    fresh = [hit for hit in seen.hits if _is_fresh(before.get(hit.subject), hit)]
    session.add_all(_row(query, hit, number, before) for hit in fresh)
    changed = sum(hit.subject in before for hit in fresh)
    made = StandingRun(
        query=query.code, number=number, version=query.version, query_digest=query.digest,
        hits_digest=hashlib.sha256(b"".join(hit.digest for hit in seen.hits)).hexdigest(),
        as_of=seen.as_of, asked_by=by.id, kept_at=clock.now(), took_ms=seen.took_ms,
        found=seen.found, new=len(fresh) - changed, changed=changed,
        still=len(seen.hits) - len(fresh), gone=gone - changed,
        amount_fen=sum(hit.amount_fen for hit in seen.hits),
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, "oversight.query_run", by=by, on=("standing_runs", made.id),
        details={
            "query": query.code, "version": query.version, "run": number, "found": made.found,
            "new": made.new, "gone": made.gone, "query_sha256": made.query_digest,
            "hits_sha256": made.hits_digest, "as_of": seen.as_of.isoformat(),
        },
    )  # fmt: skip
    return made


def run_apart(query: StandingQuery) -> Seen:
    """Read a query in its own read-only transaction; raises :class:`QueryTooSlow`."""
    with reading() as session:
        return look(session, query)


def _there(session: Session, code: str) -> dict[str, StandingHit]:
    found = session.scalars(
        select(StandingHit).where(StandingHit.query == code, StandingHit.gone_run.is_(None))
    )
    return {hit.subject: hit for hit in found}


def _is_fresh(before: StandingHit | None, now: Hit) -> bool:
    return before is None or before.evidence_digest != now.digest


def _gone(before: dict[str, StandingHit], now: dict[str, Hit], seen: Seen, number: int) -> int:
    """End the hits that are no longer seen, or are seen otherwise; return how many.

    Where there were too many to keep, nothing is said of what was not looked at.
    """
    ended = 0
    for subject, hit in before.items():
        if seen.covered_to is not None and subject > seen.covered_to:
            continue
        if subject not in now or _is_fresh(hit, now[subject]):
            hit.gone_run = number
            ended += 1
    return ended


def _row(
    query: StandingQuery, hit: Hit, number: int, before: dict[str, StandingHit]
) -> StandingHit:
    return StandingHit(
        query=query.code, subject=hit.subject, version=query.version, severity=query.severity,
        amount_fen=hit.amount_fen, evidence=hit.evidence, evidence_digest=hit.digest,
        first_run=number, gone_run=None, is_changed=hit.subject in before,
    )  # fmt: skip


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
