"""A finished workbook, and the record that it was given out."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.audit.record import record
from service.reconciliation.workbooks.reader import Reader
from service.residents.record.revealing import record_reveal

ACT = "workbook.given_out"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Made:
    """The bytes, the name of the file, how many lines it holds, and what it is about."""

    content: bytes
    file_name: str
    lines: int
    on: tuple[str, object]
    """A table and an id, or what else the audit trail knows the thing by."""


def give_out(session: Session, kind: str, made: Made, reader: Reader, session_id: str = "") -> Made:
    """Record that a workbook leaves the service, with its lines and whether names are whole."""
    by = reader.officer.actor(session_id)
    if reader.whole:
        record_reveal(session, made.on, by=by, reason=reader.reason, shown=("account", "identity"))
    record(
        session,
        ACT,
        by=by,
        on=made.on,
        reason=reader.reason.strip() if reader.whole else "",
        details={"kind": kind, "lines": made.lines, "names": "whole" if reader.whole else "masked"},
    )
    return made
