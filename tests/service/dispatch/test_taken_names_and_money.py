"""A bank whose inbox held something already, and one whose money did not suffice."""

from datetime import date
from typing import Any

import pytest

from service.dispatch import queries
from service.dispatch.resolve import StillUnknown, release_resend
from tests.factories.banks import (
    DEBIT_ACCOUNTS,
    OPENING_FEN,
    USERS,
    card_of,
    fault,
    our_totals,
    their_totals,
)
from tests.factories.town import Town


def _inbox(town: Town, code: str, name: str) -> Any:
    return town.bank.state / USERS[code] / "inbox" / name


def test_carried_by_hand_or_anothers_file_and_then_too_little_money(town: Town) -> None:
    accounts = {
        USERS["ccb"]: {DEBIT_ACCOUNTS["ccb"]: OPENING_FEN},
        USERS["rural"]: {DEBIT_ACCOUNTS["rural"]: 65_000},
    }
    town.open(debit_accounts=accounts, pickup_seconds=3600).sign(lines=8)
    assert sum(one.amount_fen for one in town.payments("rural")) == 40_020

    # The line was down: a clerk carried one file there. At the other bank another system was faster.
    ours, other = town.file("rural"), town.file("ccb")
    _inbox(town, "rural", ours.file_name).write_bytes(queries.content(ours))
    strangers = _inbox(town, "ccb", other.file_name)
    strangers.write_bytes(b"x" * other.size_bytes)
    town.send()
    assert {one.state for one in town.files()} == {"unknown"}
    town.resolve()
    assert (town.file("rural").state, town.file("ccb").state) == ("delivered", "unknown")

    def release() -> None:
        with town.committed.transaction() as session:
            release_resend(
                session,
                queries.locked(session, other.id),
                by=town.people.signer,
                and_by=town.people.reconciler,
                reason="the bank's clerk took the other file away",
            )

    town.committed.as_superuser("UPDATE bank_channels SET absence_seconds = 0")
    with pytest.raises(StillUnknown):
        release()
    assert strangers.read_bytes() == b"x" * other.size_bytes
    strangers.unlink()
    release()
    town.send()
    assert town.file("ccb").state == "delivered"
    assert _inbox(town, "ccb", other.file_name).read_bytes() == queries.content(other)
    town.replan(debit_accounts=accounts)
    town.collect_until(town.answered)
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank)

    # The next month: money for two of four payments, and an account closed since it was approved.
    town.sign(lines=8, month="2026-11")
    closed = next(one for one in town.payments("ccb") if one.state == "frozen")
    with town.committed.transaction() as session:
        card = card_of(session, closed)
    town.replan(
        debit_accounts=accounts,
        closed_from={card: date(2026, 1, 1).isoformat()},
        faults=[fault("pays_what_it_can")],
    )
    town.send()
    town.collect_until(town.answered)
    states = [(one.state, one.result_code) for one in town.payments("rural")[4:]]
    assert states == [("paid", "ACSC")] * 2 + [("rejected", "AM04")] * 2
    failed = [one for one in town.payments("ccb") if one.state == "rejected"]
    assert [(one.id, one.result_code) for one in failed] == [(closed.id, "AC04")]
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank)
    assert town.bank.referee()["paid_more_than_once"] == []
