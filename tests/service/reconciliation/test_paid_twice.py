"""A line that was issued again and turns out to have been paid: stopped in time, or asked back."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.approvals.back import send_back
from service.assessment.models import Assessment
from service.batches.look_again import look_again
from service.batches.models import Payment, PaymentHold
from service.batches.recoveries import queries as recovery_queries
from service.batches.recoveries.models import DoublePayment, RecoveryCase
from service.batches.recoveries.standing import standing
from service.batches.release import NeedsData, release
from service.enquiry.answer import answer
from service.ledger.appropriate import AppropriationExceeded
from service.ledger.models import Appropriation, LedgerEntry
from service.ledger.queries import balance, balances
from service.ledger.trace import origins
from service.officers.models import Officer
from service.reconciliation import late, queries
from service.reconciliation.models import StatementLine
from service.reconciliation.origins import explain_entries
from service.reconciliation.receipts import assign, resolve
from service.reconciliation.receipts import queries as receipt_queries
from service.reconciliation.receipts.after_reissue import SecondNotAnswered, SecondOnItsWay
from service.reconciliation.reissue import reissue
from service.residents.models import Person
from tests.factories.banks import DEBIT_ACCOUNTS
from tests.factories.batches import PAY_DAY, account, frozen
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
from tests.service.web.browsing import SignInAs

WHY = "银行来电说明"


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Four payments at the rural bank, all paid but the second, which it rejected."""
    town = sent(made)
    town.reply(town.told("ACSC", "RJCT", "ACSC"))
    return town


def _again(out: Sent, *lines: Payment) -> tuple[Sent, str]:
    """Issue lines again; return the batch and the bank that has the new ones."""
    again = issue_again(out, *lines)
    (code,) = [
        one
        for one in ("rural", "ccb")
        if any(line.channel_id == out.channel(one).id for line in _lines(again))
    ]
    return again, code


def _lines(out: Sent) -> Iterable[Payment]:
    return out.session.scalars(
        select(Payment)
        .where(Payment.batch_id == out.batch.id)
        .execution_options(populate_existing=True)
    )


def _booked(out: Sent, *entries: str, moved_fen: int, number: int, code: str = "rural") -> None:
    opening = balance(out.session, f"bank_cash:{code}")
    content = statement(
        DEBIT_ACCOUNTS[code],
        entries,
        opening_fen=opening,
        closing_fen=opening + moved_fen,
        day=PAY_DAY + timedelta(days=number),
        number=number,
    )
    assert out.statement(content, code).state == "applied"


def _undone(out: Sent, line: Payment) -> str:
    return came_back(out.file(), line).replace("CRDT", "DBIT")


def _left_fen(session: Session) -> int:
    year = select(func.sum(Appropriation.amount_fen - Appropriation.committed_fen))
    return int(session.scalar(year.where(Appropriation.programme == "MZ15")) or 0)


def _raised() -> float:
    """Return the figure that finance is warned by."""
    (metric,) = late.PAID_AFTER_REISSUE.collect()
    return metric.samples[0].value


def test_success_after_the_new_line_was_paid_is_asked_back_by_the_rules_that_exist(
    out: Sent, sign_in_as: SignInAs
) -> None:
    session, by = out.session, out.people.reconciler
    first = out.lines()[1]
    again, code = _again(out, first)
    (second,) = _lines(again)
    out.reply(out.told("ACSC"))
    late.measure(session)
    assert _raised() == 1
    (lying,) = queries.lying(session)
    # While the bank has not answered for the new line, nobody knows which of them was paid.
    with pytest.raises(SecondNotAnswered, match=second.reference), session.begin_nested():
        resolve.believe_paid(session, lying.line, reason=WHY, by=by)
    again.reply(again.told("ACSC", code=code), code)
    available, left = balance(session, "available:MZ15"), _left_fen(session)
    settled = balance(session, "settled:MZ15")

    browser = sign_in_as("reconciler", language="en")
    path = f"/reconciliation/lines/{lying.line.id}"
    shown = browser.get(path).text
    assert second.reference in shown
    assert "a recovery case asks the money back" in shown
    assert browser.submit(f"{path}/paid-late", {"reason": WHY}, shown_at=path).status_code == 303
    case = session.scalars(select(RecoveryCase)).one()
    assert f"/recoveries/{case.case_no}" in browser.get(path).text
    double = session.scalars(select(DoublePayment)).one()
    assert (double.case_id, double.first_id, double.second_id) == (case.id, first.id, second.id)
    (month,) = recovery_queries.months_of(session, case)
    assert (month.reference, month.asked_fen) == (first.reference, first.amount_fen)
    session.expire_all()
    assert (first.state, second.state, case.state) == ("paid", "paid", "open")

    fen = first.amount_fen
    assert balance(session, "recovery_receivable:MZ15") == fen
    assert balance(session, "settled:MZ15") == settled, "twice the money is no second subsidy"
    assert balance(session, "available:MZ15") == available - fen
    assert _left_fen(session) == left - fen
    assert balance(session, "commitments:MZ15") == 0
    assert sum(balances(session).values()) == 0
    assert queries.lying(session) == []
    late.measure(session)
    assert _raised() == 0
    said = [one.sentence for one in answer(session, first.payee_person_id or 0, "2026-10").lines]
    assert sum("paid twice" in one for one in said) == 1
    shown = sign_in_as("maker", language="en").get(f"/recoveries/{case.case_no}").text
    assert f"{first.reference} and {second.reference}" in shown

    _one_comes_back(out, first, case)
    assert (balance(session, "available:MZ15"), _left_fen(session)) == (available, left)


