"""A list whose banks answered: paid, refused, sent back, and one line without an answer."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import residents
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.service.reconciliation.answers import NEXT_DAY, Sent, came_back, debit, sent, statement


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session


@pytest.fixture
def answered(made: Session, data_dir: object) -> Sent:
    """Sixteen payments, eight at each bank; the rural bank paid six, refused one, says nothing of one.

    On the day after, one of the paid came back; the other bank has not answered.
    """
    town = sent(made, 16)
    told = town.told("ACSC", "RJCT", "ACSC")
    file = town.file()
    total = f"{file.amount_fen // 100}.{file.amount_fen % 100:02d}"
    assert town.reply(told[:-1], count=str(file.count), total=total).state == "applied"
    paid = sum(line.amount_fen for line in town.lines() if line.state == "paid")
    account = DEBIT_ACCOUNTS["rural"]
    town.statement(
        statement(
            account,
            [debit(file, paid)],
            opening_fen=OPENING_FEN,
            closing_fen=OPENING_FEN - paid,
        )
    )
    back = town.lines()[2]
    town.statement(
        statement(
            account,
            [came_back(file, back)],
            opening_fen=OPENING_FEN - paid,
            closing_fen=OPENING_FEN - paid + back.amount_fen,
            day=NEXT_DAY,
            number=2,
        )
    )
    return town
