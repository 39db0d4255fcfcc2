"""Screening: what a control saw and in which version, and findings on whole lists."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PROTECTED_BEFORE = (
    "'account_name_mismatch', 'account_not_usable', 'charset_unsendable', 'death_reported', "
    "'identity_disputed', 'no_account', 'no_channel', 'payee_dead', 'same_person_twice'"
)
PROTECTED = (
    "'account_name_mismatch', 'account_not_usable', 'amount_not_rule', 'charset_unsendable', "
    "'death_reported', 'identity_disputed', 'no_account', 'no_channel', 'payee_dead', "
    "'same_person_twice'"
)


def upgrade() -> None:
    op.add_column(
        "payment_holds", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False)
    )
    op.add_column(
        "payment_holds",
        sa.Column(
            "evidence",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
    )
    op.create_index(
        "ix_payment_holds_open",
        "payment_holds",
        ["payment_id"],
        unique=False,
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "batch_findings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.Text(), nullable=True),
        sa.Column("cleared_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "severity IN ('stop', 'check')", name=op.f("ck_batch_findings_severity")
        ),
        sa.CheckConstraint(
            "(cleared_at IS NULL) = (cleared_by IS NULL) "
            "AND (cleared_at IS NULL) = (cleared_reason IS NULL)",
            name=op.f("ck_batch_findings_cleared_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_findings_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_findings")),
        sa.UniqueConstraint("batch_id", "control", name=op.f("uq_batch_findings_batch_id_control")),
    )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON batch_findings "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    _protect(PROTECTED)


def downgrade() -> None:
    _protect(PROTECTED_BEFORE)
    op.drop_table("batch_findings")
    op.drop_index("ix_payment_holds_open", table_name="payment_holds")
    op.drop_column("payment_holds", "evidence")
    op.drop_column("payment_holds", "version")


def _protect(controls: str) -> None:
    op.drop_constraint("protected", "control_switches", type_="check")
    op.create_check_constraint("protected", "control_switches", f"control NOT IN ({controls})")
