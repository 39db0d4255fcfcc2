"""Standing queries: their runs, their hits for as long as they stood, and what was set aside."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0053"
down_revision: str | None = "0052"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KEPT = ("standing_runs", "standing_asides")
_SETTLED = "query, subject, version, severity, amount_fen, evidence, evidence_digest, first_run, is_changed"


def upgrade() -> None:
    """Add the tables; a run and a reason are never changed, of a hit only its end is written."""
    op.create_table(
        "standing_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("query_digest", sa.Text(), nullable=False),
        sa.Column("hits_digest", sa.Text(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("new", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("still", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_runs")),
        sa.UniqueConstraint("query", "number", name=op.f("uq_standing_runs_query_number")),
    )
    op.create_table(
        "standing_hits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence_digest", sa.LargeBinary(), nullable=False),
        sa.Column("first_run", sa.BigInteger(), nullable=False),
        sa.Column("gone_run", sa.BigInteger(), nullable=True),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('high', 'medium', 'low')", name=op.f("ck_standing_hits_severity")
        ),
        sa.CheckConstraint("gone_run > first_run", name=op.f("ck_standing_hits_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_hits")),
    )
    op.create_index(
        "uq_standing_hits_there",
        "standing_hits",
        ["query", "subject"],
        unique=True,
        postgresql_where=sa.text("gone_run IS NULL"),
    )
    op.create_index("ix_standing_hits_query", "standing_hits", ["query", "first_run"])
    op.create_table(
        "standing_asides",
        sa.Column("hit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hit_id"], ["standing_hits.id"], name=op.f("fk_standing_asides_hit_id_standing_hits")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_standing_asides_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("hit_id", name=op.f("pk_standing_asides")),
    )
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OF {_SETTLED} OR DELETE ON standing_hits "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in (*_KEPT, "standing_hits"):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("standing_asides")
    op.drop_table("standing_hits")
    op.drop_table("standing_runs")
