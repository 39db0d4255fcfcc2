"""Factories in the test's session, and a list that went to its banks, was answered and booked."""

import pytest
from sqlalchemy.orm import Session

from service.audit.log.sequence import sequence
from tests.factories import residents
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.service.reconciliation.answers import Sent, came_back, debit, sent, statement
from tests.service.residents.snapshot.conftest import county

__all__ = ["county"]


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session


@pytest.fixture
def booked(made: Session, data_dir: object) -> Sent:
    """Six payments of two banks: of one bank's, one came back, one was rejected, one is paid."""
    out = sent(made, 6)
    out.reply(out.told("ACSC", "RJCT", "ACSC"))
    first = out.lines()[0]
    debited = sum(one.amount_fen for one in out.lines() if one.state == "paid")
    out.statement(
        statement(
            DEBIT_ACCOUNTS["rural"],
            [debit(out.file(), debited), came_back(out.file(), first)],
            opening_fen=OPENING_FEN,
            closing_fen=OPENING_FEN - debited + first.amount_fen,
        )
    )
    sequence(made)
    return out
