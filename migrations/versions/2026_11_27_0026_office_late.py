"""Decisions and posted lines say what is due only because the office decided after the deadline."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "decisions",
        sa.Column("is_office_late", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "notice_lines", sa.Column("kind", sa.Text(), server_default="regular", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("notice_lines", "kind")
    op.drop_column("decisions", "is_office_late")
