"""Our own certificate at a bank over HTTPS; a recall that is nowhere at its bank is handed over again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add both columns and the move."""
    op.add_column(
        "bank_channels",
        sa.Column("client_certificate", sa.Text(), server_default="", nullable=False),
    )
    op.add_column("bank_channels", sa.Column("client_key_sealed", sa.LargeBinary(), nullable=True))
    op.create_check_constraint(
        op.f("ck_bank_channels_certificate_has_its_key"),
        "bank_channels",
        "client_certificate = '' OR client_key_sealed IS NOT NULL",
    )
    op.execute(
        "INSERT INTO legal_moves (aggregate, from_state, to_state, event) "
        "VALUES ('recalls', 'unknown', 'prepared', 'recall.sent_again')"
    )


def downgrade() -> None:
    """Take them away."""
    op.execute(
        "DELETE FROM legal_moves WHERE aggregate = 'recalls' AND from_state = 'unknown' "
        "AND to_state = 'prepared'"
    )
    op.drop_constraint(op.f("ck_bank_channels_certificate_has_its_key"), "bank_channels")
    op.drop_column("bank_channels", "client_key_sealed")
    op.drop_column("bank_channels", "client_certificate")
