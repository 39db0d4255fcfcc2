"""The profile that a bank file was written with is kept whole, and its answer is read with it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Files from before are read with the present profile, as they were until now."""
    op.create_table(
        "kept_profiles",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_kept_profiles")),
    )
    op.add_column("bank_files", sa.Column("profile_sha256", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_bank_files_profile_sha256_kept_profiles"),
        "bank_files",
        "kept_profiles",
        ["profile_sha256"],
        ["sha256"],
    )
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON kept_profiles "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON kept_profiles "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_bank_files_profile_sha256_kept_profiles"), "bank_files")
    op.drop_column("bank_files", "profile_sha256")
    op.drop_table("kept_profiles")
