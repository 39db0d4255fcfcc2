"""A batch's lines are found by their amount without reading the others."""

from collections.abc import Sequence

from alembic import op

revision: str = "0070"
down_revision: str | None = "0066"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_payments_batch_amount", "payments", ["batch_id", "state", "amount_fen", "id"]
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_payments_batch_amount", table_name="payments")
