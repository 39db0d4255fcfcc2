"""Fair shares: while the year's money is short, no list is approved beyond the share of the others."""

from collections.abc import Sequence

from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A claim is a list as it was first made, wherever the rests of its lines stand by now. Of a claim,
# each list that holds a part of it has a row: what was given (approved, or further), what the list
# would pay, and what waits for money. Lists that were never divided are read from their tallies.
_CLAIMS = """
CREATE FUNCTION claims_on_money(of_programme text, of_year text)
RETURNS TABLE (claim uuid, batch_id uuid, given_fen numeric, wanted_fen numeric, waiting_fen numeric)
LANGUAGE sql STABLE AS $$
    WITH ours AS (
        SELECT b.id, b.kind, b.state IN ('draft', 'returned', 'frozen', 'noticed') AS is_open
        FROM batches b
        WHERE b.programme = of_programme AND left(b.month, 4) = of_year AND b.kind <> 'reissue'
    ),
    divided AS (
        SELECT id FROM ours
        WHERE kind = 'instalment' OR id IN (SELECT s.batch_id FROM instalment_splits s)
    ),
    parts AS (
        SELECT o.id AS batch_id, o.is_open, p.id, p.state, p.amount_fen,
               CASE WHEN p.line_type = 'instalment' THEN p.mends_id ELSE p.id END AS first_id
        FROM divided d JOIN ours o ON o.id = d.id JOIN payments p ON p.batch_id = o.id
    ),
    firsts AS (
        SELECT DISTINCT ON (i.waiting_id) i.waiting_id AS id, s.batch_id
        FROM instalment_parts i JOIN instalment_splits s ON s.id = i.split_id
        WHERE i.waiting_id = i.cut_id ORDER BY i.waiting_id, s.made_at
    )
    SELECT o.id, o.id, 0::numeric, sum(t.amount_fen)::numeric, 0::numeric
    FROM ours o JOIN line_tallies t ON t.batch_id = o.id
    WHERE o.is_open AND t.cut = 'place' AND t.state IN ('ready', 'frozen')
      AND o.id NOT IN (SELECT id FROM divided)
    GROUP BY o.id
    UNION ALL
    SELECT coalesce(w.batch_id, f.batch_id), p.batch_id,
           coalesce(sum(p.amount_fen) FILTER (WHERE NOT p.is_open AND p.state <> 'held'), 0),
           coalesce(sum(p.amount_fen) FILTER (WHERE p.is_open AND p.state IN ('ready', 'frozen')), 0),
           coalesce(sum(p.amount_fen) FILTER (WHERE p.state = 'held' AND EXISTS (
               SELECT FROM instalment_parts i
               WHERE i.waiting_id = p.id AND i.released_at IS NULL)), 0)
    FROM parts p JOIN payments f ON f.id = p.first_id LEFT JOIN firsts w ON w.id = f.id
    GROUP BY 1, 2
$$
"""
# Fair: everybody who competes could be brought to the share that this list would reach, what was
# paid before counted in. Who waits here for the appropriation's row sees, once it is free, what was
# committed meanwhile; the list itself is still open to this trigger, which comes before the change.
_FAIR = """
CREATE FUNCTION require_fair_share() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_fen numeric;
    needed_fen numeric;
BEGIN
    SELECT amount_fen - committed_fen INTO left_fen FROM appropriations
    WHERE programme = NEW.programme AND year = left(NEW.month, 4)::integer FOR UPDATE;
    WITH claims AS (
        SELECT claim, sum(given_fen) AS given, sum(given_fen + wanted_fen + waiting_fen) AS due,
               coalesce(sum(wanted_fen) FILTER (WHERE batch_id = NEW.id), 0) AS own
        FROM claims_on_money(NEW.programme, left(NEW.month, 4)) GROUP BY claim
    ),
    reached AS (
        SELECT given + own AS part, due AS whole FROM claims WHERE own > 0
        ORDER BY (given + own) / due DESC LIMIT 1
    )
    SELECT sum(greatest(0, div(part * due, whole) - given)) INTO needed_fen FROM claims, reached;
    IF needed_fen > coalesce(left_fen, 0) THEN
        RAISE EXCEPTION 'while the money is short every open list gets the same share of it'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
# Triggers run in the order of their names: what was skipped is said before what it costs.
_TRIGGER = """
CREATE TRIGGER share_of_money BEFORE UPDATE OF state ON batches FOR EACH ROW
WHEN (NEW.state = 'approved' AND OLD.state <> 'approved' AND NEW.kind <> 'reissue')
EXECUTE FUNCTION require_fair_share()
"""


def upgrade() -> None:
    """Make the claims readable, and their guard."""
    for statement in (_CLAIMS, _FAIR, _TRIGGER):
        op.execute(statement)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP FUNCTION require_fair_share() CASCADE")
    op.execute("DROP FUNCTION claims_on_money(text, text)")
