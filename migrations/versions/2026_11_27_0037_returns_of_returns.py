"""A return that its bank takes back is paid after all; the lines of a payment are found by index."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEX = "ix_statement_lines_payment_id"


def upgrade() -> None:
    """Let a payment that came back be paid."""
    op.execute(
        "INSERT INTO legal_moves (aggregate, from_state, to_state, event) "
        "VALUES ('payments', 'returned', 'paid', 'payment.paid_after_return')"
    )
    op.create_index(
        _INDEX,
        "statement_lines",
        ["payment_id"],
        postgresql_where=sa.text("payment_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take the move away."""
    op.drop_index(_INDEX, table_name="statement_lines")
    op.execute(
        "DELETE FROM legal_moves WHERE aggregate = 'payments' AND from_state = 'returned' "
        "AND to_state = 'paid'"
    )
