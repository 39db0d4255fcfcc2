"""A statement posts what the bank booked; a day closes only when both books agree to the fen."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.ledger.post import post
from service.ledger.queries import balance, balances
from service.officers.may import NotAllowed
from service.reconciliation.close_day import DayNotClosable, cash_on, close_day
from service.reconciliation.models import BankDay, BankStatement, InboundFile, StatementLine
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import PAY_DAY
from tests.service.reconciliation.answers import (
    NEXT_DAY,
    Sent,
    came_back,
    debit,
    entry,
    sent,
    statement,
)

ACCOUNT = DEBIT_ACCOUNTS["rural"]


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Eight payments, four at each bank; the rural bank paid three and rejected one."""
    town = sent(made)
    town.reply(town.told("ACSC", "RJCT", "ACSC"))
    return town


def _paid_fen(out: Sent) -> int:
    return sum(line.amount_fen for line in out.lines() if line.state == "paid")


def _codes(inbound: InboundFile) -> set[str]:
    return {fault["code"] for fault in inbound.faults if fault["fatal"]}


def _day(out: Sent, *entries: str, moved_fen: int, day: date = PAY_DAY, number: int = 1) -> bytes:
    before = out.session.scalars(
        select(BankStatement.closing_fen).order_by(BankStatement.booked_on.desc())
    ).first()
    opening_fen = OPENING_FEN if before is None else before
    return statement(
        ACCOUNT, entries, opening_fen=opening_fen, closing_fen=opening_fen + moved_fen,
        day=day, number=number,
    )  # fmt: skip


def _debited(out: Sent, more_fen: int = 0) -> bytes:
    amount_fen = _paid_fen(out) + more_fen
    return _day(out, debit(out.file(), amount_fen), moved_fen=-amount_fen)


def _close(out: Sent, day: date = PAY_DAY) -> BankDay:
    return close_day(out.session, out.channel(), day, by=out.people.reconciler)


def _why_not(out: Sent, day: date = PAY_DAY) -> str:
    with pytest.raises(DayNotClosable) as refusal:
        _close(out, day)
    assert out.session.scalars(select(BankDay)).all() == []
    return str(refusal.value)


def test_a_debited_file_is_booked_and_the_day_closes(out: Sent) -> None:
    inbound = out.statement(_debited(out))
    assert inbound.state == "applied"
    assert balance(out.session, "bank_cash:rural") == OPENING_FEN - _paid_fen(out)
    assert balance(out.session, "bank_clearing:rural") == _paid_fen(out)
    assert sum(balances(out.session).values()) == 0
    closed = _close(out)
    assert closed.closing_fen == OPENING_FEN - _paid_fen(out)
    assert _close(out).id == closed.id, "closing a closed day again"


def test_nobody_but_a_reconciler_closes_a_day(out: Sent) -> None:
    out.statement(_debited(out))
    for officer in (out.people.maker, out.people.reviewer, out.people.signer):
        with pytest.raises(NotAllowed):
            close_day(out.session, out.channel(), PAY_DAY, by=officer)


@pytest.mark.parametrize("fen", [1, -1])
def test_a_day_does_not_close_when_the_bank_took_one_fen_too_much_or_too_little(
    out: Sent, fen: int
) -> None:
    assert out.statement(_debited(out, fen)).state == "applied"
    assert out.file().file_reference in _why_not(out)


@pytest.mark.parametrize("fen", [1, -1])
def test_a_day_does_not_close_when_the_ledger_is_one_fen_off(out: Sent, fen: int) -> None:
    out.statement(_debited(out))
    post(
        out.session, "test.slip", "1",
        {"bank_cash:rural": fen, "unidentified_receipts": -fen}, booked_on=PAY_DAY,
    )  # fmt: skip
    assert "the statement says" in _why_not(out)


@pytest.mark.parametrize("fen", [1, -1])
def test_a_day_does_not_close_when_its_opening_is_not_the_closing_before(
    out: Sent, fen: int
) -> None:
    out.statement(_debited(out))
    opening_fen = OPENING_FEN - _paid_fen(out) + fen
    out.statement(
        statement(
            ACCOUNT, [], opening_fen=opening_fen, closing_fen=opening_fen, day=NEXT_DAY, number=2
        )
    )
    assert "opening balance" in _why_not(out, NEXT_DAY)


def test_a_file_debited_twice_keeps_the_day_open(out: Sent) -> None:
    once = _paid_fen(out)
    out.statement(_day(out, debit(out.file(), once), debit(out.file(), once), moved_fen=-2 * once))
    assert out.file().file_reference in _why_not(out)


def test_a_line_without_an_answer_explains_the_debit_of_its_amount(
    made: Session, data_dir: object
) -> None:
    out = sent(made)
    out.reply(
        out.told("ACSC")[:3],
        total=f"{out.file().amount_fen // 100}.{out.file().amount_fen % 100:02d}",
        count="4",
    )
    assert out.states() == ["paid", "paid", "paid", "unknown"]
    amount_fen = out.file().amount_fen
    out.statement(_day(out, debit(out.file(), amount_fen), moved_fen=-amount_fen))
    _close(out)


def test_a_day_without_a_statement_or_with_files_unanswered_stays_open(out: Sent) -> None:
    assert "statement has not come" in _why_not(out)
    account, channel = DEBIT_ACCOUNTS["ccb"], out.channel("ccb")
    out.statement(statement(account, [], opening_fen=OPENING_FEN, closing_fen=OPENING_FEN), "ccb")
    with pytest.raises(DayNotClosable, match="1 sent files have no answer"):
        close_day(out.session, channel, PAY_DAY, by=out.people.reconciler)


