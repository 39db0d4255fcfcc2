"""A bank's channel says what carries its bytes, and for HTTPS where to and whose certificate."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COLUMNS = (("kind", "sftp"), ("url", ""), ("certificate_sha256", ""), ("customer_certificate", ""))


def upgrade() -> None:
    """Every channel there is speaks SFTP."""
    for name, default in _COLUMNS:
        op.add_column(
            "bank_channels", sa.Column(name, sa.Text(), nullable=False, server_default=default)
        )
    op.create_check_constraint(
        op.f("ck_bank_channels_kind"), "bank_channels", "kind IN ('sftp', 'https', 'folder')"
    )
    op.create_check_constraint(
        op.f("ck_bank_channels_https_is_pinned"),
        "bank_channels",
        "kind <> 'https' OR (url LIKE 'https://%' AND certificate_sha256 <> '')",
    )


def downgrade() -> None:
    """Forget what carries the bytes; the constraints go with their columns."""
    for name, _ in reversed(_COLUMNS):
        op.drop_column("bank_channels", name)
