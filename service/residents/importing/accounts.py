"""Keep the accounts that the card office delivers, and the banks' answers about them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor

_CLOSE = """
UPDATE accounts a SET known_to = %(now)s
WHERE a.known_to IS NULL
  AND a.person_id IN (SELECT person_id FROM incoming UNION ALL SELECT person_id FROM ended)
"""
_ADD = """
INSERT INTO accounts (person_id, card_sealed, card_index, tail, bank_code, bank_name, status, since,
  delivery_id, known_from)
SELECT i.person_id, c.card_sealed, c.card_index, c.tail, i.data->>'bank_code', i.data->>'bank_name',
  i.data->>'status', (i.data->>'since')::date, %(delivery)s, %(now)s
FROM incoming i JOIN incoming_cards c USING (n)
ORDER BY i.n
"""
# An older answer that arrives later does not undo a newer one; 无法核验 never counts as a match.
_ANSWERS = """
INSERT INTO account_verifications
  (card_index, person_id, holder_name, verdict, verified_on, delivery_id)
SELECT c.card_index, i.person_id, i.name,
  CASE i.data->>'verdict' WHEN '一致' THEN 'match' WHEN '不一致' THEN 'mismatch' ELSE 'unavailable' END,
  (i.data->>'verified_on')::date, %(delivery)s
FROM incoming i JOIN incoming_cards c USING (n)
ORDER BY i.n
ON CONFLICT (card_index, person_id) DO UPDATE SET
  holder_name = excluded.holder_name, verdict = excluded.verdict,
  verified_on = excluded.verified_on, delivery_id = excluded.delivery_id
WHERE excluded.verified_on >= account_verifications.verified_on
"""


def keep_accounts(cursor: Cursor[Any], delivery_id: UUID, now: datetime) -> None:
    """Close the accounts whose record ended or changed, and add the new ones, sealed."""
    cursor.execute(_CLOSE, {"now": now})
    cursor.execute(_ADD, {"delivery": delivery_id, "now": now})


def keep_verifications(cursor: Cursor[Any], delivery_id: UUID) -> None:
    """Take over the banks' answers, with the holder's name exactly as the bank wrote it."""
    cursor.execute(_ANSWERS, {"delivery": delivery_id})
