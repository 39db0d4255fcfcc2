"""A return that is taken back, that comes to another bank, or that comes after the line was issued again."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.enquiry.answer import answer
from service.ledger.models import BankChannel, LedgerEntry
from service.ledger.queries import balance, balances
from service.ledger.trace import origins
from service.ledger.waterfall import total, waterfall
from service.officers.models import Officer
from service.reconciliation.close_day import close_day
from service.reconciliation.models import FileControl, StatementLine
from service.reconciliation.origins import explain_entries
from service.reconciliation.receipts import assign
from service.reconciliation.receipts import queries as receipt_queries
from service.reconciliation.receipts.problems import NamesAnother, PaymentUnfit
from service.reconciliation.receipts.queries import Receipt
from service.reconciliation.reissue import reissue
from service.reconciliation.workbooks import booked
from service.residents.models import Person
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import PAY_DAY, account
from tests.factories.officers import OfficerFactory
from tests.service.reconciliation.answers import (
    BANK,
    Sent,
    came_back,
    debit,
    issue_again,
    sent,
    statement,
)

WHY = "银行来电说明"


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Four payments at each bank, all paid but the second of the rural one, which it rejected."""
    town = sent(made)
    town.reply(town.told("ACSC", "RJCT", "ACSC"))
    town.reply(town.told("ACSC", code="ccb"), "ccb")
    return town


@pytest.fixture
def other(made: Session) -> Officer:
    """A second reconciler."""
    found: Officer = OfficerFactory.create(duties=["reconciler"])
    return found


@dataclass
class Days:
    """One bank's days, a statement each."""

    out: Sent
    code: str = "rural"
    number: int = 0
    balances: list[int] = field(default_factory=lambda: [OPENING_FEN])

    def book(self, moved_fen: int, *entries: str) -> date:
        """Let the bank state its next day."""
        self.number += 1
        self.balances.append(self.balances[-1] + moved_fen)
        day = PAY_DAY + timedelta(days=self.number - 1)
        content = statement(
            DEBIT_ACCOUNTS[self.code],
            entries,
            opening_fen=self.balances[-2],
            closing_fen=self.balances[-1],
            day=day,
            number=self.number,
        )
        assert self.out.statement(content, self.code).state == "applied"
        return day

    def close(self) -> None:
        """Close every day that was stated."""
        for place in range(self.number):
            day = PAY_DAY + timedelta(days=place)
            close_day(
                self.out.session, self.out.channel(self.code), day, by=self.out.people.reconciler
            )


def _undone(file: BankFile, payment: Payment) -> str:
    """Return the debit by which a bank takes its return back."""
    return came_back(file, payment).replace("CRDT", "DBIT")


def _paid_fen(out: Sent, code: str = "rural") -> int:
    return sum(one.amount_fen for one in out.lines(code) if one.state == "paid")


def _receipt(session: Session) -> Receipt:
    """Return the last movement, a credit of nobody."""
    line = session.scalars(select(StatementLine).order_by(StatementLine.id.desc()).limit(1)).one()
    found = receipt_queries.one(session, line.id)
    assert found is not None
    return found


def _equation(session: Session, file: BankFile) -> tuple[int, int, int, int]:
    last = session.scalars(
        select(FileControl)
        .where(FileControl.bank_file_id == file.id)
        .order_by(FileControl.at.desc())
        .limit(1)
    ).one()
    return last.paid_count, last.failed_count, last.returned_count, last.in_transit_count


