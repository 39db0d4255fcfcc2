"""A closed day is re-opened by two people, later days first; what was said is kept, what changed is shown."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.foundation import ids
from service.ledger.asks.ask import AskRefused, one_ask
from service.ledger.asks.models import FinanceAnswer
from service.ledger.models import LedgerEntry
from service.ledger.post import post
from service.ledger.queries import balance, balances
from service.officers.may import NotAllowed
from service.reconciliation.close_day import DayNotClosable, close_day, closing_in_force
from service.reconciliation.decide_asks import decide
from service.reconciliation.models import BankDay, BankDayReopening, StatementLine
from service.reconciliation.reopen_day import ask_to_reopen, changes
from service.reconciliation.write_off import LIMIT_FEN, ask_to_write_off
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import PAY_DAY
from tests.service.reconciliation.answers import NEXT_DAY, Sent, debit, entry, sent, statement
from tests.service.web.browsing import SignInAs

ACCOUNT = DEBIT_ACCOUNTS["rural"]


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Two bank days of the rural bank, each stated and answered; the second brought seven fen."""
    out = sent(made)
    out.reply(out.told("ACSC"))
    paid = sum(line.amount_fen for line in out.lines())
    out.statement(
        statement(
            ACCOUNT, [debit(out.file(), paid)],
            opening_fen=OPENING_FEN, closing_fen=OPENING_FEN - paid,
        )
    )  # fmt: skip
    rest = OPENING_FEN - paid
    out.statement(
        statement(
            ACCOUNT, [entry(7, "CRDT"), entry(LIMIT_FEN + 1, "CRDT")],
            opening_fen=rest, closing_fen=rest + LIMIT_FEN + 8, day=NEXT_DAY, number=2,
        )
    )  # fmt: skip
    return out


def test_re_opening_and_closing_again(out: Sent, sign_in_as: SignInAs) -> None:
    session, channel, people = out.session, out.channel(), out.people
    first = close_day(session, channel, PAY_DAY, by=people.reconciler)
    close_day(session, channel, NEXT_DAY, by=people.reconciler)
    with pytest.raises(AskRefused, match=f"{NEXT_DAY} is closed as well"):
        ask_to_reopen(session, channel, PAY_DAY, reason="x", by=people.reconciler)
    with pytest.raises(AskRefused, match="reason"):
        ask_to_reopen(session, channel, NEXT_DAY, reason=" ", by=people.reconciler)
    with pytest.raises(NotAllowed):
        ask_to_reopen(session, channel, NEXT_DAY, reason="x", by=people.maker)
    for day in (NEXT_DAY, PAY_DAY):
        asked = ask_to_reopen(session, channel, day, reason="银行更正", by=people.reconciler)
        with pytest.raises(AskRefused, match="asked for already"):
            ask_to_reopen(session, channel, day, reason="x", by=people.reconciler)
        with pytest.raises(AskRefused, match="yourself"):
            decide(session, asked, confirmed=True, by=people.reconciler)
        with pytest.raises(NotAllowed):
            decide(session, asked, confirmed=True, by=people.reviewer)
        assert closing_in_force(session, channel, day) is not None
        decide(session, asked, confirmed=True, by=people.signer)
        assert closing_in_force(session, channel, day) is None
        with pytest.raises(AskRefused, match="answered already"):
            decide(session, asked, confirmed=True, by=people.signer)
    _one_fen_and_closed_again(out, sign_in_as, first)


