"""Whatever order a bank's files come in, and however often: the same books as the bank's."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.ledger.queries import balance, balances
from service.reconciliation.models import FileControl
from tests.bank_adapters.makers import Told
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.batches import PAY_DAY
from tests.service.reconciliation.answers import (
    Sent,
    came_back,
    debit,
    render,
    sent,
    statement,
)

ACCOUNT = DEBIT_ACCOUNTS["rural"]
FATES = ("paid", "rejected", "returned")
EXAMPLES = 6


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Four payments at the rural bank, four at another that never answers."""
    return sent(made)


def _files(out: Sent, fates: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return all that the bank will ever say of these fates, each as its own file."""
    reference, lines = out.file().file_reference, out.lines()
    told = [
        one._replace(status="RJCT", code="AC04") if fate == "rejected" else one
        for one, fate in zip(out.told("ACSC"), fates, strict=True)
    ]
    half = {
        "total": f"{out.file().amount_fen // 100}.{out.file().amount_fen % 100:02d}",
        "count": str(len(lines)),
    }
    files = [
        ("reply", _render([one._replace(status="PDNG", code="") for one in told], reference)),
        ("reply", _render(told[:2], reference, **half)),
        ("reply", _render(told, reference)),
    ]
    left_fen = sum(
        line.amount_fen for line, fate in zip(lines, fates, strict=True) if fate != "rejected"
    )
    balance_fen = OPENING_FEN - left_fen
    files.append(
        (
            "statement",
            statement(
                ACCOUNT, [debit(out.file(), left_fen)] if left_fen else [],
                opening_fen=OPENING_FEN, closing_fen=balance_fen,
            ),
        )
    )  # fmt: skip
    for place, (line, fate) in enumerate(zip(lines, fates, strict=True), start=2):
        if fate == "returned":
            files.append(
                (
                    "statement",
                    statement(
                        ACCOUNT, [came_back(out.file(), line)], opening_fen=balance_fen,
                        closing_fen=balance_fen + line.amount_fen, number=place,
                        day=PAY_DAY + timedelta(days=place),
                    ),
                )
            )  # fmt: skip
            balance_fen += line.amount_fen
    return files


def _render(said: Sequence[Told], reference: str, **changes: str) -> bytes:
    return render("rural", said, file_reference=reference, **changes)


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def _in_any_order(out: Sent, data: st.DataObject) -> None:
    outer = out.session.begin_nested()
    try:
        fates = data.draw(st.tuples(*[st.sampled_from(FATES)] * 4))
        files = _files(out, fates)
        order = data.draw(st.permutations(range(len(files))))
        again = data.draw(st.lists(st.sampled_from(range(len(files))), max_size=3))
        for place in (*order, *again):
            kind, content = files[place]
            inbound = out.receive(content) if kind == "reply" else out.statement(content)
            assert inbound.state == "applied", inbound.faults
        _same_books(out, fates)
    finally:
        outer.rollback()
        out.session.expire_all()


def _same_books(out: Sent, fates: Sequence[str]) -> None:
    amounts = [line.amount_fen for line in out.lines()]
    fen = {
        fate: sum(fen for fen, one in zip(amounts, fates, strict=True) if one == fate)
        for fate in FATES
    }
    assert tuple(out.states()) == tuple(fates)
    assert balance(out.session, "settled:MZ15") == fen["paid"]
    assert balance(out.session, "commitments:MZ15") == fen["rejected"]
    assert balance(out.session, "returned_held:MZ15") == fen["returned"]
    assert balance(out.session, "in_transit:rural:MZ15") == 0
    assert balance(out.session, "bank_cash:rural") == OPENING_FEN - fen["paid"]
    assert balance(out.session, "bank_clearing:rural") == fen["paid"]
    assert balance(out.session, "unidentified_receipts") == 0
    assert sum(balances(out.session).values()) == 0
    for one in out.session.query(FileControl):
        assert one.sent_count == len(fates)


def test_any_order_and_any_repetition_lead_to_the_banks_books(out: Sent) -> None:
    _in_any_order(out)
