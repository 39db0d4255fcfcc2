"""An act of two people as programs are told of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.ledger.asks.models import FinanceAsk
from service.officers.acting import Declared


class AskOut(Declared):
    """What waits for a second officer."""

    id: UUID
    kind: str = Field(examples=["reverse_entry"])
    amount_fen: int
    reason: str
    details: dict[str, Any]
    asked_at: datetime


def told_ask(one: FinanceAsk) -> AskOut:
    """Return what waits for a second officer as programs are told of it."""
    return AskOut(
        id=one.id,
        kind=one.kind,
        amount_fen=one.amount_fen,
        reason=one.reason,
        details=one.details,
        asked_at=one.asked_at,
    )
