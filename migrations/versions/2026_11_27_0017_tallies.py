"""Tallies of a batch's lines and holds, and indexes that pages walk along."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What was added and taken away, by both cuts. The sums of one statement are few rows: states by
# channels and files, states by villages.
ADD_LINES = """
INSERT INTO line_tallies (batch_id, cut, state, channel_id, bank_file_id, division, lines, amount_fen)
SELECT batch_id, CASE WHEN grouping(division) = 1 THEN 'bank' ELSE 'place' END, state, channel_id,
       bank_file_id, division, sum(sign), sum(sign * amount_fen)
FROM ({moved}) moved
GROUP BY GROUPING SETS ((batch_id, state, channel_id, bank_file_id), (batch_id, state, division))
HAVING sum(sign) <> 0 OR sum(sign * amount_fen) <> 0
"""
COLUMNS = "batch_id, state, channel_id, bank_file_id, division, amount_fen"
ADDED = f"SELECT {COLUMNS}, 1 AS sign FROM after"  # noqa: S608 - constants of this module
CHANGED = f"{ADDED} UNION ALL SELECT {COLUMNS}, -1 FROM before"  # noqa: S608 - the same
# A line that is moved to another batch takes its open holds with it. Whoever changes a hold locks
# its line first, so one of the two always sees what the other did.
ADD_HOLDS = """
INSERT INTO hold_tallies (batch_id, control, division, holds)
SELECT p.batch_id, c.control, p.division, sum(c.sign)
FROM ({changed}) c JOIN payments p ON p.id = c.payment_id
GROUP BY p.batch_id, c.control, p.division HAVING sum(c.sign) <> 0
"""
OPEN = "SELECT payment_id, control, {sign} AS sign FROM {rows} WHERE cleared_at IS NULL"
OPENED, CLOSED = OPEN.format(sign=1, rows="after"), OPEN.format(sign=-1, rows="before")
# Every few hundredth row, whoever wrote it folds the rows of that batch into their sums: in its own
# transaction, and only rows that nobody else is folding, so that nobody waits.
FOLD = """
    CREATE FUNCTION fold_{table}(of_batch uuid) RETURNS void LANGUAGE sql AS $$
        WITH mine AS MATERIALIZED (
            SELECT id FROM {table} WHERE batch_id = of_batch FOR UPDATE SKIP LOCKED
        ),
        gone AS (
            DELETE FROM {table} t USING mine WHERE t.id = mine.id RETURNING t.*
        )
        INSERT INTO {table} (batch_id, {keys}, {sums})
        SELECT batch_id, {keys}, {summed} FROM gone GROUP BY batch_id, {keys} HAVING {kept}
    $$
"""
FOLD_EVERY = 256
TALLY = """
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE grown uuid;
    BEGIN
        {before}
        FOR grown IN WITH made AS ({add} RETURNING id, batch_id)
            SELECT DISTINCT batch_id FROM made WHERE id % {every} = 0
        LOOP
            PERFORM fold_{table}(grown);
        END LOOP;
        RETURN NULL;
    END $$
"""
LOCK_LINES = "PERFORM FROM payments WHERE id IN (SELECT payment_id FROM ({changed}) c) FOR SHARE;"


def _tally(name: str, table: str, add: str, before: str = "") -> str:
    return TALLY.format(name=name, table=table, add=add, before=before, every=FOLD_EVERY)


def _tally_holds(name: str, changed: str) -> str:
    add, lock = ADD_HOLDS.format(changed=changed), LOCK_LINES.format(changed=changed)
    return _tally(name, "hold_tallies", add, lock)


HOLDS_CHANGED = f"""
    SELECT payment_id, control, sum(sign) AS sign FROM ({OPENED} UNION ALL {CLOSED}) either
    GROUP BY payment_id, control HAVING sum(sign) <> 0
