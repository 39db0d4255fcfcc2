"""The simulated bank as the county's two banks, and what to compare its books with."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

import factory
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.dispatch.channels import fund
from service.dispatch.models import BankFile
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.ledger.queries import balances
from service.residents.models import Account
from tests.bank_adapters.banks import RunningBank
from tests.factories.batches import PAY_DAY, BatchFactory, channel
from tests.factories.residents import _Made, _sessions

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


def believed(session: Session) -> dict[str, Any]:
    """Return what we believe of every payment that is in a file, and of the cash at each bank.

    What was issued again believes what the old line had come to.
    """
    rows = session.execute(
        select(Payment, BankFile.file_reference)
        .join(BankFile, BankFile.id == Payment.bank_file_id)
        .where(BankFile.state.not_in(("prepared", "withdrawn")))
    )
    money = balances(session)
    return {
        "payments": [
            {
                "reference": line.reference,
                "file_reference": file_reference,
                "account_no": card_of(session, line),
                "amount_fen": line.amount_fen,
                "state": _BELIEVED.get(line.state)
                or ("returned" if line.settled_on else "rejected"),
            }
            for line, file_reference in rows
        ],
        "balances": {
            number: money.get(f"bank_cash:{code}", 0) for code, number in DEBIT_ACCOUNTS.items()
        },
    }


_BELIEVED = {
    "sent": "in_transit",
    **{state: state for state in ("paid", "returned", "rejected", "unknown")},
}


class BankFileFactory(_Made):
    """A prepared file's row; its bytes are no file of any bank."""

    class Meta:
        model = BankFile

    class Params:
        batch = factory.SubFactory(BatchFactory)
        content = b"no bank's bytes"

    id = factory.LazyFunction(ids.uuid7)
    state = "prepared"
    batch_id = factory.SelfAttribute("batch.id")
    round = 1
    channel_id = factory.LazyFunction(lambda: channel().id)
    profile = "iso20022"
    profile_version = 1
    file_reference = factory.Sequence(lambda n: f"MZ15-2026-10-{n:04d}-R1-1")
    file_name = factory.LazyAttribute(lambda made: f"{made.file_reference}.xml")
    content_sealed = factory.LazyAttribute(
        lambda made: sealer().seal(
            base64.b64encode(made.content).decode(), f"bank_files:content:{made.id}"
        )
    )
    sha256 = factory.LazyAttribute(lambda made: hashlib.sha256(made.content).hexdigest())
    sm3 = "0" * 64
    size_bytes = factory.LazyAttribute(lambda made: len(made.content))
    count = 1
    amount_fen = 10_000
    execution_date = PAY_DAY
    made_at = factory.LazyFunction(clock.now)
    resends = 0
