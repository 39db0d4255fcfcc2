"""Differences from last month: each recipient's, with its cause, and their sums by township."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "batches",
        sa.Column(
            "differences",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
    )
    op.create_table(
        "batch_differences",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("township", sa.Text(), nullable=False),
        sa.Column("last_fen", sa.BigInteger(), nullable=False),
        sa.Column("this_fen", sa.BigInteger(), nullable=False),
        sa.Column("last_line_id", sa.BigInteger(), nullable=True),
        sa.Column("this_line_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "part IN ('joined', 'left', 'changed')", name=op.f("ck_batch_differences_part")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_differences_batch_id_batches")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["payments.id"], name=op.f(f"fk_batch_differences_{column}_payments")
            )
            for column in ("last_line_id", "this_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_differences")),
    )
    op.create_index(
        "ix_batch_differences_batch_id",
        "batch_differences",
        ["batch_id", "part", "cause", "township", "id"],
        unique=False,
    )
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON batch_differences "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("batch_differences")
    op.drop_column("batches", "differences")
