"""A bank channel's hours, as they were agreed: what the calendar of banking days asks for."""

from service.foundation.working_days import BankHours
from service.ledger.models import BankChannel


def hours_of(channel: BankChannel) -> BankHours:
    """Return when a channel's bank executes, and until when of a day it takes files."""
    return BankHours(
        cut_off=channel.cut_off,
        apart_seconds=channel.cut_off_apart_seconds,
        every_day=channel.executes_every_day,
        closed=frozenset(channel.closed_days),
    )
