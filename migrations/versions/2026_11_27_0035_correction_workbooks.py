"""Correction workbooks: what was imported, row by row, and what each row has become."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)
_MOVES = (
    ("", "ready", "correction.read"),
    ("", "faulty", "correction.kept_with_faults"),
    ("faulty", "ready", "correction.mended"),
    ("ready", "faulty", "correction.refused"),
    ("ready", "asked", "correction.asked"),
    ("ready", "dropped", "correction.dropped"),
    ("faulty", "dropped", "correction.dropped"),
)


def upgrade() -> None:
    op.create_table(
        "correction_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("lines_given_out", sa.BigInteger(), nullable=False),
        sa.Column("rows_blank", sa.BigInteger(), nullable=False),
        sa.Column("rows_known", sa.BigInteger(), nullable=False),
        sa.Column("rows_hidden", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", _AT, nullable=False),
        sa.Column("times_seen", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_files")),
        sa.UniqueConstraint("sha256", name=op.f("uq_correction_files_sha256")),
    )
    op.create_table(
        "correction_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("raw_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("said_index", sa.LargeBinary(), nullable=True),
        sa.Column("faults", postgresql.JSONB(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('ready', 'faulty', 'asked', 'dropped')",
            name=op.f("ck_correction_rows_state"),
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (change_id IS NOT NULL)", name=op.f("ck_correction_rows_asked")
        ),
        sa.CheckConstraint(
            "state <> 'ready' OR payment_id IS NOT NULL", name=op.f("ck_correction_rows_ready")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["account_changes.id"],
            name=op.f("fk_correction_rows_change_id_account_changes"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["correction_files.id"],
            name=op.f("fk_correction_rows_file_id_correction_files"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_correction_rows_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_rows")),
    )  # fmt: skip
    op.create_index("ix_correction_rows_file_id", "correction_rows", ["file_id"])
    op.create_index("ix_correction_rows_payment_id", "correction_rows", ["payment_id"])
    op.create_index(
        "uq_correction_rows_ready",
        "correction_rows",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("state = 'ready'"),
    )
    moves = sa.table(
        "legal_moves",
        *(sa.column(name) for name in ("aggregate", "from_state", "to_state", "event")),
    )
    op.bulk_insert(
        moves,
        [
            {"aggregate": "correction_rows", "from_state": now, "to_state": then, "event": event}
            for now, then, event in _MOVES
        ],
    )
    op.execute(
        "CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON correction_rows "
        "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()"
    )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON correction_rows "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("correction_rows")
    op.drop_table("correction_files")
    op.execute("DELETE FROM legal_moves WHERE aggregate = 'correction_rows'")
