"""Match staged lines to payments in sets, in strict order, and say what each line did.

Our reference; then the file and the line's number in it; then the bank's own reference of an earlier
line; then a reference that the bank damaged, if exactly one payment of the file fits. Every later
proof is asked only where the earlier ones are silent, and nothing is guessed: account, amount and
day alone are a suggestion to a person, never a match.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from bank_adapters.names import same_name
from service.reconciliation.staging import Staged

_BY_REFERENCE = """
INSERT INTO matched_lines
SELECT s.n, p.id, 'reference'
FROM staged_lines s JOIN payments p ON p.id = s.number
WHERE p.bank_file_id = ANY(:files)
"""
# Only where the bank gives the line's number and names no payment of ours beside it.
_BY_LINE = """
INSERT INTO matched_lines
SELECT s.n, p.id, 'line'
FROM staged_lines s
JOIN (
    SELECT id, amount_fen, account_id, row_number() OVER (ORDER BY id) AS serial
    FROM payments WHERE bank_file_id = ANY(:files)
) p ON p.serial = s.serial AND p.amount_fen = s.amount_fen
LEFT JOIN accounts a ON a.id = p.account_id
WHERE s.number IS NULL AND (s.card_index IS NULL OR s.card_index = a.card_index)
  AND NOT EXISTS (SELECT FROM matched_lines m WHERE m.n = s.n)
"""
_BY_BANK_REFERENCE = """
INSERT INTO matched_lines
SELECT s.n, min(e.payment_id), 'bank_reference'
FROM staged_lines s
JOIN reply_lines e ON e.bank_reference = s.bank_reference AND e.payment_id IS NOT NULL
JOIN inbound_files i ON i.id = e.inbound_file_id AND i.channel_id = :channel
JOIN payments p ON p.id = e.payment_id AND p.bank_file_id = ANY(:files)
WHERE s.bank_reference <> '' AND s.number IS NULL
  AND NOT EXISTS (SELECT FROM matched_lines m WHERE m.n = s.n)
GROUP BY s.n
HAVING count(DISTINCT e.payment_id) = 1
"""
_BY_DAMAGED = """
INSERT INTO matched_lines
SELECT s.n, f.payment_id, 'damaged'
FROM (
    SELECT w.n, min(p.id) AS payment_id
    FROM staged_spans w
    JOIN payments p ON p.id >= w.from_id AND p.id < w.before_id AND p.bank_file_id = ANY(:files)
    WHERE NOT EXISTS (SELECT FROM matched_lines m WHERE m.n = w.n)
    GROUP BY w.n
    HAVING count(DISTINCT p.id) = 1
) f
JOIN staged_lines s ON s.n = f.n
JOIN payments p ON p.id = f.payment_id AND p.amount_fen = s.amount_fen
"""
_NAMES = """
SELECT s.n, s.name, p.payee_name
FROM staged_lines s JOIN matched_lines m USING (n) JOIN payments p ON p.id = m.payment_id
WHERE s.name <> '' AND s.name <> p.payee_name
"""
# A return that a reply announces moves nothing: the credit on the statement does.
_JUDGE = """
INSERT INTO judged_lines
SELECT n, payment_id, bank_file_id, matched_by, said, CASE
    WHEN payment_id IS NULL THEN CASE
        WHEN EXISTS (SELECT FROM payments e WHERE e.id = number) THEN 'wrong_file'
        ELSE 'unknown_reference' END
    WHEN amount_fen <> payment_fen THEN 'amount_mismatch'
    WHEN card_index IS NOT NULL AND card_index IS DISTINCT FROM payment_card
        THEN 'account_mismatch'
    WHEN misnamed THEN 'name_mismatch'
    WHEN code = 'CONTRADICTORY' OR first_said <> last_said OR first_fen <> last_fen
        THEN 'duplicate_conflict'
    WHEN place > 1 THEN 'duplicate_line'
    WHEN said = 'unknown' THEN 'unknown_code'
    WHEN said NOT IN ('paid', 'rejected') OR (said, state) IN (
        ('paid', 'paid'), ('paid', 'returned'), ('rejected', 'rejected'), ('rejected', 'reissued'))
        THEN 'unchanged'
    WHEN state IN ('sent', 'unknown') THEN 'moved'
    ELSE 'contradiction' END, code, reason
