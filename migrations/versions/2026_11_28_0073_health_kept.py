"""What is out of order stands in the work queue; told events may be cleared away once they are old."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0073"
down_revision: str | None = "0069"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FUNCTION = """
CREATE FUNCTION refuse_early_clearing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz > now() - interval '30 days' THEN
        RAISE EXCEPTION '% is not cleared away in its first 30 days', TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$
"""
_TOLD = {"webhook_events": "occurred_at", "webhook_tries": "at"}


def upgrade() -> None:
    """Add the table; let go of what was told only when it is old."""
    op.create_table(
        "health_red",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_health_red")),
    )
    op.execute(_FUNCTION)
    for table, at in _TOLD.items():
        _guard(table, "UPDATE")
        op.execute(
            f"CREATE TRIGGER cleared_when_old BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_early_clearing('{at}')"
        )
    op.create_index(
        "ix_webhook_deliveries_event_id", "webhook_deliveries", ["event_id"], unique=False
    )
    op.create_index("ix_webhook_tries_event_id", "webhook_tries", ["event_id"], unique=False)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_webhook_tries_event_id", table_name="webhook_tries")
    op.drop_index("ix_webhook_deliveries_event_id", table_name="webhook_deliveries")
    for table in _TOLD:
        op.execute(f"DROP TRIGGER cleared_when_old ON {table}")
        _guard(table, "UPDATE OR DELETE")
    op.execute("DROP FUNCTION refuse_early_clearing")
    op.drop_table("health_red")


def _guard(table: str, acts: str) -> None:
    op.execute(f"DROP TRIGGER never_changed ON {table}")
    op.execute(
        f"CREATE TRIGGER never_changed BEFORE {acts} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
