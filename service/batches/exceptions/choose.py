"""What was chosen for one act, as a temporary table: each exception with why the act is refused it.

The mark over it is what a preview shows and its confirmation repeats: it changes with every
exception that comes, goes, or stands otherwise, and with what the officer may do.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    insert,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from service.batches.exceptions.find import Wanted, findings, holds, seen_by
from service.batches.models import Batch
from service.officers.interests import related_to_any
from service.officers.models import Officer
from service.officers.reach import within

CHOSEN = Table(
    "chosen_exceptions",
    MetaData(),
    Column("kind", Text),
    Column("id", BigInteger),
    Column("control", Text),
    Column("version", BigInteger),
    Column("found_at", DateTime(timezone=True)),
    Column("evidence", JSONB),
    Column("batch_id", Uuid),
    Column("batch_no", Text),
    Column("batch_state", Text),
    Column("month", Text),
    Column("programme", Text),
    Column("division", Text),
    Column("payment_id", BigInteger),
    Column("account_id", BigInteger),
    Column("payee_person_id", BigInteger),
    Column("payee_name", Text),
    Column("lines", BigInteger),
    Column("amount_fen", BigInteger),
    Column("task_id", BigInteger),
    Column("task_state", Text),
    Column("organisation", Text),
    Column("due_on", Date),
    Column("refused", Text),
    Column("to_office", Text),
    Column("new_due_on", Date),
    Column("remind_on", Date),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
_SELECTED = [column.name for column in CHOSEN.columns][:-4]
_CONTENT = """
SELECT coalesce(string_agg(concat_ws(':', kind, id, control, version, md5(evidence::text), batch_id,
    batch_state, amount_fen, task_id, task_state, refused, to_office, new_due_on), E'\\n'
    ORDER BY kind, id), '')
FROM chosen_exceptions
"""


@dataclass(frozen=True)
class Share:
    """Of some of what was chosen: exceptions, different lines, and the lines' money."""

    name: str
    count: int
    lines: int
    amount_fen: int


def lock(session: Session, wanted: Wanted, officer: Officer) -> None:
    """Lock the batches of what is wanted, in one order, so that nobody decides beside us."""
    seen = seen_by(officer)
    both = holds(wanted, seen[0]).union_all(findings(wanted, seen[1])).subquery()
    found = list(session.scalars(select(both.c.batch_id).distinct()))
    session.execute(
        select(Batch.id)
        .where(Batch.id.in_(found))
        .order_by(Batch.id)
        .with_for_update(key_share=True)
    )


def choose(session: Session, wanted: Wanted, officer: Officer) -> None:
    """Fill the table with what is wanted and seen; nothing is refused yet."""
    session.execute(text("DROP TABLE IF EXISTS chosen_exceptions"))
    CHOSEN.create(session.connection())
    seen = seen_by(officer)
    for query in (holds(wanted, seen[0]), findings(wanted, seen[1])):
        session.execute(insert(CHOSEN).from_select(_SELECTED, query))


def refuse_out_of_reach(session: Session, officer: Officer, act: str) -> None:
    """Refuse what lies beyond the officer's duties for an act, and what pays him or his."""
    reached = within(officer, act, division=CHOSEN.c.division, programme=CHOSEN.c.programme)
    refuse(session, func.coalesce(reached, False).is_(False), "not_yours")
    mine = [person for person, whose in related_to_any(session).items() if officer.id in whose]
    refuse(session, CHOSEN.c.payee_person_id.in_(mine), "conflict")


def refuse(session: Session, which: object, reason: str) -> None:
    """Say why the act is refused some of what nothing was said about yet."""
    session.execute(
        update(CHOSEN).where(which, CHOSEN.c.refused.is_(None)).values(refused=reason)  # type: ignore[arg-type]
    )


def mark_of(session: Session, act: str, officer_id: UUID) -> str:
    """Return 32 characters over the act, the officer, and everything chosen as it stands."""
    content = session.scalar(text(_CONTENT)) or ""
    return hashlib.sha256(f"{act}\n{officer_id}\n{content}".encode()).hexdigest()[:32]


def shares(session: Session, by: str, *, refused: bool) -> list[Share]:
    """Return what was chosen by an SQL expression over it, the most first."""
    rows = session.execute(
        text(
            f"SELECT name, sum(n) AS holds, count(payment_id) AS lines, sum(fen) AS fen FROM ("  # noqa: S608 - expressions of this package
            f" SELECT {by} AS name, payment_id, count(*) AS n,"
            f" CASE WHEN payment_id IS NULL THEN 0 ELSE max(amount_fen) END AS fen"
            f" FROM chosen_exceptions WHERE (refused IS NOT NULL) = :refused"
            f" GROUP BY 1, payment_id) lines GROUP BY name ORDER BY holds DESC, name"
        ),
        {"refused": refused},
    )
    return [Share(row.name or "", int(row.holds), row.lines, int(row.fen)) for row in rows]


def digest_of_keys(session: Session, which: ColumnElement[bool] | None = None) -> str:
    """Return SHA-256 in hex over the keys of what is not refused, in order, one a line."""
    key = func.concat(CHOSEN.c.kind, CHOSEN.c.id)
    joined = session.scalar(
        select(
            func.string_agg(key, aggregate_order_by(literal("\n"), CHOSEN.c.kind, CHOSEN.c.id))
        ).where(CHOSEN.c.refused.is_(None), true() if which is None else which)
    )
    return hashlib.sha256((joined or "").encode()).hexdigest()
