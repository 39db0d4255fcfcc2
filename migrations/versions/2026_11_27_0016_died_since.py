"""Lines of a list that is not frozen yet are held when somebody has died."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOVE = {
    "aggregate": "payments",
    "from_state": "ready",
    "to_state": "held",
    "event": "payment.stopped",
}


def upgrade() -> None:
    """Allow the move from ready to held."""
    op.bulk_insert(sa.table("legal_moves", *(sa.column(name, sa.Text) for name in MOVE)), [MOVE])


def downgrade() -> None:
    """Refuse it again."""
    op.execute("DELETE FROM legal_moves WHERE event = 'payment.stopped'")
