"""The simulated bank as the county's two banks, and what to compare its books with."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.dispatch.channels import fund
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.residents.models import Account
from tests.bank_adapters.banks import RunningBank
from tests.factories.batches import PAY_DAY, channel

USERS = {"ccb": "ccb", "rural": "iso"}
OPENING_FEN = 50_000_000_000
DEBIT_ACCOUNTS = {"ccb": "33050163000000000018", "rural": "201000000000000026"}


def plan(**changes: Any) -> dict[str, Any]:
    """Return a plan of a quick bank that has the county's money."""
    return {
        "pickup_seconds": 0.05,
        "debit_accounts": {
            USERS[code]: {number: OPENING_FEN} for code, number in DEBIT_ACCOUNTS.items()
        },
        **changes,
    }


def fault(kind: str, code: str = "rural", times: int = 1) -> dict[str, Any]:
    """Return one fault for a plan."""
    return {"kind": kind, "user": USERS[code], "times": times}


def register(bank: RunningBank, *codes: str) -> list[BankChannel]:
    """Register the running bank's channels (both if none is named) and their opening balance."""
    from tests.factories.residents import _sessions

    made = []
    for code in codes or ("ccb", "rural"):
        one = channel(
            code,
            host=bank.where["host"],
            port=int(bank.where["port"]),
            host_key=bank.where["host_key"],
            username=USERS[code],
            password=bank.where["users"][USERS[code]],
        )
        fund(_sessions[0], one, OPENING_FEN, on=PAY_DAY.replace(day=1))
        made.append(one)
    return made


def fates(payments: Sequence[Payment], session: Session, **fate: Any) -> dict[str, dict[str, Any]]:
    """Return plan entries by account number for some payments: ``do=…, code=…, after_days=…``."""
    return {card_of(session, payment): fate for payment in payments}


def card_of(session: Session, payment: Payment) -> str:
    """Return the account number a payment goes to."""
    one = session.get_one(Account, payment.account_id)
    return sealer().open(one.card_sealed, f"accounts:card:{one.card_index.hex()}")


def our_totals(session: Session) -> dict[str, tuple[int, int]]:
    """Return {state: (count, fen)} of every payment of ours."""
    rows = session.execute(
        select(Payment.state, func.count(), func.sum(Payment.amount_fen)).group_by(Payment.state)
    )
    return {state: (count, int(amount_fen)) for state, count, amount_fen in rows}


def their_totals(bank: RunningBank) -> dict[str, tuple[int, int]]:
    """Return {state: (count, fen)} of what the bank really did."""
    return {
        state: (sums["count"], sums["amount_fen"])
        for state, sums in bank.referee()["totals"].items()
    }
