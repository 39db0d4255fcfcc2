"""What waits for the reconciler."""

from sqlalchemy.orm import Session

from service.officers.may import may
from service.officers.models import Officer
from service.reconciliation import queries
from service.web.language import ngettext
from service.web.queue import WaitingItem


def banks_answers(session: Session, officer: Officer) -> list[WaitingItem]:
    """Files in quarantine, lines that moved nothing, and statements whose day is still open."""
    if not may(officer, "reconciliation.resolve"):
        return []
    files = queries.waiting_quarantine(session)
    lines = queries.lying(session)
    days, since = queries.closable_since(session)
    return [
        WaitingItem(
            ngettext(
                "Bank's file in quarantine: clear it up with the bank",
                "Banks' files in quarantine: clear them up with the banks",
                len(files),
            ),
            len(files),
            "/reconciliation",
            files[0].file.received_at if files else None,
        ),
        WaitingItem(
            ngettext(
                "Line of a reply that moved nothing",
                "Lines of replies that moved nothing",
                len(lines),
            ),
            len(lines),
            "/reconciliation#lines",
            lines[0].received_at if lines else None,
        ),
        WaitingItem(
            ngettext("Bank day to be closed", "Bank days to be closed", days),
            days,
            "/reconciliation/days",
            since,
        ),
    ]


def corrected_failures(session: Session, officer: Officer) -> list[WaitingItem]:
    """Failed payments whose payee has another account now, so that they can be issued again."""
    if not may(officer, "reconciliation.resolve"):
        return []
    ready = sum(group.corrected for group in queries.failed_groups(session))
    return [
        WaitingItem(
            ngettext(
                "Failed payment with a corrected account: issue it again",
                "Failed payments with corrected accounts: issue them again",
                ready,
            ),
            ready,
            "/reconciliation/failed",
        )
    ]
