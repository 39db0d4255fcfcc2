"""What waits for the reconciler."""

from sqlalchemy.orm import Session

from service.ledger.asks.ask import waiting_asks
from service.ledger.queries import channels
from service.officers.may import may
from service.officers.models import Officer
from service.officers.words import duty_name
from service.reconciliation import chain, late, queries
from service.reconciliation.close_day import closing_in_force
from service.web.language import gettext, ngettext
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


def late_and_broken(session: Session, officer: Officer) -> list[WaitingItem]:
    """What banks should have sent by now, and where the chain of their statements does not hold."""
    if not may(officer, "reconciliation.resolve"):
        return []
    missing = late.late(session)
    broken = [
        one
        for channel in channels(session)
        for one in chain.breaks(session, channel)
        if closing_in_force(session, channel, one.statement.booked_on) is None
    ]
    return [
        WaitingItem(
            ngettext(
                "Reply or statement that has not come in time: ask the bank",
                "Replies and statements that have not come in time: ask the banks",
                len(missing),
            ),
            len(missing),
            "/reconciliation/deadlines?state=missing",
            missing[0].due_at if missing else None,
        ),
        WaitingItem(
            ngettext(
                "Break in a bank's chain of statements",
                "Breaks in the banks' chains of statements",
                len(broken),
            ),
            len(broken),
            "/reconciliation/days",
        ),
    ]


def asks_to_answer(session: Session, officer: Officer) -> list[WaitingItem]:
    """Acts on the books that another officer asked for and that wait for a second one."""
    if not may(officer, "ledger.confirm"):
        return []
    asked = [one for one in waiting_asks(session) if one.asked_by != officer.id]
    return [
        WaitingItem(
            ngettext(
                "Act on the books that waits for a second officer",
                "Acts on the books that wait for a second officer",
                len(asked),
            ),
            len(asked),
            "/reconciliation/asks",
            asked[0].asked_at if asked else None,
        )
    ]


def asked_of_second(session: Session, officer: Officer) -> list[WaitingItem]:
    """Acts on the books that this officer asked for and no second one has answered."""
    asked = [one for one in waiting_asks(session) if one.asked_by == officer.id]
    who = gettext("%(one)s or %(other)s") % {
        "one": duty_name("reconciler"),
        "other": duty_name("signer"),
    }
    return [
        WaitingItem(
            ngettext(
                "Act on the books that you asked for",
                "Acts on the books that you asked for",
                len(asked),
            ),
            len(asked),
            "/reconciliation/asks",
            asked[0].asked_at if asked else None,
            who=who,
        )
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
