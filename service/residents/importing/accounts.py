"""Keep the accounts that the card office delivers, and the banks' answers about them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor

from service.residents.importing.records import Known
from service.residents.importing.table import Table

_CLOSE = """
UPDATE accounts a SET known_to = %(now)s
WHERE a.known_to IS NULL AND (
  a.person_id IN (SELECT person_id FROM incoming)
  OR a.person_id IN (
    SELECT person_id FROM feed_records WHERE feed = 'RS_CARD' AND known_to = %(now)s
  )
)
"""
_ACCOUNTS = """
COPY accounts (person_id, card_sealed, card_index, tail, bank_code, bank_name, status, since,
  delivery_id, known_from) FROM STDIN
"""
_VERDICTS = {"一致": "match", "不一致": "mismatch", "无法核验": "unavailable"}
_MAKE_ANSWERS = """
CREATE TEMPORARY TABLE answers (card_index bytea, person_id bigint, holder_name text, verdict text,
  verified_on date) ON COMMIT DROP
"""
# An older answer that arrives later does not undo a newer one.
_UPSERT = """
INSERT INTO account_verifications
  (card_index, person_id, holder_name, verdict, verified_on, delivery_id)
SELECT card_index, person_id, holder_name, verdict, verified_on, %(delivery)s FROM answers
ON CONFLICT (card_index, person_id) DO UPDATE SET
  holder_name = excluded.holder_name, verdict = excluded.verdict,
  verified_on = excluded.verified_on, delivery_id = excluded.delivery_id
WHERE excluded.verified_on >= account_verifications.verified_on
"""


def keep_accounts(
    cursor: Cursor[Any],
    table: Table,
    changed: list[int],
    known: Known,
    delivery_id: UUID,
    now: datetime,
) -> None:
    """Close the accounts whose record ended or changed, and add the new ones, sealed."""
    cursor.execute(_CLOSE, {"now": now})
    sealer = known.sealer
    columns = [
        table.columns[name]
        for name in ("person", "card_no", "bank_code", "bank_name", "status", "since")
    ]
    with cursor.copy(_ACCOUNTS) as copy:
        for n in changed:
            number, card, bank_code, bank_name, status, since = (column[n] for column in columns)
            card = str(card)
            index = sealer.index(card, "card")
            sealed = sealer.seal(card, f"accounts:card:{index.hex()}")
            copy.write_row(
                (
                    known.person_ids[str(number)], sealed, index, card[-4:], bank_code, bank_name,
                    status, since, delivery_id, now,
                )
            )  # fmt: skip


def keep_verifications(
    cursor: Cursor[Any], table: Table, changed: list[int], known: Known, delivery_id: UUID
) -> None:
    """Take over the banks' answers; ``无法核验`` is kept as unavailable, never as a match."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.answers")
    cursor.execute(_MAKE_ANSWERS)
    columns = [
        table.columns[name]
        for name in ("card_no", "person", "holder_name", "verdict", "verified_on")
    ]
    with cursor.copy("COPY answers FROM STDIN") as copy:
        for n in changed:
            card, number, holder, verdict, day = (str(column[n]) for column in columns)
            index = known.sealer.index(card, "card")
            copy.write_row((index, known.person_ids[number], holder, _VERDICTS[verdict], day))
    cursor.execute(_UPSERT, {"delivery": delivery_id})
