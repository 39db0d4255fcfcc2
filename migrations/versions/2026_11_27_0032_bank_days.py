"""Bank days: until when a bank takes files, on which days it executes, and how much of a day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CHECKS = {
    "cut_off_apart_seconds": "cut_off_apart_seconds BETWEEN 0 AND 3600",
    "late_file": "late_file IN ('next_day', 'refused')",
    "lines_a_day_max": "lines_a_day_max > 0",
    "files_a_day_max": "files_a_day_max > 0",
    "fen_a_day_max": "fen_a_day_max > 0",
}


def upgrade() -> None:
    for column in (
        sa.Column("cut_off", sa.Time(), nullable=True),
        sa.Column("cut_off_apart_seconds", sa.BigInteger(), server_default="300", nullable=False),
        sa.Column("executes_every_day", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closed_days", sa.ARRAY(sa.Date()), server_default="{}", nullable=False),
        sa.Column("takes_ahead", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("late_file", sa.Text(), server_default="next_day", nullable=False),
        sa.Column("lines_a_day_max", sa.BigInteger(), nullable=True),
        sa.Column("files_a_day_max", sa.BigInteger(), nullable=True),
        sa.Column("fen_a_day_max", sa.BigInteger(), nullable=True),
    ):
        op.add_column("bank_channels", column)
    for name, check in _CHECKS.items():
        op.create_check_constraint(op.f(f"ck_bank_channels_{name}"), "bank_channels", check)
    op.add_column("bank_files", sa.Column("day_number", sa.BigInteger(), nullable=True))
    op.add_column("bank_files", sa.Column("executes_on", sa.Date(), nullable=True))
    op.add_column("bank_files", sa.Column("waits_for", sa.Date(), nullable=True))
    op.create_index("ix_bank_files_channel_day", "bank_files", ["channel_id", "execution_date"])
    op.create_index(
        "uq_bank_files_day_number",
        "bank_files",
        ["channel_id", "execution_date", "day_number"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("uq_bank_files_day_number", table_name="bank_files")
    op.drop_index("ix_bank_files_channel_day", table_name="bank_files")
    for column in ("waits_for", "executes_on", "day_number"):
        op.drop_column("bank_files", column)
    for name in _CHECKS:
        op.drop_constraint(op.f(f"ck_bank_channels_{name}"), "bank_channels")
    for column in (
        "fen_a_day_max",
        "files_a_day_max",
        "lines_a_day_max",
        "late_file",
        "takes_ahead",
        "closed_days",
        "executes_every_day",
        "cut_off_apart_seconds",
        "cut_off",
    ):
        op.drop_column("bank_channels", column)
