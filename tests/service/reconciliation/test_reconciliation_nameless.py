"""A bank whose sheet has no column for our reference: its lines find their payments all the same."""

import pytest
from sqlalchemy.orm import Session

from bank_adapters import adapter_for
from bank_adapters.sheets.profile import SheetProfile
from service.dispatch.channels import fund
from service.dispatch.sent_lines import sent_lines
from service.ledger.queries import balance
from tests.bank_adapters.filled_in import filled_in
from tests.factories.banks import OPENING_FEN
from tests.factories.batches import PAY_DAY, channel
from tests.service.reconciliation.answers import Sent, sent

PROFILE = "icbc-three-columns"


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Eight payments, four of them at a bank that takes account, name and amount."""
    bank = channel("rural", profile=PROFILE)
    fund(made, bank, OPENING_FEN, on=PAY_DAY.replace(day=1))
    return sent(made)


def _answer(out: Sent, *statuses: str, account: str = "") -> bytes:
    profile = adapter_for(PROFILE).profile
    assert isinstance(profile, SheetProfile)
    accounts = [one.account_no for one in sent_lines(out.session, out.file())]
    # The bank's own order is not ours.
    said = out.told(*statuses)[::-1]
    return filled_in(profile, said, accounts=[account or one for one in accounts[::-1]])


def test_its_answer_moves_payments_and_money(out: Sent) -> None:
    file, amounts = out.file(), [line.amount_fen for line in out.lines()]
    assert file.file_name == f"{file.file_reference}.xls"
    inbound = out.receive(_answer(out, "ACSC", "RJCT", "ACSC"), name=file.file_name)
    assert inbound.state == "applied"
    assert out.states() == ["paid", "rejected", "paid", "paid"]
    assert balance(out.session, "settled:MZ15") == sum(amounts) - amounts[1]
    assert balance(out.session, "in_transit:rural:MZ15") == 0


def test_a_line_of_another_account_keeps_the_whole_answer_aside(out: Sent) -> None:
    content = _answer(out, "ACSC", account="6222600260001072444")
    inbound = out.receive(content, name=out.file().file_name)
    assert inbound.state == "quarantined"
    assert "line_not_ours" in {fault["code"] for fault in inbound.faults if fault["fatal"]}
    assert out.states() == ["sent"] * 4


def test_an_answer_under_a_strangers_name_moves_nothing(out: Sent) -> None:
    inbound = out.receive(_answer(out, "ACSC"), name="回盘.xls")
    assert inbound.state == "quarantined"
    assert out.states() == ["sent"] * 4
