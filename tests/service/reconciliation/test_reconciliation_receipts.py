"""Receipts of nobody are assigned by two people to the fen; a failure that is not final waits."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.batches.release import ReasonMissing
from service.foundation.problems import Problem
from service.ledger.queries import balance, balances
from service.officers.models import Officer
from service.reconciliation import queries
from service.reconciliation.models import FileControl, ReplyLine, StatementLine
from service.reconciliation.receipts import assign, resolve
from service.reconciliation.receipts import queries as receipt_queries
from service.reconciliation.receipts.models import ReceiptAssignment
from service.reconciliation.receipts.problems import (
    AnotherOfficer,
    NotPaidLate,
    PaymentUnfit,
    ReceiptSettled,
    SumsDiffer,
)
from service.reconciliation.receipts.queries import Receipt
from service.reconciliation.reissue import reissue
from service.residents.models import Person
from tests.factories.banks import DEBIT_ACCOUNTS
from tests.factories.batches import account
from tests.factories.officers import OfficerFactory
from tests.service.reconciliation.answers import BANK, Sent, came_back, entry, sent, statement
from tests.service.web.browsing import SignInAs

ACCOUNT = DEBIT_ACCOUNTS["rural"]
WHY = "银行来电说明"


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Four payments at the rural bank, all paid but the second, which it rejected."""
    town = sent(made)
    town.reply(town.told("ACSC", "RJCT", "ACSC"))
    return town


@pytest.fixture
def other(made: Session) -> Officer:
    """A second reconciler."""
    found: Officer = OfficerFactory.create(duties=["reconciler"])
    return found


def _receipt(out: Sent, fen: int, *, number: int = 1) -> Receipt:
    """Let a credit come in that names nothing, and return it."""
    opening = balance(out.session, "bank_cash:rural")
    content = statement(
        ACCOUNT, [entry(fen, "CRDT")], opening_fen=opening, closing_fen=opening + fen, number=number
    )
    assert out.statement(content).state == "applied"
    line = out.session.scalars(select(StatementLine).order_by(StatementLine.id.desc())).first()
    assert line is not None
    found = receipt_queries.one(out.session, line.id)
    assert found is not None
    return found


def test_several_returns_in_one_credit_less_a_fee_are_assigned_by_two_people(
    out: Sent, other: Officer
) -> None:
    first, _, third, _ = out.lines()
    fee = 250
    receipt = _receipt(out, first.amount_fen + third.amount_fen - fee)
    references, by = [first.reference, third.reference], out.people.reconciler
    with pytest.raises(SumsDiffer):
        assign.ask(out.session, receipt, references, fee_fen=0, reason=WHY, by=by)
    with pytest.raises(ReasonMissing):
        assign.ask(out.session, receipt, references, fee_fen=fee, reason=" ", by=by)
    before = balances(out.session)
    assign.ask(out.session, receipt, references, fee_fen=fee, reason=WHY, by=by)
    assert balances(out.session) == before, "asking moves nothing"
    with pytest.raises(AnotherOfficer):
        assign.confirm(out.session, receipt, by=by)
    with pytest.raises(ReceiptSettled):
        assign.ask(out.session, receipt, references, fee_fen=fee, reason=WHY, by=other)
    assert len(queries.unidentified(out.session)) == 1
    assign.confirm(out.session, receipt, by=other)
    assert out.states() == ["returned", "rejected", "returned", "paid"]
    held = first.amount_fen + third.amount_fen
    assert balance(out.session, "returned_held:MZ15") == held
    assert balance(out.session, "unidentified_receipts") == fee, "as other fees of the bank"
    assert sum(balances(out.session).values()) == 0
    assert queries.unidentified(out.session) == []
    with pytest.raises(ReceiptSettled):
        assign.confirm(out.session, receipt, by=other)
    last = out.session.scalars(select(FileControl).order_by(FileControl.at.desc())).first()
    assert last is not None
    assert (last.returned_count, last.paid_count, last.failed_count) == (2, 1, 1)


def test_a_receipt_never_goes_to_what_did_not_leave_or_came_back_before(out: Sent) -> None:
    first, rejected, *_ = out.lines()
    receipt = _receipt(out, first.amount_fen)
    for wrong in (rejected.reference, out.lines("ccb")[0].reference, "UNSINN"):
        with pytest.raises(PaymentUnfit):
            assign.ask(
                out.session, receipt, [wrong], fee_fen=0, reason=WHY, by=out.people.reconciler
            )
    suggested = [one.id for one in receipt_queries.suggested(out.session, receipt)]
    assert first.id in suggested
    assert rejected.id not in suggested


