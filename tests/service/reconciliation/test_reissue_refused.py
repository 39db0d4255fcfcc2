"""What the bank says it paid after all is not paid a second time, however the account was corrected."""

import pytest
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.reconciliation.reissue import reissue
from service.residents.models import Person
from tests.bank_adapters.makers import pain002
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import account
from tests.service.reconciliation.answers import (
    BANK,
    NEXT_DAY,
    Sent,
    came_back,
    debit,
    entry,
    sent,
    statement,
)


@pytest.fixture
def out(made: Session) -> Sent:
    """Files that are at both banks."""
    return sent(made)


def issued_again(out: Sent) -> list[int]:
    """Return which lines of the month are replaced by new ones now."""
    batch = reissue(out.session, "MZ15", "2026-10", by=BANK)
    if batch is None:
        return []
    return [one.id for one in out.lines() if one.state == "reissued"]


def corrected(out: Sent, line: Payment) -> None:
    """Give a line's payee another account."""
    account(out.session.get_one(Person, line.payee_person_id))


def answer(out: Sent, *statuses: str) -> None:
    """Receive an answer under a message id of its own."""
    content = pain002(out.told(*statuses), file_reference=out.file().file_reference)
    own = f"<MsgId>{'-'.join(statuses)}</MsgId>".encode()
    out.receive(content.replace(b"<MsgId>B1</MsgId>", own, 1))


def test_success_after_rejection_keeps_the_line_from_being_paid_again(out: Sent) -> None:
    answer(out, "RJCT", "RJCT", "ACSC")
    first, second, *_ = out.lines()
    corrected(out, first)
    corrected(out, second)
    answer(out, "ACSC", "RJCT", "ACSC")
    assert issued_again(out) == [second.id]
    # The bank's last word is a refusal again: now nobody has the money.
    answer(out, "RJCT", "PDNG", "ACSC")
    assert issued_again(out) == [first.id, second.id]


def test_a_return_that_the_bank_undid_is_not_paid_again(out: Sent) -> None:
    answer(out, "ACSC")
    first, second, *_ = out.lines()
    paid_fen = sum(one.amount_fen for one in out.lines())
    back = [came_back(out.file(), one) for one in (first, second)]
    undone = came_back(out.file(), first).replace("CRDT", "DBIT")
    opening_fen = OPENING_FEN
    for number, entries, moved_fen in (
        (1, [debit(out.file(), paid_fen)], -paid_fen),
        (2, back, first.amount_fen + second.amount_fen),
        (3, [undone, entry(7, "CRDT")], 7 - first.amount_fen),
    ):
        out.statement(
            statement(
                DEBIT_ACCOUNTS["rural"],
                entries,
                opening_fen=opening_fen,
                closing_fen=opening_fen + moved_fen,
                day=NEXT_DAY.replace(day=NEXT_DAY.day + number),
                number=number,
            )
        )
        opening_fen += moved_fen
    assert out.states()[:2] == ["paid", "returned"]
    corrected(out, first)
    corrected(out, second)
    assert issued_again(out) == [second.id]
