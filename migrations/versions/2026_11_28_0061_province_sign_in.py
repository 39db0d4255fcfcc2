"""Residents may sign in with the province's account: also those whom the county does not know."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0061"
down_revision: str | None = "0063"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add how a session began and the answers that were used; a session may be nobody's."""
    op.alter_column("enquiry_sessions", "person_id", nullable=True)
    op.add_column(
        "enquiry_sessions",
        sa.Column("way", sa.Text(), server_default="code", nullable=False),
    )
    op.create_table(
        "province_arrivals",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_province_arrivals")),
    )
    op.create_index(
        op.f("ix_province_arrivals_arrived_at"), "province_arrivals", ["arrived_at"], unique=False
    )


def downgrade() -> None:
    """Take both away again, and the sessions that are nobody's with them."""
    op.drop_index(op.f("ix_province_arrivals_arrived_at"), table_name="province_arrivals")
    op.drop_table("province_arrivals")
    op.drop_column("enquiry_sessions", "way")
    op.execute("DELETE FROM enquiry_sessions WHERE person_id IS NULL")
    op.alter_column("enquiry_sessions", "person_id", nullable=False)
