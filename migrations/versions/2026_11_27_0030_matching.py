"""Matching: what a bank's file is and is called, what proved each line, and where each file stands."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SIDES = ("sent", "paid", "failed", "returned", "in_transit")


def upgrade() -> None:
    for name in ("message", "message_id"):
        op.add_column(
            "inbound_files", sa.Column(name, sa.Text(), server_default="", nullable=False)
        )
    op.add_column("inbound_files", sa.Column("conflicts_with_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_inbound_files_conflicts_with_id_inbound_files"),
        "inbound_files",
        "inbound_files",
        ["conflicts_with_id"],
        ["id"],
    )
    op.create_index(
        "ix_inbound_files_message_id",
        "inbound_files",
        ["channel_id", "message", "message_id"],
        postgresql_where=sa.text("message_id <> ''"),
    )
    op.add_column(
        "reply_lines",
        sa.Column("matched_by", sa.Text(), server_default="reference", nullable=False),
    )
    op.add_column(
        "reply_lines", sa.Column("bank_reference", sa.Text(), server_default="", nullable=False)
    )
    op.create_index(
        "ix_reply_lines_bank_reference",
        "reply_lines",
        ["bank_reference"],
        postgresql_where=sa.text("bank_reference <> ''"),
    )
    op.create_index(
        "ix_reply_lines_left_lying",
        "reply_lines",
        ["id"],
        postgresql_where=sa.text("outcome NOT IN ('moved', 'unchanged', 'duplicate_line')"),
    )
    op.create_table(
        "file_controls",
        sa.Column("bank_file_id", sa.Uuid(), nullable=False),
        sa.Column("inbound_file_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(f"{side}_{unit}", sa.BigInteger(), nullable=False)
            for side in _SIDES
            for unit in ("count", "fen")
        ),
        *(
            sa.CheckConstraint(
                f"sent_{unit} = " + " + ".join(f"{side}_{unit}" for side in _SIDES[1:]),
                name=op.f(f"ck_file_controls_{unit}_adds_up"),
            )
            for unit in ("count", "fen")
        ),
        sa.ForeignKeyConstraint(
            ["bank_file_id"],
            ["bank_files.id"],
            name=op.f("fk_file_controls_bank_file_id_bank_files"),
        ),
        sa.ForeignKeyConstraint(
            ["inbound_file_id"],
            ["inbound_files.id"],
            name=op.f("fk_file_controls_inbound_file_id_inbound_files"),
        ),
        sa.PrimaryKeyConstraint("bank_file_id", "inbound_file_id", name=op.f("pk_file_controls")),
    )


def downgrade() -> None:
    op.drop_table("file_controls")
    op.drop_index("ix_reply_lines_left_lying", "reply_lines")
    op.drop_index("ix_reply_lines_bank_reference", "reply_lines")
    op.drop_column("reply_lines", "bank_reference")
    op.drop_column("reply_lines", "matched_by")
    op.drop_index("ix_inbound_files_message_id", "inbound_files")
    op.drop_column("inbound_files", "conflicts_with_id")
    for name in ("message_id", "message"):
        op.drop_column("inbound_files", name)
