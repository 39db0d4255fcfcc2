"""A million lines are moved in sets: their guards look once a statement, or only where one is touched.

Nothing is allowed that was refused before. What a line is still is asked row by row, but the asking
costs nothing where none of it changes; and a statement's moves are looked up once for each pair of
states instead of once a line.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Everything that `refuse_edit_of_frozen_payment` judges: a column it learns of belongs here too.
_WHAT_A_LINE_IS = (
    "programme", "period", "subject_kind", "subject_id", "decision_id", "replaces_id",
    "amount_fen", "entitled_fen", "line_type", "attempt", "batch_id", "payee_person_id",
    "payee_name", "account_id", "channel_id",
)  # fmt: skip
# Rows before and after are paired by their number, which never changes. Their plan is made once a
# session, perhaps for a single row: nested loops would then meet a hundred thousand.
_MOVES = """
CREATE FUNCTION refuse_illegal_moves() RETURNS trigger LANGUAGE plpgsql
SET enable_nestloop = off AS $$
DECLARE wrong record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT made.was, made.now INTO wrong
        FROM (
            SELECT DISTINCT b.state AS was, a.state AS now
            FROM after a LEFT JOIN before b USING (id)
            WHERE a.state IS DISTINCT FROM b.state
        ) made
        WHERE NOT EXISTS (
            SELECT FROM legal_moves
            WHERE aggregate = TG_TABLE_NAME AND from_state = made.was AND to_state = made.now
        );
    ELSE
        SELECT '' AS was, made.state AS now INTO wrong
        FROM (SELECT DISTINCT state FROM after) made
        WHERE NOT EXISTS (
            SELECT FROM legal_moves
            WHERE aggregate = TG_TABLE_NAME AND from_state = '' AND to_state = made.state
        );
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION '% may not move from "%" to "%"', TG_TABLE_NAME, wrong.was, wrong.now
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_NUMBER = """
CREATE FUNCTION refuse_other_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a payment is never edited; its number stays'
        USING ERRCODE = 'check_violation';
END $$
"""


def upgrade() -> None:
    op.execute("DROP TRIGGER legal_move ON payments")
    op.execute("DROP TRIGGER never_edited ON payments")
    for statement in (_MOVES, _NUMBER):
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER legal_move AFTER UPDATE ON payments REFERENCING OLD TABLE AS before "
        "NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION refuse_illegal_moves()"
    )
    op.execute(
        "CREATE TRIGGER legal_beginning AFTER INSERT ON payments REFERENCING NEW TABLE AS after "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_illegal_moves()"
    )
    op.execute(
        "CREATE TRIGGER keeps_number BEFORE UPDATE OF id ON payments FOR EACH ROW "
        "WHEN (NEW.id IS DISTINCT FROM OLD.id) EXECUTE FUNCTION refuse_other_number()"
    )
    old, new = (", ".join(f"{side}.{name}" for name in _WHAT_A_LINE_IS) for side in ("OLD", "NEW"))
    op.execute(
        f"CREATE TRIGGER never_edited BEFORE UPDATE ON payments FOR EACH ROW "
        f"WHEN (({new}) IS DISTINCT FROM ({old})) "
        "EXECUTE FUNCTION refuse_edit_of_frozen_payment()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER never_edited ON payments")
    op.execute("DROP FUNCTION refuse_other_number() CASCADE")
    op.execute("DROP FUNCTION refuse_illegal_moves() CASCADE")
    op.execute(
        "CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON payments "
        "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()"
    )
    op.execute(
        "CREATE TRIGGER never_edited BEFORE UPDATE ON payments "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_frozen_payment()"
    )
