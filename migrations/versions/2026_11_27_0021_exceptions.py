"""Exceptions: who was asked by when, what was answered, and decisions on many at once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEGAL_MOVES = (
    ("", "given", "exception.assigned"),
    ("given", "answered", "exception.answered"),
    ("given", "returned", "exception.returned"),
    ("answered", "given", "exception.asked_again"),
    ("returned", "given", "exception.asked_again"),
    ("given", "withdrawn", "exception.withdrawn"),
    ("answered", "withdrawn", "exception.withdrawn"),
    ("returned", "withdrawn", "exception.withdrawn"),
)
RECORDED = (
    "exception_assignments", "exception_answers", "exception_decisions", "exception_decided",
)  # fmt: skip
STATEMENTS = (
    """
    CREATE FUNCTION refuse_edit_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.id, NEW.hold_id, NEW.finding_id, NEW.assignment)
           IS DISTINCT FROM (OLD.id, OLD.hold_id, OLD.finding_id, OLD.assignment)
           OR (NEW.due_on <> OLD.due_on AND NEW.state <> 'given')
        THEN
            RAISE EXCEPTION 'the task of an exception is never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER never_edited BEFORE UPDATE ON exception_tasks "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_task()",
    "CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON exception_tasks "
    "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()",
    "CREATE TRIGGER never_deleted BEFORE DELETE ON exception_tasks "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON exception_tasks "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    *(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in RECORDED
    ),
    *(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in RECORDED
    ),
)
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, their moves and their guards."""
    op.create_index(
        "ix_payment_holds_open_by_age",
        "payment_holds",
        ["found_at", "id"],
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    _assignments_and_tasks()
    _answers_and_decisions()
    op.bulk_insert(
        sa.table(
            "legal_moves",
            *(sa.column(one, sa.Text) for one in ("aggregate", "from_state", "to_state", "event")),
        ),
        [
            {"aggregate": "exception_tasks", "from_state": now, "to_state": then, "event": event}
            for now, then, event in LEGAL_MOVES
        ],
    )
    for statement in STATEMENTS:
        op.execute(statement)


def _assignments_and_tasks() -> None:
    op.create_table(
        "exception_assignments",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", _AT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answerable", postgresql.JSONB(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        _office("exception_assignments", "organisation"),
        _officer("exception_assignments", "given_by"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exception_assignments")),
    )
    op.create_table(
        "exception_tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.BigInteger(), nullable=True),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("assignment", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", _AT, nullable=True),
        sa.Column("escalated_at", _AT, nullable=True),
        sa.Column("escalated_to", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(hold_id IS NULL) <> (finding_id IS NULL)",
            name=op.f("ck_exception_tasks_one_exception"),
        ),
        _key("exception_tasks", "hold_id", "payment_holds", "id"),
        _key("exception_tasks", "finding_id", "batch_findings", "id"),
        _key("exception_tasks", "assignment", "exception_assignments", "number"),
        _office("exception_tasks", "organisation"),
        _office("exception_tasks", "escalated_to"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception_tasks")),
    )
    for name in ("hold", "finding"):
        op.create_index(
            f"uq_exception_tasks_{name}",
            "exception_tasks",
            [f"{name}_id"],
            unique=True,
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )
    op.create_index(
        "ix_exception_tasks_organisation", "exception_tasks", ["organisation", "state", "due_on"]
    )
    op.create_index("ix_exception_tasks_assignment", "exception_tasks", ["assignment"])


def _answers_and_decisions() -> None:
    op.create_table(
        "exception_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", _AT, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('confirmed', 'corrected', 'not_found')",
            name=op.f("ck_exception_answers_outcome"),
        ),
        _key("exception_answers", "task_id", "exception_tasks", "id"),
        _officer("exception_answers", "answered_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception_answers")),
    )
    op.create_index("ix_exception_answers_task_id", "exception_answers", ["task_id"])
    op.create_table(
        "exception_decisions",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", _AT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        _officer("exception_decisions", "decided_by"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exception_decisions")),
    )
    op.create_table(
        "exception_decided",
        sa.Column("decision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hold_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _key("exception_decided", "decision", "exception_decisions", "number"),
        _key("exception_decided", "hold_id", "payment_holds", "id"),
        sa.PrimaryKeyConstraint("decision", "hold_id", name=op.f("pk_exception_decided")),
    )


def _key(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)


def _office(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_organisations")
    return sa.ForeignKeyConstraint([column], ["organisations.name"], name=name, onupdate="CASCADE")


def _officer(table: str, column: str) -> sa.ForeignKeyConstraint:
    return _key(table, column, "officers", "id")


def downgrade() -> None:
    """Forget them."""
    for table in (*reversed(RECORDED), "exception_tasks"):
        if table != "exception_assignments":
            op.drop_table(table)
    op.drop_table("exception_assignments")
    op.execute("DROP FUNCTION refuse_edit_of_task()")
    op.execute("DELETE FROM legal_moves WHERE aggregate = 'exception_tasks'")
    op.drop_index("ix_payment_holds_open_by_age", "payment_holds")