"""  # noqa: S608 - constants of this module
FUNCTIONS = (
    FOLD.format(
        table="line_tallies",
        keys="cut, state, channel_id, bank_file_id, division",
        sums="lines, amount_fen",
        summed="sum(lines), sum(amount_fen)",
        kept="sum(lines) <> 0 OR sum(amount_fen) <> 0",
    ),
    FOLD.format(
        table="hold_tallies",
        keys="control, division",
        sums="holds",
        summed="sum(holds)",
        kept="sum(holds) <> 0",
    ),
    _tally("tally_new_lines", "line_tallies", ADD_LINES.format(moved=ADDED)),
    _tally("tally_changed_lines", "line_tallies", ADD_LINES.format(moved=CHANGED)),
    _tally_holds("tally_new_holds", OPENED),
    _tally_holds("tally_changed_holds", HOLDS_CHANGED),
    """
    CREATE FUNCTION tally_holds_of_moved_line() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO hold_tallies (batch_id, control, division, holds)
        SELECT place.batch_id, h.control, place.division, place.sign
        FROM payment_holds h
        CROSS JOIN (VALUES (OLD.batch_id, OLD.division, -1), (NEW.batch_id, NEW.division, 1))
            AS place (batch_id, division, sign)
        WHERE h.payment_id = NEW.id AND h.cleared_at IS NULL;
        RETURN NULL;
    END $$
    """,
)
TRIGGERS = (
    "CREATE TRIGGER tally_insert AFTER INSERT ON payments REFERENCING NEW TABLE AS after "
    "FOR EACH STATEMENT EXECUTE FUNCTION tally_new_lines()",
    "CREATE TRIGGER tally_update AFTER UPDATE ON payments REFERENCING OLD TABLE AS before "
    "NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION tally_changed_lines()",
    "CREATE TRIGGER tally_move AFTER UPDATE OF batch_id, division ON payments FOR EACH ROW "
    "WHEN ((OLD.batch_id, OLD.division) IS DISTINCT FROM (NEW.batch_id, NEW.division)) "
    "EXECUTE FUNCTION tally_holds_of_moved_line()",
    "CREATE TRIGGER tally_insert AFTER INSERT ON payment_holds REFERENCING NEW TABLE AS after "
    "FOR EACH STATEMENT EXECUTE FUNCTION tally_new_holds()",
    "CREATE TRIGGER tally_update AFTER UPDATE ON payment_holds REFERENCING OLD TABLE AS before "
    "NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION tally_changed_holds()",
    "CREATE TRIGGER never_deleted BEFORE DELETE ON payment_holds "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    *(
        f"CREATE TRIGGER written_by_triggers BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION refuse_change()"
        for table in ("line_tallies", "hold_tallies")
    ),
    *(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("line_tallies", "hold_tallies")
    ),
)
FILL = (
    ADD_LINES.format(moved=f"SELECT {COLUMNS}, 1 AS sign FROM payments"),  # noqa: S608 - constants
    ADD_HOLDS.format(changed=OPEN.format(sign=1, rows="payment_holds")),
)


def upgrade() -> None:
    """Make the tables, count what is there, and let triggers keep the count from here on."""
    op.create_table(
        "line_tallies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("cut", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("bank_file_id", sa.Uuid(), nullable=True),
        sa.Column("division", sa.Text(), nullable=True),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cut IN ('bank', 'place')", name=op.f("ck_line_tallies_cut")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_tallies")),
    )
    op.create_index("ix_line_tallies_batch_id", "line_tallies", ["batch_id", "cut"])
    op.create_table(
        "hold_tallies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=True),
        sa.Column("holds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_tallies")),
    )
    op.create_index("ix_hold_tallies_batch_id", "hold_tallies", ["batch_id"])
    # Nobody writes between the count and the triggers.
    op.execute("LOCK TABLE payments, payment_holds IN SHARE ROW EXCLUSIVE MODE")
    for statement in (*FILL, *FUNCTIONS, *TRIGGERS):
        op.execute(statement)
    op.drop_index("ix_payments_batch_state", table_name="payments")
    op.create_index("ix_payments_batch_state", "payments", ["batch_id", "state", "id"])
    op.execute(
        "CREATE INDEX ix_payments_batch_township ON payments (batch_id, left(division, 9), state, id)"
    )
    op.create_index(
        "ix_payment_holds_control",
        "payment_holds",
        ["control", "payment_id"],
        postgresql_where=sa.text("cleared_at IS NULL"),
    )


def downgrade() -> None:
    """Forget the counts; pages count for themselves again."""
    op.drop_index("ix_payment_holds_control", table_name="payment_holds")
    op.drop_index("ix_payments_batch_township", table_name="payments")
    op.drop_index("ix_payments_batch_state", table_name="payments")
    op.create_index("ix_payments_batch_state", "payments", ["batch_id", "state"])
    op.execute("DROP TRIGGER never_deleted ON payment_holds")
    for name in (
        "tally_new_lines()",
        "tally_changed_lines()",
        "tally_new_holds()",
        "tally_changed_holds()",
        "tally_holds_of_moved_line()",
        "fold_line_tallies(uuid)",
        "fold_hold_tallies(uuid)",
    ):
        op.execute(f"DROP FUNCTION {name} CASCADE")
    op.drop_table("hold_tallies")
    op.drop_table("line_tallies")