def test_a_return_that_the_bank_takes_back_is_paid_again_and_may_come_back_again(out: Sent) -> None:
    session, days = out.session, Days(out)
    paid_fen = _paid_fen(out)
    first, _, third, _ = out.lines()
    fen = first.amount_fen
    days.book(-paid_fen, debit(out.file(), paid_fen))
    days.book(fen, came_back(out.file(), first))
    assert balance(session, "returned_held:MZ15") == fen
    undone_on = days.book(-fen, _undone(out.file(), first))
    first = out.lines()[0]
    assert (first.state, first.result_code, first.settled_on) == ("paid", None, PAY_DAY)
    assert balance(session, "returned_held:MZ15") == 0
    assert _equation(session, out.file()) == (3, 1, 0, 0)
    said = answer(session, first.payee_person_id or 0, "2026-10")
    (mine,) = [one for one in said.lines if one.amount_fen == fen]
    assert f"put it into the account again on {undone_on.day} October" in mine.sentence
    assert f"后于2026年10月{undone_on.day}日重新入账" in mine.sentence_zh

    # Once more; the other one goes and comes in one statement, whatever the order of its entries.
    days.book(
        fen, _undone(out.file(), third), came_back(out.file(), first), came_back(out.file(), third)
    )
    assert out.states() == ["returned", "rejected", "paid", "paid"]
    assert balance(session, "returned_held:MZ15") == fen
    everywhere = balance(session, "settled:MZ15")
    assert everywhere == paid_fen - fen + _paid_fen(out, "ccb")
    assert balance(session, "unidentified_receipts") == 0
    assert balance(session, "bank_clearing:rural") == paid_fen - fen
    assert _equation(session, out.file()) == (2, 1, 1, 0)
    whole = total(waterfall(session))
    assert (whole.returned_fen, whole.held_fen) == (fen, fen)
    lists = [out.batch.id]
    assert booked.settled_fen(session, lists) == paid_fen + _paid_fen(out, "ccb")
    assert booked.returned_fen(session, lists) == fen
    assert sum(balances(session).values()) == 0
    days.close()
    explain_entries()
    for one in session.scalars(select(LedgerEntry)):
        assert origins(session, one), one.event_type


def test_what_came_back_to_another_bank_is_assigned_by_two_people(
    out: Sent, other: Officer
) -> None:
    session, by = out.session, out.people.reconciler
    paid_fen, ccb_fen = _paid_fen(out), _paid_fen(out, "ccb")
    rural, ccb = Days(out), Days(out, "ccb")
    first = out.lines()[0]
    rural.book(-paid_fen, debit(out.file(), paid_fen))
    ccb.book(-ccb_fen, debit(out.file("ccb"), ccb_fen))
    # Another month's statement of the other bank, with our reference.
    ccb.number += 30
    ccb.book(first.amount_fen, came_back(out.file(), first))
    receipt = _receipt(session)
    assert (receipt.channel.code, receipt.statement.booked_on.month) == ("ccb", 11)
    assert [one.id for one in receipt_queries.suggested(session, receipt)] == [first.id]
    wrong = [out.lines("ccb")[0].reference]
    with pytest.raises(NamesAnother, match=first.reference):
        assign.ask(session, receipt, wrong, fee_fen=0, reason=WHY, by=by)
    assign.ask(session, receipt, [first.reference], fee_fen=0, reason=WHY, by=by)
    assert out.states()[0] == "paid", "asking moves nothing"
    assign.confirm(session, receipt, by=other)
    assert out.states()[0] == "returned"
    assert balance(session, "unidentified_receipts") == 0
    # Each bank's clearing is of its own payments; the cash is where it came.
    assert balance(session, "bank_clearing:rural") == paid_fen - first.amount_fen
    assert balance(session, "bank_clearing:ccb") == ccb_fen
    assert balance(session, "bank_cash:ccb") == OPENING_FEN - ccb_fen + first.amount_fen
    rows = {one.channel: one for one in waterfall(session, by=("channel",))}
    assert rows["rural"].returned_fen == first.amount_fen
    assert rows["rural"].settled_fen == paid_fen - first.amount_fen
    assert rows["ccb"].settled_fen == ccb_fen
    assert _equation(session, out.file()) == (2, 1, 1, 0)
    assert booked.returned_fen(session, [out.batch.id]) == first.amount_fen
    rural.close()
    explain_entries()
    for one in session.scalars(select(LedgerEntry)):
        assert origins(session, one), one.event_type