FROM (
    SELECT s.n, s.number, s.said, s.amount_fen, s.code, s.reason, s.card_index, m.payment_id,
           m.matched_by, p.bank_file_id, p.state, p.amount_fen AS payment_fen,
           a.card_index AS payment_card, w.n IS NOT NULL AS misnamed, {beside}
    FROM staged_lines s
    LEFT JOIN matched_lines m USING (n)
    LEFT JOIN payments p ON p.id = m.payment_id
    LEFT JOIN accounts a ON a.id = p.account_id AND s.card_index IS NOT NULL
    LEFT JOIN misnamed_lines w USING (n)
    WINDOW same AS (PARTITION BY m.payment_id)
) seen
"""
_TWICE = "SELECT count(payment_id) > count(DISTINCT payment_id) FROM matched_lines"
# What other lines of the file say of the same payment; asked only where one is named twice.
_BESIDE = """
           min(s.said) FILTER (WHERE s.said IN ('paid', 'rejected')) OVER same AS first_said,
           max(s.said) FILTER (WHERE s.said IN ('paid', 'rejected')) OVER same AS last_said,
           min(s.amount_fen) FILTER (WHERE s.said IN ('paid', 'rejected')) OVER same AS first_fen,
           max(s.amount_fen) FILTER (WHERE s.said IN ('paid', 'rejected')) OVER same AS last_fen,
           row_number() OVER (PARTITION BY m.payment_id, s.said ORDER BY s.n) AS place
"""
_BESIDE_NOTHING = (
    "s.said AS first_said, s.said AS last_said, 0 AS first_fen, 0 AS last_fen, 1 AS place"
)
_KEEP = """
INSERT INTO reply_lines (inbound_file_id, line, reference, payment_id, said, outcome, amount_fen,
                         code, reason, matched_by, bank_reference)
SELECT :inbound, s.line, s.reference, j.payment_id, s.said, j.outcome, s.amount_fen, s.code,
       s.reason, coalesce(j.matched_by, ''), s.bank_reference
FROM staged_lines s JOIN judged_lines j USING (n)
ORDER BY s.n
"""


def match(
    session: Session, channel_id: UUID, files: Sequence[UUID], staged: Staged, inbound_id: UUID
) -> None:
    """Fill ``judged_lines`` from what is staged, and keep every line as a row of the reply.

    ``files`` are the bank files the lines may be about: one, or every file of the bank where its
    message names none. Line numbers and damaged references count within one file only.
    """
    given = {"files": list(files), "channel": channel_id}
    found = _insert(session, _BY_REFERENCE, given)
    if found < staged.lines:
        if len(files) == 1:
            found += _insert(session, _BY_LINE, given)
        found += _insert(session, _BY_BANK_REFERENCE, given)
    if found < staged.lines and len(files) == 1:
        _insert(session, _BY_DAMAGED, given)
    session.execute(text("ANALYZE matched_lines"))
    if staged.names:
        _compare_names(session)
    twice = session.scalar(text(_TWICE))
    session.execute(text(_JUDGE.format(beside=_BESIDE if twice else _BESIDE_NOTHING)))
    session.execute(text("ANALYZE judged_lines"))
    session.execute(text(_KEEP), {"inbound": inbound_id})


def _compare_names(session: Session) -> None:
    """Find lines with another person's name; spelling, dots and blanks make no other person."""
    other = [
        {"n": n} for n, theirs, ours in session.execute(text(_NAMES)) if not same_name(ours, theirs)
    ]
    if other:
        session.execute(text("INSERT INTO misnamed_lines VALUES (:n)"), other)


def _insert(session: Session, statement: str, given: dict[str, object]) -> int:
    return int(session.execute(text(statement), given).rowcount)  # type: ignore[attr-defined]
