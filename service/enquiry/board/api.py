"""The village board for programs, without signing in."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from service.enquiry.board.view import board, village_of
from service.foundation import clock
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/villages", tags=["enquiry"])


class BoardRow(BaseModel):
    """One programme's money; ``programme`` is "" for all that are not told one by one."""

    programme: str = Field(examples=["MZ15"])
    people: int = Field(examples=[42], description="Different people; never fewer than 5.")
    amount_fen: int = Field(examples=[630000])


class BoardOut(BaseModel):
    """What came to one village in one month, by the day on which it reached the card."""

    code: str = Field(examples=["330523104201"])
    name: str
    month: str = Field(examples=["2026-10"])
    months: list[str] = Field(description="Months of the last twelve in which money came.")
    people: int | None = Field(description="None where fewer than 5 people had money.")
    amount_fen: int | None
    rows: list[BoardRow]
    notices: int = Field(description="How many lists hang that concern the village.")


@router.get("/{code}")
def village_board(
    session: Transaction,
    code: Annotated[str, Path(max_length=12, examples=["330523104201"])],
    month: Annotated[str, Query(max_length=7, examples=["2026-10"])] = "",
) -> BoardOut:
    """Tell what came to a village; an old code answers for the village of today.

    Problems: ``not_found``.
    """
    view = board(session, village_of(session, code), clock.today(), month)
    return BoardOut(
        code=view.code,
        name=view.name,
        month=str(view.month),
        months=[one.value for one in view.months],
        people=view.told.people,
        amount_fen=view.told.amount_fen,
        rows=[
            BoardRow(programme=one.programme, people=one.people, amount_fen=one.amount_fen)
            for one in view.told.rows
        ],
        notices=len(view.notice_rows),
    )
