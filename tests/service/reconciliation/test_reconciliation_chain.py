"""Statements follow one another: gaps, years, order and overlaps are said, and nothing is booked twice."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock
from service.ledger.queries import balance
from service.reconciliation import chain, late
from service.reconciliation.close_day import DayNotClosable, close_day
from service.reconciliation.models import BankStatement, InboundFile, LateAnswer
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import PAY_DAY
from tests.service.reconciliation.answers import Sent, entry, sent, statement
from tests.service.web.browsing import SignInAs

DECEMBER = date(2026, 12, 30)


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    return sent(made, 2)


def _tell(
    out: Sent, day: date, number: int, opening_fen: int, moved_fen: int = 0, name: str = ""
) -> InboundFile:
    entries = [entry(abs(moved_fen), "CRDT" if moved_fen > 0 else "DBIT")] if moved_fen else []
    content = statement(
        DEBIT_ACCOUNTS["rural"], entries, opening_fen=opening_fen,
        closing_fen=opening_fen + moved_fen, day=day, number=number,
    )  # fmt: skip
    if name:
        content = content.replace(f"<Id>S-{number}</Id>".encode(), f"<Id>{name}</Id>".encode())
    return out.statement(content)


def _kinds(out: Sent) -> list[str]:
    return [one.kind for one in chain.breaks(out.session, out.channel())]


def _codes(inbound: InboundFile) -> set[str]:
    return {fault["code"] for fault in inbound.faults}


def test_a_missing_number_is_said_and_heals_when_the_statement_comes_out_of_order(
    out: Sent, sign_in_as: SignInAs
) -> None:
    out.reply(out.told("ACSC"))
    _tell(out, DECEMBER, 249, OPENING_FEN, 5)
    later = _tell(out, date(2027, 1, 4), 1, OPENING_FEN + 12)
    assert later.state == "applied"
    assert _codes(later) == {"opening_differs"}
    assert _kinds(out) == ["opening_differs"], "the numbers begin anew with the year"
    with pytest.raises(DayNotClosable, match="opening balance") as refusal:
        close_day(out.session, out.channel(), date(2027, 1, 4), by=out.people.reconciler)
    (row,) = refusal.value.rows
    assert (row.file_name, row.differs_fen) == ("statement.xml", 7)
    page = sign_in_as("reconciler", language="en").get("/reconciliation/days").text
    assert "its opening balance" in page
    missing = _tell(out, date(2026, 12, 31), 250, OPENING_FEN + 5, 7)
    assert missing.state == "applied"
    assert _codes(missing) == {"statement_late"}
    assert _kinds(out) == []
    assert close_day(out.session, out.channel(), date(2027, 1, 4), by=out.people.reconciler)
    assert balance(out.session, "bank_cash:rural") == OPENING_FEN + 12

    # The same id in the next year is another statement; in the same year it is said.
    assert _codes(_tell(out, date(2027, 1, 5), 2, OPENING_FEN + 12, name="S-249")) == set()
    again = _tell(out, date(2027, 1, 6), 3, OPENING_FEN + 12, name="S-249")
    assert (again.state, _codes(again)) == ("applied", {"statement_id_again"})
    _tell(out, date(2027, 1, 7), 7, OPENING_FEN + 12)
    _tell(out, date(2027, 1, 8), 6, OPENING_FEN + 12)
    assert _kinds(out) == ["number_missing", "number_back"]
    sentence = chain.breaks(out.session, out.channel())[0].sentence
    assert "statement 4–6 is missing between 2027-01-06 and 2027-01-07" in sentence


def test_what_overlaps_or_belongs_to_a_closed_day_is_not_booked(out: Sent) -> None:
    out.reply(out.told("ACSC"))
    _tell(out, DECEMBER, 1, OPENING_FEN, 5)
    second = _tell(out, DECEMBER, 2, OPENING_FEN + 5, -2)
    assert second.state == "applied", "a day may be stated in two parts"
    cash = balance(out.session, "bank_cash:rural")
    whole = _tell(out, DECEMBER, 3, OPENING_FEN, 3)
    assert (whole.state, _codes(whole)) == ("quarantined", {"statement_overlaps"})
    assert "S-1" in whole.faults[0]["sentence"]
    assert balance(out.session, "bank_cash:rural") == cash == OPENING_FEN + 3
    closed = close_day(out.session, out.channel(), DECEMBER, by=out.people.reconciler)
    assert (closed.opening_fen, closed.closing_fen) == (OPENING_FEN, OPENING_FEN + 3)
    assert closed.figures == {"unidentified": [2, 3]}
    early = _tell(out, DECEMBER - timedelta(days=1), 9, OPENING_FEN, 1)
    assert early.state == "quarantined"
    assert "day_closed" in _codes(early)
    assert len(out.session.scalars(select(BankStatement)).all()) == 2


def test_what_has_not_come_by_its_time_is_an_alarm_once_and_keeps_the_day_open(
    out: Sent, sign_in_as: SignInAs
) -> None:
    channel = out.channel()
    # The pay day is a Friday; the bank's next working day ends the time for both.
    due = datetime(2026, 10, 19, 18, 0, tzinfo=clock.SHANGHAI)
    assert PAY_DAY.weekday() == 4
    assert late.due_at(channel, PAY_DAY, "reply") == due
    assert late.late(out.session, now=due) == []
    after = due + timedelta(seconds=1)
    found = late.late(out.session, now=after)
    assert {(one.channel.code, one.kind) for one in found} == {
        (bank, kind) for bank in ("ccb", "rural") for kind in ("reply", "statement")
    }
    assert late.raise_alarms(out.session, now=after) == 4
    assert late.raise_alarms(out.session, now=after + timedelta(hours=1)) == 0
    assert len(out.session.scalars(select(LateAnswer)).all()) == 4
    acts = list(out.session.scalars(select(AuditEntry.act).where(AuditEntry.act.like("%.late"))))
    assert sorted(acts) == ["reply.late"] * 2 + ["statement.late"] * 2
    with pytest.raises(DayNotClosable, match="has not come"):
        close_day(out.session, channel, PAY_DAY, by=out.people.reconciler)

    # The year is over by the tests' wall clock or not: what counts is what is asked about.
    channel.reply_days = channel.statement_days = 100_000
    out.session.flush()
    assert {one.channel.code for one in late.late(out.session, now=after)} == {"ccb"}
    channel.reply_days = channel.statement_days = 1
    out.reply(out.told("ACSC"))
    _tell(out, PAY_DAY, 1, OPENING_FEN)
    assert {one.channel.code for one in late.late(out.session, now=after)} == {"ccb"}

    browser = sign_in_as("reconciler", language="en")
    assert "has not answered" in browser.get("/reconciliation/days").text
    assert "have not come in time" in browser.get("/").text
    assert {one["channel"] for one in browser.get("/api/reconciliation/late").json()} == {"ccb"}
    metrics = browser.get("/metrics").text
    assert 'anxin_bank_answers_late{channel="ccb",kind="reply"} 1.0' in metrics
