"""A signed-for list at any size: approved by the real verbs while it is small, then grown by COPY.

Synthetic: nobody is meant. Cards are sealed as the card office's feed seals them.
"""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.submit import lines_root
from service.demo.county.cards import bank_code, bank_name, card_number
from service.dispatch.channels import fund
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post
from tests.factories.batches import RURAL, approved, county_batch
from tests.factories.officers import Staff

FIRST = 10_000_000
"""Ids of what is grown begin here, far from those the database gave."""
FUNDED_ON = date(2026, 10, 1)
_PERSONS = "COPY persons (id, name, division) FROM STDIN"
_ACCOUNTS = (
    "COPY accounts (id, person_id, card_sealed, card_index, tail, bank_code, bank_name, status,"
    " delivery_id, known_from) FROM STDIN"
)
_PAYMENTS = """
INSERT INTO payments (id, batch_id, state, programme, period, line_type, attempt, subject_kind,
    subject_id, payee_person_id, payee_name, division, account_id, channel_id, amount_fen)
OVERRIDING SYSTEM VALUE
SELECT n, p.batch_id, 'frozen', p.programme, p.period, 'regular', 1, 'person', n, n,
       '试样' || chr(19968 + (n % 20000)::int), '330523100200', n, p.channel_id, 10000 + n % 90000
FROM payments p, generate_series(CAST(:first AS bigint), :last) n WHERE p.id = :like
"""


def approved_list(session: Session, people: Staff, lines: int, opening_fen: int) -> Batch:
    """Return an approved list of so many lines, all of one bank that holds the county's money."""
    batch = county_batch(session, 4)
    approved(session, batch, people, cap_fen=10**13)
    like = session.scalars(
        select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id.desc())
    ).first()
    assert like is not None
    account = session.execute(
        text("SELECT delivery_id FROM accounts WHERE id = :id"), {"id": like.account_id}
    ).scalar_one()
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("SET LOCAL synchronous_commit = off"))
    raw: Any = session.connection().connection.cursor()
    _people(raw, lines)
    _cards(raw, lines, account)
    last = FIRST + lines - 1
    session.execute(text(_PAYMENTS), {"first": FIRST, "last": last, "like": like.id})
    # What was approved by the verbs stays out of the figures: the list is of one bank.
    session.execute(text("DELETE FROM payments WHERE id < :first"), {"first": FIRST})
    _say_so(session, batch)
    fund(session, session.get_one(BankChannel, like.channel_id), opening_fen, on=FUNDED_ON)
    session.execute(text("SET LOCAL session_replication_role = origin"))
    return batch


def _people(raw: Any, lines: int) -> None:
    with raw.copy(_PERSONS) as copy:
        for n in range(FIRST, FIRST + lines):
            copy.write_row((n, f"试样{chr(19968 + n % 20000)}", "330523100200"))


def _cards(raw: Any, lines: int, delivery: UUID) -> None:
    seal, code, name = sealer(), bank_code(RURAL, 0), bank_name(RURAL, 0)
    with raw.copy(_ACCOUNTS) as copy:
        for n in range(FIRST, FIRST + lines):
            card = card_number(RURAL, n)
            index = hashlib.sha256(card.encode()).digest()
            sealed = seal.seal(card, f"accounts:card:{index.hex()}")
            copy.write_row(
                (
                    n,
                    n,
                    sealed,
                    index,
                    card[-4:],
                    code,
                    name,
                    "正常",
                    delivery,
                    "2026-01-05T00:00:00Z",
                )
            )


def _say_so(session: Session, batch: Batch) -> None:
    """Let the list and the ledger say what was grown."""
    before = batch.frozen_fen or 0
    count, fen = session.execute(
        select(func.count(), func.sum(Payment.amount_fen)).where(Payment.batch_id == batch.id)
    ).one()
    batch.frozen_count, batch.frozen_fen = count, int(fen)
    session.flush()
    batch.lines_root = lines_root(session, batch)
    session.flush()
    grown = int(fen) - before
    post(
        session,
        "bench.grown",
        str(batch.id),
        {
            account_code("commitments", programme=batch.programme): grown,
            account_code("available", programme=batch.programme): -grown,
        },
        booked_on=FUNDED_ON,
    )
