"""Bank files count the attempts to send them; a bank says how long absence proves nothing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add both; what was sent before was begun at least once and once more a resend."""
    op.add_column(
        "bank_files", sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "bank_channels",
        sa.Column("absence_seconds", sa.BigInteger(), server_default="1800", nullable=False),
    )
    op.execute("UPDATE bank_files SET attempts = resends + 1 WHERE intent_at IS NOT NULL")


def downgrade() -> None:
    """Drop both."""
    op.drop_column("bank_channels", "absence_seconds")
    op.drop_column("bank_files", "attempts")
