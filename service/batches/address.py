"""Say where each line would be paid: the payee's present account, the bank's answer, the channel.

Whoever makes or looks again at lines fills the temporary table ``wanted``; :func:`address` makes
``building`` of it, which the controls screen. One place decides what an account is, so a first
payment, a re-issue and a second look cannot disagree.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

WANTED = (
    "id, decision_id, period, line_type, attempt, replaces_id, subject_kind, subject_id, "
    "payee_person_id, division, amount_fen"
)
"""The columns of ``wanted``, in order."""

_ADDRESS = """
CREATE TEMPORARY TABLE building ON COMMIT DROP AS
WITH routes AS (
    SELECT codes.bank_code, channel.id AS channel_id
    FROM (SELECT DISTINCT a.bank_code FROM wanted JOIN accounts a
          ON a.person_id = wanted.payee_person_id AND a.known_to IS NULL) codes
    LEFT JOIN LATERAL (
        SELECT c.id FROM bank_channels c
        WHERE c.bank_code_prefixes = '' OR EXISTS (
            SELECT 1 FROM unnest(string_to_array(c.bank_code_prefixes, ',')) AS prefix
            WHERE starts_with(codes.bank_code, prefix))
        ORDER BY c.bank_code_prefixes = '', c.code LIMIT 1) channel ON true
)
SELECT w.*, CASE WHEN w.subject_kind = 'person' THEN w.subject_id END AS subject_person_id,
       CASE WHEN v.verdict = 'match' THEN v.holder_name ELSE person.name END AS payee_name,
       v.verdict, a.id AS account_id, a.card_index, a.status AS account_status, routes.channel_id
FROM wanted w
LEFT JOIN persons person ON person.id = w.payee_person_id
LEFT JOIN accounts a ON a.person_id = w.payee_person_id AND a.known_to IS NULL
LEFT JOIN account_verifications v ON v.card_index = a.card_index AND v.person_id = a.person_id
LEFT JOIN routes ON routes.bank_code = a.bank_code
ORDER BY w.id
"""


def address(session: Session, query: str, **parameters: Any) -> int:
    """Make ``building`` of the lines that ``query`` selects (columns :data:`WANTED`); return how many."""
    session.execute(text("DROP TABLE IF EXISTS wanted, building"))
    session.execute(text(f"CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS {query}"), parameters)
    session.execute(text(_ADDRESS))
    session.execute(text("CREATE INDEX ON building (id)"))
    session.execute(text("ANALYZE building"))
    return session.scalar(text("SELECT count(*) FROM building")) or 0