def test_a_credit_with_our_reference_and_amount_gives_the_payment_back(out: Sent) -> None:
    out.statement(_debited(out))
    back = out.lines()[0]
    out.statement(
        _day(out, came_back(out.file(), back), moved_fen=back.amount_fen, day=NEXT_DAY, number=2)
    )
    line = out.lines()[0]
    assert (line.state, line.result_code, line.settled_on) == ("returned", "AC04", PAY_DAY)
    assert balance(out.session, "returned_held:MZ15") == back.amount_fen
    assert balance(out.session, "settled:MZ15") == _paid_fen(out)
    assert sum(balances(out.session).values()) == 0
    _close(out)
    _close(out, NEXT_DAY)


def test_a_payment_that_came_back_before_it_was_answered_was_paid_all_the_same(
    made: Session, data_dir: object
) -> None:
    out = sent(made)
    line = out.lines()[0]
    out.statement(
        _day(
            out, debit(out.file(), out.file().amount_fen), came_back(out.file(), line),
            moved_fen=line.amount_fen - out.file().amount_fen,
        )
    )  # fmt: skip
    assert out.states()[0] == "returned"
    assert balance(out.session, "settled:MZ15") == 0
    assert balance(out.session, "returned_held:MZ15") == line.amount_fen
    out.reply(out.told("ACSC"))
    assert out.states() == ["returned", "paid", "paid", "paid"]
    assert balance(out.session, "in_transit:rural:MZ15") == 0


def _unidentified(out: Sent, credit: str, fen: int) -> None:
    out.statement(_debited(out))
    states = out.states()
    out.statement(_day(out, credit, moved_fen=fen, day=NEXT_DAY, number=2))
    line = out.session.scalars(select(StatementLine).order_by(StatementLine.id.desc())).first()
    assert line is not None
    assert (line.matched, line.payment_id) == ("unidentified", None)
    assert balance(out.session, "unidentified_receipts") == -fen
    assert out.states() == states
    assert sum(balances(out.session).values()) == 0
    _close(out)
    _close(out, NEXT_DAY)


def test_a_credit_of_another_amount_is_nobodys_return(out: Sent) -> None:
    line = out.lines()[0]
    less = line.amount_fen - 100
    _unidentified(out, came_back(out.file(), line, less), less)


def test_a_deposit_of_an_equal_amount_is_no_return(out: Sent) -> None:
    fen = out.lines()[0].amount_fen
    _unidentified(out, entry(fen, "CRDT"), fen)


def test_a_return_of_what_was_rejected_is_nobodys_return(out: Sent) -> None:
    line = out.lines()[1]
    assert line.state == "rejected"
    _unidentified(out, came_back(out.file(), line), line.amount_fen)


def test_a_payment_of_another_bank_does_not_come_back_here(out: Sent) -> None:
    out.reply(out.told("ACSC", code="ccb"), "ccb")
    line = out.lines("ccb")[0]
    _unidentified(out, came_back(out.file("ccb"), line), line.amount_fen)


def test_the_same_payment_comes_back_once(out: Sent) -> None:
    out.statement(_debited(out))
    line = out.lines()[0]
    twice = [came_back(out.file(), line)] * 2
    out.statement(_day(out, *twice, moved_fen=2 * line.amount_fen, day=NEXT_DAY, number=2))
    assert balance(out.session, "returned_held:MZ15") == line.amount_fen
    assert balance(out.session, "unidentified_receipts") == -line.amount_fen


def test_fees_and_interest_keep_cash_and_statement_together(out: Sent) -> None:
    paid = _paid_fen(out)
    out.statement(
        _day(out, debit(out.file(), paid), entry(150, "DBIT"), entry(31, "CRDT"),
             moved_fen=-paid - 119)
    )  # fmt: skip
    assert balance(out.session, "unidentified_receipts") == 119
    _close(out)
    assert cash_on(out.session, out.channel(), PAY_DAY) == OPENING_FEN - paid - 119


def test_a_statement_about_another_account_is_kept_aside(out: Sent) -> None:
    content = statement("999", [], opening_fen=OPENING_FEN, closing_fen=OPENING_FEN)
    inbound = out.statement(content)
    assert (inbound.state, _codes(inbound)) == ("quarantined", {"account_unknown"})
    assert out.session.scalars(select(BankStatement)).all() == []


@pytest.mark.parametrize("fen", [1, -1])
def test_a_statement_that_does_not_lead_from_opening_to_closing_is_kept_aside(
    out: Sent, fen: int
) -> None:
    paid = _paid_fen(out)
    inbound = out.statement(_day(out, debit(out.file(), paid), moved_fen=-paid + fen))
    assert inbound.state == "quarantined"
    assert balance(out.session, "bank_cash:rural") == OPENING_FEN


def test_the_same_statement_again_is_booked_once(out: Sent) -> None:
    content = _debited(out)
    first = out.statement(content)
    before = balances(out.session)
    again = out.statement(content)
    assert (again.id, again.times_seen) == (first.id, 2)
    assert balances(out.session) == before


def test_a_statement_that_came_before_with_other_content_is_kept_aside(out: Sent) -> None:
    out.statement(_debited(out))
    before = balances(out.session)
    other = statement(
        ACCOUNT, [entry(5, "CRDT")], opening_fen=OPENING_FEN, closing_fen=OPENING_FEN + 5
    )
    inbound = out.statement(other)
    assert (inbound.state, _codes(inbound)) == ("quarantined", {"statement_twice"})
    assert balances(out.session) == before


@pytest.mark.parametrize("content", [b"", b"<html/>", b"\x00\x01", b"PK\x03\x04"])
def test_what_is_no_statement_is_kept_aside(out: Sent, content: bytes) -> None:
    inbound = out.statement(content)
    assert inbound.state == "quarantined"
    assert inbound.faults
