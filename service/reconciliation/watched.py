"""What is said of each bank where the service's health is looked at: counts and hours, no money."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.foundation import clock
from service.reconciliation import denied, late
from service.reconciliation.banks_now import BankNow, banks_now
from service.web.health.findings import Finding, State
from service.web.health.sentences import together
from service.web.language import gettext, ngettext

_SILENT = timedelta(minutes=15)
"""A server is looked at every half minute; a gateway is asked only while an answer is open."""


def look(session: Session) -> Sequence[Finding]:
    """Return one finding for each bank."""
    found = [finding(one) for one in banks_now(session)]
    return found or [
        Finding(
            "banks.none",
            gettext("Banks"),
            "off",
            gettext("No bank is registered."),
            to_do=gettext("Run “anxin banks register” with the terms that were agreed."),
        )
    ]


def measure(session: Session) -> None:
    """Set the gauges of what banks owe and deny."""
    late.measure(session)
    denied.measure(session)


def finding(one: BankNow) -> Finding:
    """Return how a bank does, the worst first."""
    wrong = [*_unknown(one), *_denied(one), *_silent(one)]
    slow = [*_late(one), *_lying(one)]
    state: State = "wrong" if wrong else "look" if slow else "well"
    return Finding(
        f"banks.{one.channel.code}",
        one.channel.name,
        state,
        together(wrong + slow) or _well(one),
        since=_since(one),
        to_do=_to_do(one),
        href=f"/banks/{one.channel.code}",
    )


def is_silent(one: BankNow) -> bool:
    """Return whether a server that is looked at every half minute has not let us look for a while."""
    if one.asked_at is None or one.channel.kind == "https":
        return False
    return clock.now() - one.asked_at > _SILENT


def _unknown(one: BankNow) -> list[str]:
    said = ngettext(
        "Of %(n)s file nobody knows whether the bank has it.",
        "Of %(n)s files nobody knows whether the bank has them.",
        one.unknown,
    )
    return [said % {"n": one.unknown}] if one.unknown else []


def _denied(one: BankNow) -> list[str]:
    said = ngettext(
        "The bank denies %(n)s file that it had accepted.",
        "The bank denies %(n)s files that it had accepted.",
        one.denied,
    )
    return [said % {"n": one.denied}] if one.denied else []


def _silent(one: BankNow) -> list[str]:
    return [gettext("Its server has not let us look for a while.")] if is_silent(one) else []


def _late(one: BankNow) -> list[str]:
    said = []
    replies = sum(owed.kind == "reply" for owed in one.late)
    statements = len(one.late) - replies
    if replies:
        word = ngettext("%(n)s reply is late.", "%(n)s replies are late.", replies)
        said.append(word % {"n": replies})
    if statements:
        word = ngettext("%(n)s statement is late.", "%(n)s statements are late.", statements)
        said.append(word % {"n": statements})
    return said


def _lying(one: BankNow) -> list[str]:
    said = ngettext(
        "%(n)s file of the bank was not believed.",
        "%(n)s files of the bank were not believed.",
        one.quarantined,
    )
    return [said % {"n": one.quarantined}] if one.quarantined else []


def _well(one: BankNow) -> str:
    if one.contact_at is None:
        return gettext("Nothing has passed between this bank and us yet.")
    return gettext("Nothing is late or open.")


def _since(one: BankNow) -> datetime | None:
    """Return since when it is so; of a bank that does well, when it was last heard of."""
    begun = [owed.due_at for owed in one.late]
    if one.unknown_since is not None:
        begun.append(one.unknown_since)
    if is_silent(one) and one.asked_at is not None:
        begun.append(one.asked_at)
    return min(begun, default=one.contact_at)


def _to_do(one: BankNow) -> str:
    if is_silent(one):
        return gettext(
            "See whether the line to the bank stands; then telephone its computer centre."
        )
    if one.unknown or one.denied:
        return gettext(
            "Finance decides about the files on the page Bank files; telephone the bank."
        )
    if one.late:
        return gettext("Telephone the bank: its answer was due.")
    if one.quarantined:
        return gettext("Finance looks at the files on the page Reconciliation.")
    return ""
