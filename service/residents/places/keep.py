"""Take a file of divisions over: what is new is added, what changed is changed, nothing is dropped."""

import hashlib

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.residents.models import Division
from service.residents.places.read import DivisionsRefused, Read, read_divisions


def import_divisions(session: Session, content: bytes, *, by: Actor) -> tuple[int, int]:
    """Take over an XLSX or CSV file of divisions; return how many were added and changed.

    Raises FileRefused for bytes that are no table, and DivisionsRefused with every fault; either
    way nothing is taken over. The same file again changes nothing.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('anxin.divisions', 0))"))
    kept = {one.code: one for one in session.scalars(select(Division))}
    rows = read_divisions(content, {code: one.level for code, one in kept.items()})
    _refuse_circles(kept, rows)
    added = changed = 0
    for row in rows:
        one = kept.get(row.code)
        if one is None:
            session.add(Division(**vars(row)))
            added += 1
        elif any(getattr(one, name) != value for name, value in vars(row).items()):
            for name, value in vars(row).items():
                setattr(one, name, value)
            changed += 1
    session.flush()
    if added or changed:
        digest = hashlib.sha256(content).hexdigest()
        record(
            session,
            "divisions.imported",
            by=by,
            on=("divisions", digest),
            details={"rows": len(rows), "added": added, "changed": changed, "sha256": digest},
        )
    return added, changed


def _refuse_circles(kept: dict[str, Division], rows: list[Read]) -> None:
    """Refuse successors that lead back to where they started: nobody would be the current one."""
    after = {code: one.succeeded_by for code, one in kept.items()}
    after |= {row.code: row.succeeded_by for row in rows}
    faults = []
    for row in rows:
        seen, code = {row.code}, row.succeeded_by
        while code is not None and code not in seen:
            seen.add(code)
            code = after.get(code)
        if code is not None:
            faults.append(
                (f"{row.code}: its successors lead in a circle", f"{row.code} 的并入关系成环")
            )
    if faults:
        raise DivisionsRefused(faults)