def _one_fen_and_closed_again(out: Sent, sign_in_as: SignInAs, first: BankDay) -> None:
    session, channel, people = out.session, out.channel(), out.people
    # One fen that no statement has: the day does not close, and the row says which entry it is.
    post(
        session, "test.slip", "1", {"bank_cash:rural": 1, "unidentified_receipts": -1},
        booked_on=PAY_DAY, channel="rural",
    )  # fmt: skip
    with pytest.raises(DayNotClosable, match="the statement says") as refusal:
        close_day(session, channel, PAY_DAY, by=people.reconciler)
    slip = session.scalars(select(LedgerEntry).where(LedgerEntry.event_type == "test.slip")).one()
    (row,) = refusal.value.rows
    assert (row.href, row.differs_fen) == (f"/ledger/entries/{slip.id}", -1)
    browser = sign_in_as("reconciler", language="en")
    day = browser.get(f"/api/reconciliation/days/rural/{PAY_DAY}").json()
    assert (day["differs_fen"], day["rows"][0]["differs_fen"]) == (-1, -1)
    assert day["said_opening_fen"] == OPENING_FEN
    page = browser.get(f"/reconciliation/days/rural/{PAY_DAY}").text
    assert f"/ledger/entries/{slip.id}" in page
    assert "What makes the difference" in page

    # Taken back by two people as well; then the day closes again, and what changed is listed.
    reverse, why = f"/api/ledger/entries/{slip.id}/reverse", {"reason": "误记"}
    assert sign_in_as("maker").post(reverse, json=why).status_code == 403
    assert browser.post(reverse, json={"reason": " "}).json()["code"] == "ask_refused"
    asked = browser.post(reverse, json=why, headers={"idempotency-key": "k"})
    assert browser.post(reverse, json=why, headers={"idempotency-key": "k"}).json() == asked.json()
    from_page = browser.submit(
        f"/ledger/entries/{slip.id}/reverse", why, shown_at=f"/ledger/entries/{slip.id}"
    )
    assert from_page.status_code == 409, "it waits already"
    (waiting,) = browser.get("/api/reconciliation/asks").json()
    assert waiting["amount_fen"] == 1
    signer = sign_in_as(officer=people.signer, language="en")
    path = f"/reconciliation/asks/{waiting['id']}/confirm"
    assert signer.submit(path, shown_at="/reconciliation/asks").status_code == 303
    assert session.get(FinanceAnswer, one_ask(session, waiting["id"]).id) is not None
    back = session.scalars(select(LedgerEntry).where(LedgerEntry.reverses_id == slip.id)).one()
    assert back.booked_on == PAY_DAY, "its day is open"
    again = close_day(session, channel, PAY_DAY, by=people.reconciler)
    assert (again.closing_no, again.closing_fen) == (2, first.closing_fen)
    change = changes(session, channel, first, again)
    assert change.kinds == {}
    assert [one.event_type for one in change.entries] == ["test.slip", "entry.reversed"]
    shown = browser.get(f"/reconciliation/days/rural/{PAY_DAY}").text
    assert "What the next closing changed" in shown
    assert len(session.scalars(select(BankDay).where(BankDay.day == PAY_DAY)).all()) == 2
    assert sum(balances(session).values()) == 0


def test_a_small_movement_of_nobody_is_written_off_by_two(out: Sent) -> None:
    session, people = out.session, out.people
    small, large = session.scalars(
        select(StatementLine)
        .where(StatementLine.matched == "unidentified")
        .order_by(StatementLine.signed_fen)
    )
    with pytest.raises(AskRefused, match="above the limit"):
        ask_to_write_off(session, large, reason="x", by=people.reconciler)
    asked = ask_to_write_off(session, small, reason="查无来源", by=people.reconciler)
    decide(session, asked, confirmed=False, by=people.signer)
    assert balance(session, "receipts_written_off") == 0
    asked = ask_to_write_off(session, small, reason="查无来源", by=people.reconciler)
    decide(session, asked, confirmed=True, by=people.signer)
    assert balance(session, "receipts_written_off") == -7
    assert balance(session, "unidentified_receipts") == -LIMIT_FEN - 1
    with pytest.raises(AskRefused, match="written off already"):
        ask_to_write_off(session, small, reason="x", by=people.reconciler)
    debited = session.scalars(select(StatementLine).where(StatementLine.matched == "file")).one()
    with pytest.raises(AskRefused, match="belongs to something"):
        ask_to_write_off(session, debited, reason="x", by=people.reconciler)


def test_direct_sql_neither_closes_twice_nor_re_opens_alone_nor_moves_closed_cash(
    out: Sent,
) -> None:
    session, channel, people = out.session, out.channel(), out.people
    closed = close_day(session, channel, PAY_DAY, by=people.reconciler)
    asked = ask_to_reopen(session, channel, PAY_DAY, reason="x", by=people.reconciler)
    attempts = (
        (
            "INSERT INTO bank_days (id, channel_id, day, closing_no, statement_id, closing_fen, "
            "closed_at, closed_by) SELECT gen_random_uuid(), channel_id, day, 2, statement_id, 0, "
            f"closed_at, closed_by FROM bank_days WHERE id = '{closed.id}'"
        ),
        f"INSERT INTO bank_day_reopenings VALUES ('{closed.id}', '{asked.id}', now())",
        (
            f"INSERT INTO finance_answers VALUES ('{asked.id}', 'confirmed', '{people.reconciler.id}', "
            "now())"
        ),
        f"UPDATE finance_asks SET amount_fen = 0 WHERE id = '{asked.id}'",
        "DELETE FROM finance_asks",
        "UPDATE bank_days SET closing_fen = 0",
    )
    for attempt in attempts:
        with pytest.raises(IntegrityError) as refusal, session.begin_nested():
            session.execute(text(attempt))
        assert isinstance(refusal.value.orig, psycopg.errors.CheckViolation), attempt
    with pytest.raises(IntegrityError, match="closed"), session.begin_nested():
        post(
            session, "test.slip", str(ids.uuid7()),
            {"bank_cash:rural": 1, "unidentified_receipts": -1},
            booked_on=PAY_DAY - timedelta(days=1),
        )  # fmt: skip
    assert session.scalars(select(BankDayReopening)).all() == []
