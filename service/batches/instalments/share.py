"""Share what there is among lines in proportion, to the fen.

Each line gets its whole fen of the share; the fen left over go one each to the lines that lost the
largest fraction, the earlier line first. So the sum is exact, no line is off by a whole fen, equal
lines differ by one fen at most, a larger line never gets less than a smaller one, and the order in
which lines are read changes nothing.
"""

SHARES = """
SELECT id, amount_fen,
       base + CASE WHEN row_number() OVER (ORDER BY fraction DESC, id) <= :now - sum(base) OVER ()
                   THEN 1 ELSE 0 END AS now_fen
FROM (
    SELECT id, amount_fen, div(amount_fen::numeric * :now, whole)::bigint AS base,
           mod(amount_fen::numeric * :now, whole) AS fraction
    FROM (SELECT id, amount_fen, sum(amount_fen) OVER () AS whole FROM ({lines}) lines) weighed
) shared
"""
"""Of ``{lines}`` (id, amount_fen): (id, amount_fen, now_fen), which sum up to ``:now`` fen."""
