"""What the decision table asks about a bank file: the programme that it pays; its place is the county."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.dispatch.models import BankFile
from service.foundation.problems import NotFound
from service.officers.may import Matter
from service.officers.models import Officer
from service.officers.reach import within


def about_file(session: Session, file_id: UUID) -> Matter:
    """Return the matter of an act on one bank file; raises NotFound."""
    programme = session.scalar(
        select(Batch.programme)
        .join(BankFile, BankFile.batch_id == Batch.id)
        .where(BankFile.id == file_id)
    )
    if programme is None:
        raise NotFound("file")
    return Matter(kind="file", programme=programme)


def files_seen_by(officer: Officer, act: str = "dispatch.read") -> ColumnElement[bool]:
    """Select, of files joined with their batches, those of the officer's programmes."""
    return within(officer, act, programme=Batch.programme)
