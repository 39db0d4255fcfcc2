"""The reconciliation desk: a bank's line on the left, what it may be on the right, and on to the next."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.reconciliation.models import InboundFile, ReplyLine, StatementLine
from service.reconciliation.receipts.neighbours import first, neighbours
from service.reconciliation.receipts.suggestions import for_line
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.service.reconciliation.answers import Sent, debit, entry, sent, statement, yuan
from tests.service.web.browsing import SignInAs


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Two payments at the rural bank, both paid; two credits of nobody, two lines with another amount."""
    out = sent(made, 4)
    out.reply(out.told("ACSC"))
    paid_fen = sum(one.amount_fen for one in out.lines())
    back_fen = out.lines()[0].amount_fen
    out.statement(
        statement(
            DEBIT_ACCOUNTS["rural"],
            [debit(out.file(), paid_fen), entry(back_fen, "CRDT"), entry(7, "CRDT")],
            opening_fen=OPENING_FEN,
            closing_fen=OPENING_FEN - paid_fen + back_fen + 7,
        )
    )
    ours = [one.amount_fen for one in out.lines("ccb")]
    told = zip(out.told("ACSC", code="ccb"), (ours[0] + 1, ours[1] - 1), strict=True)
    out.reply([one._replace(amount=yuan(fen)) for one, fen in told], code="ccb")
    return out


def lines(session: Session) -> list[ReplyLine]:
    """Return the reply's two lines, each with another amount."""
    which = select(ReplyLine).where(ReplyLine.outcome == "amount_mismatch").order_by(ReplyLine.id)
    return list(session.scalars(which))


def test_one_walks_from_line_to_line(out: Sent) -> None:
    session = out.session
    same, other = session.scalars(
        select(StatementLine.id)
        .where(StatementLine.matched == "unidentified")
        .order_by(StatementLine.id)
    )
    line, last = (one.id for one in lines(session))
    assert first(session) == f"/reconciliation/receipts/{same}"
    at_first, between = neighbours(session, "receipt", same), neighbours(session, "receipt", other)
    at_last = neighbours(session, "line", last)
    assert (at_first.previous, at_first.next) == ("", f"/reconciliation/receipts/{other}")
    assert (between.previous, between.next) == (
        f"/reconciliation/receipts/{same}",
        f"/reconciliation/lines/{line}",
    )
    assert neighbours(session, "line", line).previous == f"/reconciliation/receipts/{other}"
    assert (at_last.previous, at_last.next) == (f"/reconciliation/lines/{line}", "")
    assert {at_first.total, between.total, at_last.total} == {4}


def test_a_receipt_stands_beside_what_it_may_be(out: Sent, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("reconciler", language="en")
    start = first(out.session)
    assert f'href="{start}"' in browser.get("/reconciliation").text
    shown = browser.get(start).text
    left, right = shown[shown.index('class="split"') :].split("</section>", 1)
    assert "The bank's line" in left.replace("&#39;", "'")
    reference = out.lines()[0].reference
    assert reference in right
    for told in ("✓ the same", "not said", "cannot be compared", "Payee", "Account"):
        assert told in right
    assert out.lines()[0].payee_name not in shown
    assert 'rel="next"' in shown
    assert f'href="{start}?reference={reference}#assign"' in right
    chosen = browser.get(f"{start}?reference={reference}").text
    assert f">{reference}</textarea>" in chosen


def test_a_line_says_what_differs_from_our_payment(out: Sent, sign_in_as: SignInAs) -> None:
    line = lines(out.session)[0]
    inbound = out.session.get_one(InboundFile, line.inbound_file_id)
    (only,) = for_line(out.session, line, inbound)
    facts = {one.name: one for one in only.facts}
    assert facts["amount"].fits is False
    assert facts["amount"].by == 1
    assert facts["reference"].fits is True
    assert facts["account"].fits is None
    shown = sign_in_as("reconciler").get(f"/reconciliation/lines/{line.id}").text
    assert "✗ 相差 +0.01 元" in shown
    assert only.payment.reference in shown
