"""A programme's trend for programs, without signing in."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from service.enquiry.boards.view import months_of
from service.foundation.problems import NotFound
from service.programmes.catalogue import rules
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/programmes", tags=["enquiry"])


class CameMonth(BaseModel):
    """One month, added up from the village boards; what they do not tell is not in it."""

    month: str = Field(examples=["2026-10"], description="When it reached the cards.")
    people: int = Field(examples=[420], description="Counted village by village.")
    amount_fen: int = Field(examples=[6300000])


@router.get("/{code}/came")
def programme_came(
    session: Transaction, code: Annotated[str, Path(max_length=16, examples=["MZ15"])]
) -> list[CameMonth]:
    """Tell what came of a programme in the last twelve months. Problem: ``not_found``."""
    if code not in rules().programmes:
        raise NotFound("programme")
    return [
        CameMonth(month=one.month, people=one.people, amount_fen=one.amount_fen)
        for one in months_of(session, code)
    ]
