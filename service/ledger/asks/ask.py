"""Ask for an act on the books, and answer: the officer who asked never answers himself."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.ledger.asks.models import FinanceAnswer, FinanceAsk
from service.officers.may import require
from service.officers.models import Officer


class AskRefused(Problem):
    """An act of two people cannot be asked for, or answered, like this."""

    code = "ask_refused"
    status = 409
    title = "Two people are needed for this"


def ask(
    session: Session,
    kind: str,
    thing_id: str,
    *,
    amount_fen: int,
    reason: str,
    details: dict[str, Any],
    by: Officer,
) -> FinanceAsk:
    """Ask; what is already asked for is not asked twice. Raises AskRefused, NotAllowed."""
    require(by, "ledger.ask")
    if not reason.strip():
        raise AskRefused("Say why: a reason is needed.", "请填写原因。")
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"ask:{kind}:{thing_id}"},
    )
    waiting = session.scalars(
        select(FinanceAsk).where(
            FinanceAsk.kind == kind, FinanceAsk.thing_id == thing_id, ~_answered()
        )
    ).first()
    if waiting is not None:
        raise AskRefused(
            "This was asked for already and waits for another officer.",
            "该事项已提出申请，等待另一人员审核。",
        )
    asked = FinanceAsk(
        kind=kind,
        thing_id=thing_id,
        amount_fen=amount_fen,
        reason=reason.strip(),
        details=details,
        asked_by=by.id,
        asked_at=clock.now(),
    )
    session.add(asked)
    session.flush()
    record(
        session,
        f"{kind}.asked",
        by=by.actor(),
        on=("finance_asks", asked.id),
        reason=asked.reason,
        details={"thing": thing_id, "amount_fen": amount_fen},
    )
    return asked


def answer(session: Session, asked: FinanceAsk, *, confirmed: bool, by: Officer) -> None:
    """Confirm or refuse; what follows is the caller's. Raises AskRefused, NotAllowed."""
    require(by, "ledger.confirm")
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"ask:{asked.kind}:{asked.thing_id}"},
    )
    if session.get(FinanceAnswer, asked.id, populate_existing=True) is not None:
        raise AskRefused("This was answered already.", "该申请已处理。")
    if by.id == asked.asked_by:
        raise AskRefused(
            "You asked for this yourself; another officer answers.",
            "该事项由您本人提出，须由他人审核。",
        )
    word = "confirmed" if confirmed else "refused"
    session.add(
        FinanceAnswer(ask_id=asked.id, answer=word, answered_by=by.id, answered_at=clock.now())
    )
    session.flush()
    record(
        session,
        f"{asked.kind}.{word}",
        by=by.actor(),
        on=("finance_asks", asked.id),
        details={"thing": asked.thing_id, "amount_fen": asked.amount_fen},
    )


def waiting_asks(session: Session) -> Sequence[FinanceAsk]:
    """Return what waits for a second officer, oldest first."""
    return session.scalars(
        select(FinanceAsk).where(~_answered()).order_by(FinanceAsk.asked_at, FinanceAsk.id)
    ).all()


def one_ask(session: Session, ask_id: UUID) -> FinanceAsk:
    """Return one question; raises NotFound."""
    found = session.get(FinanceAsk, ask_id)
    if found is None:
        raise NotFound("question")
    return found


def _answered() -> Any:
    return exists().where(FinanceAnswer.ask_id == FinanceAsk.id)
