"""Take a filled-in workbook over: every filled row is kept, right or wrong; nothing else changes."""

import hashlib
import json
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.moves import move
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation.corrections.faults import Fault
from service.reconciliation.corrections.judge import ACT, Judged, index_of, judge
from service.reconciliation.corrections.models import CorrectionFile, CorrectionRow
from service.reconciliation.corrections.read import ReadRow, read_file


def take(
    session: Session, name: str, content: bytes, *, by: Officer, session_id: str = ""
) -> CorrectionFile:
    """Import a workbook; the same bytes again, or the same words in other bytes, change nothing.

    Raises NotAllowed and what :func:`read_file` raises; then nothing is kept.
    """
    require(by, ACT)
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('corrections', 0))"))
    sha256 = hashlib.sha256(content).hexdigest()
    known = session.scalars(
        select(CorrectionFile).where(CorrectionFile.sha256 == sha256).with_for_update()
    ).first()
    if known is not None and known.imported_by == str(by.id):
        known.times_seen += 1
        record(
            session, "corrections.seen_again", by=by.actor(session_id),
            on=("correction_files", known.id),
        )  # fmt: skip
        return known
    found = read_file(content)
    twice = _twice(found.rows)
    rows = []
    repeated = 0
    for row in found.rows:
        judged = judge(session, row.entry, by)
        if _is_said_already(session, row, judged, twice.get(id(row))):
            repeated += 1
            continue
        rows.append((row, judged))
    file = CorrectionFile(
        id=ids.uuid7(),
        file_name=name[:200],
        # Somebody else's copy of the same bytes is that officer's own word.
        sha256=sha256 if known is None else f"{sha256}:{by.id}",
        lines_given_out=found.mark.lines,
        rows_blank=found.blank,
        rows_known=repeated,
        rows_hidden=found.hidden,
        imported_by=str(by.id),
        imported_at=clock.now(),
    )
    session.add(file)
    session.flush()
    states = [_keep(session, file, row, judged, twice.get(id(row)), by) for row, judged in rows]
    record(
        session,
        "corrections.imported",
        by=by.actor(session_id),
        on=("correction_files", file.id),
        details={
            "sha256": sha256,
            "ready": states.count("ready"),
            "faulty": states.count("faulty"),
            "blank": found.blank,
            "known": repeated,
        },
    )
    return file


def raw_of(row: CorrectionRow) -> dict[str, dict[str, str]]:
    """Return {delivered: {header: text}, entry: {field: text}} of a row."""
    opened = sealer().open(row.raw_sealed, f"correction_rows:raw:{row.id}")
    raw: dict[str, dict[str, str]] = json.loads(opened)
    return raw


def sealed_raw(row_id: object, delivered: dict[str, str], entry: dict[str, str]) -> bytes:
    """Seal what a row says; characters that UTF-8 cannot hold are kept as their escapes."""
    written = json.dumps({"delivered": delivered, "entry": entry}, ensure_ascii=False)
    plain = written.encode("utf-8", "backslashreplace").decode()
    return sealer().seal(plain, f"correction_rows:raw:{row_id}")


def drop_others(session: Session, payment_id: int | None, row_id: UUID, by: Officer) -> None:
    """Drop what earlier rows said about the same payment and nobody asked for: the later word holds."""
    if payment_id is None:
        return
    others = session.scalars(
        select(CorrectionRow)
        .where(
            CorrectionRow.payment_id == payment_id,
            CorrectionRow.state.in_(("ready", "faulty")),
            CorrectionRow.id != row_id,
        )
        .order_by(CorrectionRow.id)
        .with_for_update()
    )
    for other in others.all():
        move(session, other, "dropped", by=by.actor(), reason="superseded")
    # Of one payment only one row is ready at any moment, also while this is written down.
    session.flush()


def _keep(
    session: Session,
    file: CorrectionFile,
    row: ReadRow,
    judged: Judged,
    twice: int | None,
    by: Officer,
) -> str:
    faults = [*row.faults, *_without_doubles(row.faults, judged.faults, row)]
    if twice is not None:
        faults.append(Fault("", "row_twice", str(twice), f"A{row.row_no}"))
    row_id, payment_id = ids.uuid7(), judged.payment.id if judged.payment else None
    # The row of this file that the other one contradicts is no earlier word.
    if twice is None:
        drop_others(session, payment_id, row_id, by)
    kept = CorrectionRow(
        id=row_id,
        file_id=file.id,
        state="faulty" if faults else "ready",
        sheet=row.sheet[:60],
        row_no=row.row_no,
        payment_id=payment_id,
        raw_sealed=sealed_raw(row_id, row.delivered, row.entry),
        said_index=index_of(row.entry),
        faults=[one.as_json() for one in faults],
    )
    session.add(kept)
    session.flush()
    return kept.state


def _without_doubles(by_cell: list[Fault], judged: list[Fault], row: ReadRow) -> list[Fault]:
    """Return what the records say, but nothing more about a cell that could not even be read."""
    unread = {one.field for one in by_cell}
    if "account" in unread or "bank_code" in unread:
        unread |= {"account"}
    places = {one.field: one.cell for one in by_cell}
    return [
        Fault(one.field, one.code, one.detail, places.get(one.field) or _cell_of(row, one.field))
        for one in judged
        if not one.field or one.field not in unread
    ]


def _cell_of(row: ReadRow, name: str) -> str:
    return row.cells.get(name, f"A{row.row_no}")


def _twice(rows: list[ReadRow]) -> dict[int, int]:
    """Return {id of a row: number of another row} for rows of one reference that differ.

    The same row twice is said once: the second is dropped here without a word lost.
    """
    by_reference: dict[str, list[ReadRow]] = {}
    for row in rows:
        by_reference.setdefault(row.entry["reference"].strip(), []).append(row)
    found: dict[int, int] = {}
    for reference, same in by_reference.items():
        if not reference or len(same) < 2:
            continue
        if len({tuple(sorted(one.entry.items())) for one in same}) == 1:
            for extra in same[1:]:
                rows.remove(extra)
            continue
        for one in same:
            other = next(two for two in same if two is not one)
            found[id(one)] = other.row_no
    return found


def _is_said_already(session: Session, row: ReadRow, judged: Judged, twice: int | None) -> bool:
    """Return whether the same account for the same payment is ready or was asked for already."""
    if judged.payment is None or row.faults or twice is not None:
        return False
    return (
        session.scalars(
            select(CorrectionRow.id).where(
                CorrectionRow.payment_id == judged.payment.id,
                CorrectionRow.state.in_(("ready", "asked")),
                CorrectionRow.said_index == index_of(row.entry),
            )
        ).first()
        is not None
    )
