"""Deliveries keep the day they first spoke of when the same bytes are said once more later."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("first_as_of", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("deliveries", "first_as_of")
