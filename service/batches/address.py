"""Say where each line would be paid: the payee's present account, the bank's answer, the channel.

Whoever makes or looks again at lines fills the temporary table ``wanted``; :func:`address` makes
``building`` of it, which the controls screen. One place decides what an account is, so a first
payment, a re-issue and a second look cannot disagree.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.batches.heirs.pay import pay_heirs

WANTED = (
    "id, decision_id, period, line_type, attempt, replaces_id, mends_id, subject_kind, subject_id, "
    "payee_person_id, division, amount_fen"
)
"""The columns of ``wanted``, in order."""

# Rows that were merged are one human being: whoever is paid, the account counts that became known
# last under any of them. The bank's own word about an account comes before the card office's: a
# fault it reports always, and that all is well if it says so no earlier than the card office spoke.
# Tables of their own, counted before they are joined: a planner that expects two hundred rows
# where there are a million looks each of them up one by one.
_STEPS = (
    (
        "payees",
        """
        SELECT DISTINCT w.payee_person_id AS asked_id, coalesce(p.merged_into, p.id) AS human_id
        FROM wanted w JOIN persons p ON p.id = w.payee_person_id
        """,
    ),
    (
        "payee_ids",
        """
        SELECT human_id, human_id AS person_id FROM payees
        UNION
        SELECT payees.human_id, p.id FROM payees JOIN persons p ON p.merged_into = payees.human_id
        """,
    ),
    (
        "paid_to",
        """
        SELECT DISTINCT ON (ids.human_id) ids.human_id, a.id, a.card_index, a.bank_code, a.status,
               a.known_from
        FROM payee_ids ids JOIN accounts a ON a.person_id = ids.person_id AND a.known_to IS NULL
        ORDER BY ids.human_id, a.known_from DESC, a.id DESC
        """,
    ),
)
_ADDRESS = """
CREATE TEMPORARY TABLE building ON COMMIT DROP AS
WITH answered AS MATERIALIZED (
    SELECT DISTINCT ON (a.human_id) a.human_id, v.verdict, v.holder_name
    FROM paid_to a
    JOIN payee_ids ids ON ids.human_id = a.human_id
    JOIN account_verifications v ON v.card_index = a.card_index AND v.person_id = ids.person_id
    ORDER BY a.human_id, v.verified_on DESC, v.verdict <> 'mismatch', v.verdict <> 'match', v.id DESC
),
stated AS MATERIALIZED (
    SELECT a.human_id, r.data->>'status' AS status,
           (r.data->>'verified_on')::date
               >= (a.known_from AT TIME ZONE 'Asia/Shanghai')::date AS is_newer
    FROM paid_to a
    JOIN feed_records r ON r.feed = 'BK_RET' AND r.known_to IS NULL
     AND r.record_key = encode(a.card_index, 'hex')
    WHERE r.data->>'status' IS NOT NULL
),
routes AS (
    SELECT codes.bank_code, channel.id AS channel_id
    FROM (SELECT DISTINCT bank_code FROM paid_to) codes
    LEFT JOIN LATERAL (
        SELECT c.id FROM bank_channels c
        WHERE c.bank_code_prefixes = '' OR EXISTS (
            SELECT 1 FROM unnest(string_to_array(c.bank_code_prefixes, ',')) AS prefix
            WHERE starts_with(codes.bank_code, prefix))
        ORDER BY c.bank_code_prefixes = '', c.code LIMIT 1) channel ON true
)
SELECT w.*, w.amount_fen AS gross_fen,
       CASE WHEN w.subject_kind = 'person' THEN coalesce(subject.merged_into, w.subject_id) END
           AS subject_person_id,
       coalesce(payees.human_id, w.payee_person_id) AS payee_canonical_id,
       CASE WHEN v.verdict = 'match' THEN v.holder_name ELSE person.name END AS payee_name,
       v.verdict, a.id AS account_id, a.card_index,
       CASE WHEN stated.status <> '正常' OR stated.is_newer THEN stated.status ELSE a.status END
           AS account_status,
       routes.channel_id
FROM wanted w
LEFT JOIN persons subject ON w.subject_kind = 'person' AND subject.id = w.subject_id
LEFT JOIN payees ON payees.asked_id = w.payee_person_id
LEFT JOIN persons person ON person.id = payees.human_id
LEFT JOIN paid_to a ON a.human_id = payees.human_id
LEFT JOIN answered v ON v.human_id = payees.human_id
LEFT JOIN stated ON stated.human_id = payees.human_id
LEFT JOIN routes ON routes.bank_code = a.bank_code
ORDER BY w.id
"""


def address(session: Session, query: str, **parameters: Any) -> int:
    """Make ``building`` of the lines that ``query`` selects (columns :data:`WANTED`); return how many."""
    session.execute(text("DROP TABLE IF EXISTS wanted, building, payees, payee_ids, paid_to"))
    session.execute(text(f"CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS {query}"), parameters)
    pay_heirs(session)
    session.execute(text("ANALYZE wanted"))
    for name, step in _STEPS:
        session.execute(text(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {step}"))
        session.execute(text(f"ANALYZE {name}"))
    session.execute(text(_ADDRESS))
    session.execute(text("CREATE INDEX ON building (id)"))
    session.execute(text("ANALYZE building"))
    return session.scalar(text("SELECT count(*) FROM building")) or 0
