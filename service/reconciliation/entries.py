"""Match a statement's staged entries in sets: our files' debits, payments that came back, the rest.

Only a credit that the bank itself calls a return, with our reference, our amount and from the bank
that was to pay, is a return. A payment comes back once; what was issued again is another payment,
and a return never goes to it. A debit that the bank calls a return, or a reversal of its own, with the
reference and amount of a payment that came back, takes that return back: the payee has the money.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# Which payment an entry may be about: our reference, the bank's reference of an earlier line, or a
# damaged reference that only one payment of the named file fits.
_FOUND = """
INSERT INTO matched_lines
SELECT s.n, p.id, 'reference' FROM staged_entries s JOIN payments p ON p.id = s.number
UNION ALL
SELECT s.n, min(e.payment_id), 'bank_reference'
FROM staged_entries s
JOIN reply_lines e ON e.bank_reference = s.bank_reference AND e.payment_id IS NOT NULL
JOIN inbound_files i ON i.id = e.inbound_file_id AND i.channel_id = :channel
WHERE s.reference = '' AND s.bank_reference <> ''
GROUP BY s.n
HAVING count(DISTINCT e.payment_id) = 1
UNION ALL
SELECT s.n, min(p.id), 'damaged'
FROM staged_entries s
JOIN staged_spans w USING (n)
JOIN bank_files f ON f.file_reference = s.file_reference AND f.channel_id = :channel
JOIN payments p ON p.id >= w.from_id AND p.id < w.before_id AND p.bank_file_id = f.id
WHERE s.file_reference <> ''
GROUP BY s.n
HAVING count(DISTINCT p.id) = 1
"""
_LOCK = """
SELECT p.id FROM payments p JOIN matched_lines m ON m.payment_id = p.id
JOIN staged_entries s USING (n)
WHERE CASE WHEN s.signed_fen > 0 THEN s.kind IN ('return', 'reversal')
           ELSE s.kind IN ('other', 'reversal') END
ORDER BY p.id FOR UPDATE OF p
"""
_JUDGE = """
INSERT INTO judged_entries
SELECT n, CASE WHEN came_back AND place > 1 THEN NULL WHEN came_back OR own_file IS NOT NULL
               THEN payment_id END,
       programme, state, bank_file_id, coalesce(own_file, file_reference),
       CASE WHEN own_file IS NOT NULL THEN 'file'
            WHEN came_back AND place = 1 THEN 'return'
            ELSE 'unidentified' END
FROM (
    SELECT *, row_number() OVER (PARTITION BY payment_id, came_back ORDER BY n) AS place
    FROM (
        SELECT s.n, s.file_reference, p.id AS payment_id, p.programme, p.state, p.bank_file_id,
               s.signed_fen > 0 AND s.kind IN ('return', 'reversal') AND f.id IS NOT NULL
                   AND p.amount_fen = s.signed_fen
                   AND (p.state IN ('paid', 'sent', 'unknown')
                        -- Cancelled at our request after our account had been debited.
                        OR (p.state = 'rejected' AND p.result_code = 'CANC')) AS came_back,
               CASE WHEN s.signed_fen < 0 AND s.kind IN ('batch_debit', 'payment_debit')
                    THEN coalesce(b.file_reference, CASE WHEN p.amount_fen = -s.signed_fen
                                                         THEN f.file_reference END) END AS own_file
        FROM staged_entries s
        LEFT JOIN matched_lines m USING (n)
        LEFT JOIN payments p ON p.id = m.payment_id
        LEFT JOIN bank_files f ON f.id = p.bank_file_id AND f.channel_id = :channel
                              AND f.state NOT IN ('prepared', 'withdrawn')
        LEFT JOIN bank_files b ON b.channel_id = :channel AND b.file_reference =
                                  CASE WHEN s.file_reference <> '' THEN s.file_reference
                                       ELSE s.reference END
    ) told
) counted
"""
# A debit that names a payment and is no order of ours was called a return by the bank's own marks.
# Asked once the returns of the same statement have moved: it may bring both.
_UNDONE = """
UPDATE judged_entries j
SET payment_id = u.id, programme = u.programme, before = 'returned', bank_file_id = u.file_id,
    matched = 'return_undone'
FROM (
    SELECT DISTINCT ON (p.id) s.n, p.id, p.programme, f.id AS file_id
    FROM staged_entries s
    JOIN judged_entries e USING (n)
    JOIN matched_lines m USING (n)
    JOIN payments p ON p.id = m.payment_id
    JOIN bank_files f ON f.id = p.bank_file_id AND f.channel_id = :channel
    WHERE s.signed_fen < 0 AND s.kind IN ('other', 'reversal') AND e.matched = 'unidentified'
      AND p.state = 'returned' AND p.amount_fen = -s.signed_fen
    ORDER BY p.id, s.n
) u
WHERE j.n = u.n
"""
_KEEP = """
INSERT INTO statement_lines (statement_id, ordinal, kind, signed_fen, reference, file_reference,
                             bank_reference, reason_code, matched, payment_id, value_on)
SELECT :statement, s.ordinal, s.kind, s.signed_fen, s.reference, j.file_reference,
       s.bank_reference, s.reason_code, j.matched, j.payment_id, nullif(s.value_on, :booked_on)
FROM staged_entries s JOIN judged_entries j USING (n)
ORDER BY s.n
"""
_SUMS = """
SELECT j.matched, s.signed_fen > 0 AS is_credit, nullif(s.value_on, :booked_on) AS value_on,
       sum(s.signed_fen) AS fen
FROM staged_entries s JOIN judged_entries j USING (n)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 NULLS FIRST
"""
_MOVED = """
SELECT programme, before, bank_file_id FROM judged_entries
WHERE matched = :matched GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


class Sum(NamedTuple):
    """Signed fen of the entries matched alike, credits and debits apart, and each value date."""

    matched: str
    is_credit: bool
    value_on: date | None
    """None where it is the booking day, or the bank named none."""
    fen: int


class Returned(NamedTuple):
    """Payments of one file that came back from one state."""

    programme: str
    before: str
    bank_file_id: UUID


def match_entries(session: Session, channel_id: UUID) -> Sequence[Returned]:
    """Fill ``judged_entries``; return which files' payments came back, and from which state."""
    channel = {"channel": channel_id}
    session.execute(text(_FOUND), channel)
    session.execute(text("ANALYZE matched_lines"))
    session.execute(text(_LOCK))
    session.execute(text(_JUDGE), channel)
    session.execute(text("ANALYZE judged_entries"))
    return _moved(session, "return")


def match_undone(session: Session, channel_id: UUID) -> Sequence[Returned]:
    """Find the returns that the bank takes back; return which files' payments they are of."""
    session.execute(text(_UNDONE), {"channel": channel_id})
    return _moved(session, "return_undone")


def keep_entries(session: Session, statement_id: UUID, booked_on: date) -> list[Sum]:
    """Keep every entry as a statement line, as it was judged, and return the sums."""
    day = {"booked_on": booked_on}
    session.execute(text(_KEEP), {"statement": statement_id, **day})
    return [
        Sum(row.matched, row.is_credit, row.value_on, int(row.fen))
        for row in session.execute(text(_SUMS), day).all()
    ]


def _moved(session: Session, matched: str) -> Sequence[Returned]:
    return [Returned(*row) for row in session.execute(text(_MOVED), {"matched": matched}).all()]
