"""What the overview shows of each month's payments, counted by a job."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0066"
down_revision: str | None = "0060"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "overview_counts",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("cut", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payments", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cut IN ('all', 'place', 'age', 'promise', 'month_end', 'outcome')",
            name=op.f("ck_overview_counts_cut"),
        ),
        sa.PrimaryKeyConstraint(
            "month", "cut", "programme", "key", name=op.f("pk_overview_counts")
        ),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("overview_counts")
