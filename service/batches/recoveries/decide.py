"""Tell the resident, then agree: the two steps before anything is taken."""

from datetime import date

from sqlalchemy.orm import Session

from service.audit.moves import move
from service.batches.about import about_case
from service.batches.recoveries.models import RecoveryAct, RecoveryCase
from service.batches.recoveries.problems import InstalmentUnclear, ShareTooLarge
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.foundation.months import Month
from service.foundation.settings import settings
from service.officers.may import require
from service.officers.models import Officer


def notify(
    session: Session,
    case: RecoveryCase,
    *,
    on: date,
    how: str,
    by: Officer,
    session_id: str = "",
) -> None:
    """Keep that the resident was told on a day, and how. The caller holds the case's lock."""
    require(by, "recoveries.notify", about_case(session, case))
    said = _said(how)
    move(
        session,
        case,
        "noticed",
        by=by.actor(session_id),
        reason=said,
        details={"on": on.isoformat()},
    )
    case.notified_on = on
    _acted(session, case, by, "noticed", said)


def agree(
    session: Session,
    case: RecoveryCase,
    *,
    share_percent: int,
    reason: str,
    by: Officer,
    monthly_fen: int | None = None,
    first_month: Month | None = None,
    session_id: str = "",
) -> None:
    """Let later payments be reduced by a share at most, or by fixed instalments within the share.

    Raises IllegalMove before the notice, ShareTooLarge, InstalmentUnclear, ReasonMissing.
    """
    require(by, "recoveries.agree", about_case(session, case))
    said = _said(reason)
    allowed = settings().recovery_share_percent_max
    if not 1 <= share_percent <= allowed:
        raise ShareTooLarge(share_percent, allowed)
    if (monthly_fen is None) != (first_month is None) or (
        monthly_fen is not None and monthly_fen < 1
    ):
        raise InstalmentUnclear
    details: dict[str, int | str] = {"share_percent": share_percent}
    if monthly_fen is not None:
        details |= {"monthly_fen": monthly_fen, "first_month": str(first_month)}
    to = "instalments" if monthly_fen else "netting"
    move(session, case, to, by=by.actor(session_id), reason=said, details=details)
    case.share_percent, case.monthly_fen = share_percent, monthly_fen
    case.first_month = str(first_month) if first_month else None
    _acted(session, case, by, "agreed", said)


def _said(words: str) -> str:
    if not words.strip():
        raise ReasonMissing
    return words.strip()


def _acted(session: Session, case: RecoveryCase, by: Officer, act: str, reason: str) -> None:
    session.add(
        RecoveryAct(case_id=case.id, act=act, officer_id=by.id, at=clock.now(), reason=reason)
    )
    session.flush()
