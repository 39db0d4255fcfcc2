"""Denied files: since when a bank that accepted a file says that it has none."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("bank_files", sa.Column("denied_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("bank_files", "denied_at")