def test_an_assignment_taken_back_leaves_the_receipt_to_the_next(out: Sent) -> None:
    first = out.lines()[0]
    receipt, by = _receipt(out, first.amount_fen), out.people.reconciler
    asked = assign.ask(out.session, receipt, [first.reference], fee_fen=0, reason=WHY, by=by)
    assign.withdraw(out.session, receipt, by=by)
    assign.ask(out.session, receipt, [first.reference], fee_fen=0, reason=WHY, by=by)
    which = update(ReceiptAssignment).where(ReceiptAssignment.id == asked.id)
    with pytest.raises(IntegrityError), out.session.begin_nested():
        out.session.execute(which.values(fee_fen=1))


def test_a_return_after_the_reissue_is_not_assigned_to_it(out: Sent) -> None:
    first = out.lines()[0]
    opening, back = balance(out.session, "bank_cash:rural"), came_back(out.file(), first)
    closing = opening + first.amount_fen
    out.statement(statement(ACCOUNT, [back], opening_fen=opening, closing_fen=closing))
    account(out.session.get_one(Person, first.payee_person_id))
    assert reissue(out.session, "MZ15", "2026-10", by=BANK) is not None
    out.statement(
        statement(
            ACCOUNT, [back], opening_fen=closing, closing_fen=closing + first.amount_fen, number=2
        )
    )
    line = out.session.scalars(select(StatementLine).order_by(StatementLine.id.desc())).first()
    assert line is not None
    assert (line.matched, line.payment_id) == ("unidentified", None)
    found = receipt_queries.one(out.session, line.id)
    assert found is not None
    assert first.id not in {one.id for one in receipt_queries.suggested(out.session, found)}


def test_what_was_rejected_and_later_paid_waits_for_an_officer_and_is_not_issued_again(
    out: Sent,
) -> None:
    late = out.lines()[1]
    out.reply(out.told("ACSC"))
    account(out.session.get_one(Person, late.payee_person_id))
    assert reissue(out.session, "MZ15", "2026-10", by=BANK) is None, "the failure is not final"
    (lying,) = queries.lying(out.session)
    assert lying.line.payment_id == late.id
    by = out.people.reconciler
    resolve.believe_paid(out.session, lying.line, reason=WHY, by=by)
    assert out.states() == ["paid"] * 4
    assert balance(out.session, "commitments:MZ15") == 0
    assert balance(out.session, "settled:MZ15") == sum(one.amount_fen for one in out.lines())
    assert sum(balances(out.session).values()) == 0
    assert queries.lying(out.session) == []
    with pytest.raises(NotPaidLate):
        resolve.believe_paid(out.session, lying.line, reason=WHY, by=by)


def test_a_contradiction_stays_in_the_list_until_it_is_explained(out: Sent) -> None:
    out.reply(out.told("RJCT"))
    assert len(queries.lying(out.session)) == 3, "rejected after paid"
    for one in queries.lying(out.session):
        with pytest.raises(Problem):
            resolve.believe_paid(out.session, one.line, reason=WHY, by=out.people.reconciler)
        resolve.explain(out.session, one.line, reason=WHY, by=out.people.reconciler)
    assert queries.lying(out.session) == []
    assert out.states() == ["paid", "rejected", "paid", "paid"]


def test_the_pages_lead_from_the_list_to_the_act(out: Sent, sign_in_as: SignInAs) -> None:
    out.reply(out.told("ACSC"))
    first = out.lines()[0]
    receipt = _receipt(out, first.amount_fen)
    browser = sign_in_as("reconciler")
    path = f"/reconciliation/receipts/{receipt.line.id}"
    line = out.session.scalars(select(ReplyLine).where(ReplyLine.outcome == "contradiction")).one()
    listed = browser.get("/reconciliation").text
    assert path in listed
    assert f"/reconciliation/lines/{line.id}" in listed
    assert first.reference in browser.get(path).text
    refused = browser.submit(path, {"references": first.reference, "fee": "1", "reason": WHY})
    assert refused.status_code == 422
    assert "分文不差" in refused.text
    sent_ = browser.submit(path, {"references": first.reference, "reason": WHY})
    assert sent_.status_code == 303
    assert "须由另一名工作人员确认" in browser.get(path).text
    assert browser.submit(f"{path}/withdraw", shown_at=path).status_code == 303
    at = f"/reconciliation/lines/{line.id}"
    ended = browser.submit(f"{at}/paid-late", {"reason": WHY}, shown_at=at)
    assert ended.status_code == 303
    assert WHY in browser.get(at).text
    assert out.states() == ["paid"] * 4
