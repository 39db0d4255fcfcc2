"""Samples of one township, and lines for which an auditor asked for evidence."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0067"
down_revision: str | None = "0070"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column and the table; neither is changed after it was written."""
    op.add_column(
        "audit_samples", sa.Column("township", sa.Text(), nullable=False, server_default="")
    )
    op.execute(
        "CREATE TRIGGER township_never_edited BEFORE UPDATE OF township ON audit_samples "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "sample_asks",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id", "payment_id"],
            ["sample_lines.sample_id", "sample_lines.payment_id"],
            name=op.f("fk_sample_asks_sample_id_sample_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_sample_asks_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("sample_id", "payment_id", name=op.f("pk_sample_asks")),
    )
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON sample_asks "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON sample_asks "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_table("sample_asks")
    op.execute("DROP TRIGGER township_never_edited ON audit_samples")
    op.drop_column("audit_samples", "township")
