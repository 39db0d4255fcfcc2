"""Samples of paid lines: what was committed, what was drawn, and what was found in each line."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0058"
down_revision: str | None = "0057"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PLANNED = (
    "id, number, programme, month, method, size, population, population_digest, population_count, "
    "population_fen, commitment, entry_id, planned_by, planned_at"
)


def upgrade() -> None:
    """Add the tables; a plan, a drawn line and a judgement never change."""
    op.create_table(
        "audit_samples",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("population", sa.LargeBinary(), nullable=False),
        sa.Column("population_digest", sa.Text(), nullable=False),
        sa.Column("population_count", sa.BigInteger(), nullable=False),
        sa.Column("population_fen", sa.BigInteger(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("checkpoint_size", sa.BigInteger(), nullable=True),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "method IN ('simple', 'stratified', 'money_unit')", name=op.f("ck_audit_samples_method")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_audit_samples_size")),
        sa.CheckConstraint(
            "(seed IS NULL) = (checkpoint_size IS NULL)", name=op.f("ck_audit_samples_drawn_whole")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["officers.id"], name=op.f("fk_audit_samples_planned_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_samples")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_samples_number")),
    )
    for table, columns in (
        (
            "sample_lines",
            (
                sa.Column("fen", sa.BigInteger(), nullable=False),
                sa.Column("is_certain", sa.Boolean(), nullable=False),
            ),
        ),
        (
            "sample_looks",
            (
                sa.Column("outcome", sa.Text(), nullable=False),
                sa.Column("error_fen", sa.BigInteger(), nullable=False),
                sa.Column("note", sa.Text(), nullable=False),
                sa.Column("officer_id", sa.Uuid(), nullable=False),
                sa.Column("at", sa.DateTime(timezone=True), nullable=False),
                sa.CheckConstraint(
                    "outcome IN ('agrees', 'error', 'missing')",
                    name=op.f("ck_sample_looks_outcome"),
                ),
                sa.CheckConstraint(
                    "(outcome = 'agrees') = (error_fen = 0)", name=op.f("ck_sample_looks_error")
                ),
                sa.ForeignKeyConstraint(
                    ["officer_id"],
                    ["officers.id"],
                    name=op.f("fk_sample_looks_officer_id_officers"),
                ),
            ),
        ),
    ):
        op.create_table(
            table,
            sa.Column("sample_id", sa.Uuid(), nullable=False),
            sa.Column("payment_id", sa.BigInteger(), autoincrement=False, nullable=False),
            *columns,
            sa.ForeignKeyConstraint(
                ["sample_id"],
                ["audit_samples.id"],
                name=op.f(f"fk_{table}_sample_id_audit_samples"),
            ),
            sa.ForeignKeyConstraint(
                ["payment_id"], ["payments.id"], name=op.f(f"fk_{table}_payment_id_payments")
            ),
            sa.PrimaryKeyConstraint("sample_id", "payment_id", name=op.f(f"pk_{table}")),
        )
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        f"CREATE TRIGGER never_edited BEFORE UPDATE OF {_PLANNED} OR DELETE ON audit_samples "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in ("audit_samples", "sample_lines", "sample_looks"):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("sample_looks")
    op.drop_table("sample_lines")
    op.drop_table("audit_samples")
