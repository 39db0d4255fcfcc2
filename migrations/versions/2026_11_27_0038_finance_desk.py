"""Finance's desk: since when a payment has failed, who looks after an exception, and what finds them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEGAL_MOVES = (
    ("", "taken", "finance_exception.taken"),
    ("", "handed", "finance_exception.handed"),
    ("open", "taken", "finance_exception.taken"),
    ("open", "handed", "finance_exception.handed"),
    ("taken", "taken", "finance_exception.taken"),
    ("taken", "handed", "finance_exception.handed"),
    ("handed", "taken", "finance_exception.taken"),
    ("handed", "handed", "finance_exception.handed"),
    ("taken", "open", "finance_exception.laid_down"),
    ("handed", "open", "finance_exception.laid_down"),
)
# What failed before is dated by what is known of it; whoever moves a line without naming the day
# of it fails it on the day of the database.
_BACKFILL = """
UPDATE payments SET failed_on = coalesce(
    settled_on,
    (SELECT execution_date FROM bank_files WHERE bank_files.id = payments.bank_file_id),
    CURRENT_DATE
) WHERE state IN ('rejected', 'returned')
"""
_STATEMENTS = (
    """
    CREATE FUNCTION date_failure() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.failed_on := (now() AT TIME ZONE 'Asia/Shanghai')::date;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER failure_dated BEFORE UPDATE OF state ON payments FOR EACH ROW "
    "WHEN (NEW.state IN ('rejected', 'returned') AND NEW.failed_on IS NULL) "
    "EXECUTE FUNCTION date_failure()",
    """
    CREATE FUNCTION refuse_edit_of_finance_task() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.id, NEW.kind, NEW.thing) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.thing) THEN
            RAISE EXCEPTION 'what an officer looks after is never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER never_edited BEFORE UPDATE ON finance_tasks "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_finance_task()",
    "CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON finance_tasks "
    "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()",
    "CREATE TRIGGER never_deleted BEFORE DELETE ON finance_tasks "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON finance_tasks "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.add_column("payments", sa.Column("failed_on", sa.Date(), nullable=True))
    op.execute(_BACKFILL)
    op.create_index(
        "ix_payments_failed",
        "payments",
        ["failed_on", "id"],
        postgresql_where=sa.text("state IN ('rejected', 'returned')"),
    )
    op.create_index(
        "ix_statement_lines_unidentified",
        "statement_lines",
        ["id"],
        postgresql_where=sa.text("matched = 'unidentified'"),
    )
    op.create_table(
        "finance_tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('failed', 'line', 'receipt', 'file', 'recall')",
            name=op.f("ck_finance_tasks_kind"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (owner_id IS NULL)", name=op.f("ck_finance_tasks_owner")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["officers.id"], name=op.f("fk_finance_tasks_owner_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finance_tasks")),
        sa.UniqueConstraint("kind", "thing", name=op.f("uq_finance_tasks_kind_thing")),
    )
    op.create_index("ix_finance_tasks_owner_id", "finance_tasks", ["owner_id", "kind"])
    op.bulk_insert(
        sa.table(
            "legal_moves",
            *(sa.column(one, sa.Text) for one in ("aggregate", "from_state", "to_state", "event")),
        ),
        [
            {"aggregate": "finance_tasks", "from_state": now, "to_state": then, "event": event}
            for now, then, event in LEGAL_MOVES
        ],
    )
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("finance_tasks")
    op.execute("DELETE FROM legal_moves WHERE aggregate = 'finance_tasks'")
    op.execute("DROP FUNCTION refuse_edit_of_finance_task()")
    op.execute("DROP TRIGGER failure_dated ON payments")
    op.execute("DROP FUNCTION date_failure()")
    op.drop_index("ix_statement_lines_unidentified", "statement_lines")
    op.drop_index("ix_payments_failed", "payments")
    op.drop_column("payments", "failed_on")