def _one_comes_back(out: Sent, first: Payment, case: RecoveryCase) -> None:
    """The bank gives the first one back: nothing is asked, the budget has it, nobody is paid more."""
    session, fen = out.session, first.amount_fen
    _booked(out, came_back(out.file(), first), moved_fen=fen, number=1)
    session.expire_all()
    assert (first.state, case.state) == ("returned", "withdrawn")
    assert standing(session, case.id).asked_fen == 0
    assert balance(session, "recovery_receivable:MZ15") == 0
    assert balance(session, "returned_held:MZ15") == 0
    account(session.get_one(Person, first.payee_person_id))
    assert reissue(session, "MZ15", "2026-10", by=BANK) is None
    explain_entries()
    for one in session.scalars(select(LedgerEntry)):
        assert origins(session, one), one.event_type
        if one.event_type == "recovery.reduced":
            assert [found.name for found in origins(session, one)] == [case.case_no]


def test_a_new_line_that_is_not_out_yet_is_held_and_nobody_releases_it(out: Sent) -> None:
    session, by, people = out.session, out.people.reconciler, out.people
    first = out.lines()[1]
    account(session.get_one(Person, first.payee_person_id))
    batch = reissue(session, "MZ15", "2026-10", by=BANK)
    assert batch is not None
    (second,) = session.scalars(select(Payment).where(Payment.batch_id == batch.id))
    out.reply(out.told("ACSC"))
    (lying,) = queries.lying(session)
    frozen(session, batch, people)
    with pytest.raises(SecondOnItsWay, match=batch.batch_no), session.begin_nested():
        resolve.believe_paid(session, lying.line, reason=WHY, by=by)
    send_back(session, batch, by=people.reviewer, reason=WHY, on=PAY_DAY)
    resolve.believe_paid(session, lying.line, reason=WHY, by=by)
    session.expire_all()
    assert (first.state, second.state) == ("paid", "held")
    assert session.scalars(select(RecoveryCase)).all() == []
    assert balance(session, "settled:MZ15") == sum(one.amount_fen for one in out.lines())
    assert balance(session, "commitments:MZ15") == 0
    hold = session.scalars(select(PaymentHold).where(PaymentHold.payment_id == second.id)).one()
    assert hold.control == "paid_already"
    # Looked at again as every held line is, it stays held for as long as the first one is paid.
    assessment = session.scalars(select(Assessment).order_by(Assessment.id.desc()).limit(1)).one()
    look_again(session, assessment, "MZ15", by=BANK)
    session.expire_all()
    assert (second.state, hold.cleared_at) == ("held", None)
    with pytest.raises(NeedsData):
        release(session, second, by=people.maker, reason=WHY)
    assert sum(balances(session).values()) == 0


def test_a_new_line_that_failed_too_is_not_issued_a_third_time(out: Sent) -> None:
    session, first = out.session, out.lines()[1]
    again, code = _again(out, first)
    again.reply(again.told("RJCT", code=code), code)
    out.reply(out.told("ACSC"))
    (lying,) = queries.lying(session)
    resolve.believe_paid(session, lying.line, reason=WHY, by=out.people.reconciler)
    (second,) = _lines(again)
    assert (out.states()[1], second.state) == ("paid", "rejected")
    assert session.scalars(select(RecoveryCase)).all() == []
    assert balance(session, "commitments:MZ15") == 0
    assert sum(balances(session).values()) == 0
    account(session.get_one(Person, first.payee_person_id))
    assert reissue(session, "MZ15", "2026-10", by=BANK) is None
    lines = answer(session, first.payee_person_id or 0, "2026-10").lines
    assert [one.state for one in lines] == ["paid"], "the failed attempt is no payment of its own"


def test_a_return_taken_back_after_the_reissue_was_paid_is_assigned_by_two_people(
    out: Sent,
) -> None:
    session, by = out.session, out.people.reconciler
    other: Officer = OfficerFactory.create(duties=["reconciler"])
    first, fen = out.lines()[0], out.lines()[0].amount_fen
    paid_fen = sum(one.amount_fen for one in out.lines() if one.state == "paid")
    _booked(out, debit(out.file(), paid_fen), moved_fen=-paid_fen, number=1)
    _booked(out, came_back(out.file(), first), moved_fen=fen, number=2)
    again, code = _again(out, first)
    again.reply(again.told("ACSC", code=code), code)
    _booked(out, _undone(out, first), moved_fen=-fen, number=3)
    assert balance(session, "unidentified_receipts") == fen
    line = session.scalars(select(StatementLine).order_by(StatementLine.id.desc()).limit(1)).one()
    receipt = receipt_queries.one(session, line.id)
    assert receipt is not None
    assert [one.id for one in receipt_queries.suggested(session, receipt)] == [first.id]
    session.execute(update(Appropriation).values(amount_fen=Appropriation.committed_fen))
    assign.ask(session, receipt, [first.reference], fee_fen=0, reason=WHY, by=by)
    with pytest.raises(AppropriationExceeded), session.begin_nested():
        assign.confirm(session, receipt, by=other)
    session.execute(update(Appropriation).values(amount_fen=Appropriation.committed_fen + fen))
    assign.confirm(session, receipt, by=other)
    session.expire_all()
    case = session.scalars(select(RecoveryCase)).one()
    assert (first.state, standing(session, case.id).left_fen) == ("paid", fen)
    assert balance(session, "unidentified_receipts") == 0
    assert balance(session, "recovery_receivable:MZ15") == fen
    assert balance(session, "returned_held:MZ15") == 0
    assert sum(balances(session).values()) == 0
