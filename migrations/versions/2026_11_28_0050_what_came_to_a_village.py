"""What came to a village is found without reading what came to all others."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0050"
down_revision: str | None = "0049"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_payments_came",
        "payments",
        ["division", "settled_on"],
        postgresql_where=sa.text("state = 'paid'"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_payments_came", table_name="payments")
