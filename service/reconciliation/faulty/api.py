"""A file's faults for programs, as its page shows them: rows around each, marked, with their sentences."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import queries
from service.reconciliation.api import Strict
from service.reconciliation.faulty.sheet import sheet_of
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/reconciliation", tags=["reconciliation"])


class FaultNoteOut(Strict):
    """One fault of a file; ``shape`` says what would have been right, empty where the sentence does."""

    code: str = Field(examples=["amount_thousands_separator"])
    field: str = Field(examples=["金额"])
    sentence: str
    sentence_zh: str
    shape: str
    shape_zh: str
    is_fatal: bool = Field(description="Whether the file as a whole is not believed for it.")


class SheetCellOut(Strict):
    """A cell under its column, or a piece of a line of text; names and accounts are masked."""

    column: str
    text: str
    is_wrong: bool


class SheetRowOut(Strict):
    """A row of the file; neighbours of a faulty one have no notes."""

    line: int
    at: int = Field(
        description="Of a long line the character where its fault begins; 0: all of it."
    )
    cells: list[SheetCellOut]
    notes: list[FaultNoteOut]
    is_after_gap: bool = Field(description="Whether rows before it are left out.")


class FaultSheetOut(Strict):
    """Twenty faulty lines of a file with their neighbours."""

    kind: str = Field(description="table, text, or nothing where no row can be shown.")
    columns: list[str]
    rows: list[SheetRowOut]
    about: list[FaultNoteOut] = Field(description="Faults that name no line.")
    number: int
    pages: int
    total: int = Field(description="Lines with faults.")


@router.get("/files/{file_id}/sheet")
def read_sheet(
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> FaultSheetOut:
    """One page of a file's faulty rows as they stand in it, names and accounts masked."""
    require(officer, "reconciliation.read")
    found = queries.one_inbound(session, file_id)
    if found is None:
        raise NotFound("file")
    sheet = sheet_of(session, found.file, number=number)
    return FaultSheetOut.model_validate(sheet, from_attributes=True)