def test_money_of_a_failed_line_that_comes_after_its_reissue_is_not_the_reissues(
    out: Sent, other: Officer
) -> None:
    session, by, days = out.session, out.people.reconciler, Days(out)
    paid_fen, second = _paid_fen(out), out.lines()[1]
    account(session.get_one(Person, second.payee_person_id))
    again = reissue(session, "MZ15", "2026-10", by=BANK)
    assert again is not None
    (new,) = session.scalars(select(Payment).where(Payment.batch_id == again.id))
    # The bank had called it failed and debited it all the same; now it gives the money back.
    debited_fen = paid_fen + second.amount_fen
    days.book(-debited_fen, debit(out.file(), debited_fen))
    days.book(second.amount_fen, came_back(out.file(), second))
    before = balances(session)
    receipt = _receipt(session)
    assert [one.id for one in receipt_queries.suggested(session, receipt)] == [second.id]
    with pytest.raises((NamesAnother, PaymentUnfit)):
        assign.ask(session, receipt, [new.reference], fee_fen=0, reason=WHY, by=by)
    assign.ask(session, receipt, [second.reference], fee_fen=0, reason=WHY, by=by)
    assign.confirm(session, receipt, by=other)
    after = balances(session)
    moved = {code: fen - before.get(code, 0) for code, fen in after.items()}
    assert {code: fen for code, fen in moved.items() if fen} == {
        "unidentified_receipts": second.amount_fen,
        "bank_clearing:rural": -second.amount_fen,
    }
    session.expire_all()
    assert (out.lines()[1].state, new.state) == ("reissued", "ready")
    assert _equation(session, out.file()) == (3, 1, 0, 0)
    days.close()
    # It came back once.
    days.book(second.amount_fen, came_back(out.file(), second))
    twice = _receipt(session)
    assert receipt_queries.suggested(session, twice) == []
    with pytest.raises(PaymentUnfit):
        assign.ask(session, twice, [second.reference], fee_fen=0, reason=WHY, by=by)


def test_what_was_issued_again_and_came_back_again_is_counted_file_by_file(out: Sent) -> None:
    session, days = out.session, Days(out)
    paid_fen, first = _paid_fen(out), out.lines()[0]
    fen = first.amount_fen
    days.book(-paid_fen, debit(out.file(), paid_fen))
    days.book(fen, came_back(out.file(), first))
    again = issue_again(out, first)
    code = session.get_one(BankChannel, again.session.scalars(_of(again)).one().channel_id).code
    again.reply(again.told("ACSC", code=code), code)
    (new,) = again.lines(code)
    assert (new.replaces_id, new.amount_fen, new.state) == (first.id, fen, "paid")
    there = days if code == "rural" else Days(out, code)
    there.book(-fen, debit(again.file(code), fen))
    there.book(fen, came_back(again.file(code), new))
    assert (out.states()[0], again.states(code)) == ("reissued", ["returned"])
    assert balance(session, "returned_held:MZ15") == fen
    assert balance(session, "settled:MZ15") == paid_fen - fen + _paid_fen(out, "ccb")
    assert _equation(session, out.file()) == (2, 1, 1, 0)
    assert _equation(session, again.file(code)) == (0, 0, 1, 0)
    # The bank takes the second return back: the new line is paid, the old one is as it was.
    there.book(-fen, _undone(again.file(code), new))
    assert (out.states()[0], again.states(code)) == ("reissued", ["paid"])
    assert balance(session, "returned_held:MZ15") == 0
    assert _equation(session, again.file(code)) == (1, 0, 0, 0)
    assert sum(balances(session).values()) == 0


def _of(out: Sent) -> Select[BankFile]:
    return select(BankFile).where(BankFile.batch_id == out.batch.id)


def test_the_booking_day_is_the_statements_and_the_value_date_stands_beside_it(out: Sent) -> None:
    session, days = out.session, Days(out)
    paid_fen = _paid_fen(out)
    first, _, third, _ = out.lines()
    valued = came_back(out.file(), first).replace(
        "</BookgDt>", "</BookgDt><ValDt><Dt>2026-10-20</Dt></ValDt>"
    )
    moved_fen = first.amount_fen + third.amount_fen - paid_fen
    day = days.book(moved_fen, debit(out.file(), paid_fen), valued, came_back(out.file(), third))
    found = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.event_type == "statement.returned")
        .order_by(LedgerEntry.number)
    ).all()
    assert [(one.booked_on, one.value_on) for one in found] == [
        (day, None), (day, date(2026, 10, 20)),
    ]  # fmt: skip
    explain_entries()
    lines = [[one.line for one in origins(session, entry) if one.line] for entry in found]
    assert lines == [["3.1"], ["2.1"]]
    assert balance(session, "bank_cash:rural") == OPENING_FEN + moved_fen
    assert out.states() == ["returned", "rejected", "returned", "paid"]
    days.close()
