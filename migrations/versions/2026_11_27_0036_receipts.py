"""Receipts: whose an unidentified receipt is said to be, and what ended the matter of a line."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)
# What was asked stays as it was asked, and a decision is made once.
_GUARD = """
CREATE FUNCTION refuse_edit_of_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'asked'
       OR (NEW.id, NEW.statement_line_id, NEW.fee_fen, NEW.reason, NEW.asked_by, NEW.asked_at)
          IS DISTINCT FROM
          (OLD.id, OLD.statement_line_id, OLD.fee_fen, OLD.reason, OLD.asked_by, OLD.asked_at)
    THEN
        RAISE EXCEPTION 'an assignment of a receipt is decided once and never edited'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_APPEND_ONLY = ("receipt_parts", "reply_line_resolutions")


def upgrade() -> None:
    op.create_table(
        "receipt_assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_line_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", _AT, nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'withdrawn')",
            name=op.f("ck_receipt_assignments_state"),
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_receipt_assignments_decided")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_by <> asked_by",
            name=op.f("ck_receipt_assignments_two_people"),
        ),
        sa.CheckConstraint("fee_fen >= 0", name=op.f("ck_receipt_assignments_fee")),
        sa.ForeignKeyConstraint(
            ["statement_line_id"],
            ["statement_lines.id"],
            name=op.f("fk_receipt_assignments_statement_line_id_statement_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["officers.id"], name=op.f("fk_receipt_assignments_asked_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officers.id"], name=op.f("fk_receipt_assignments_decided_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_assignments")),
    )
    op.create_index(
        "uq_receipt_assignments_standing",
        "receipt_assignments",
        ["statement_line_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "receipt_parts",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["receipt_assignments.id"],
            name=op.f("fk_receipt_parts_assignment_id_receipt_assignments"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_receipt_parts_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("assignment_id", "payment_id", name=op.f("pk_receipt_parts")),
    )
    op.create_table(
        "reply_line_resolutions",
        sa.Column("reply_line_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.CheckConstraint(
            "act IN ('explained', 'paid_late')", name=op.f("ck_reply_line_resolutions_act")
        ),
        sa.ForeignKeyConstraint(
            ["reply_line_id"],
            ["reply_lines.id"],
            name=op.f("fk_reply_line_resolutions_reply_line_id_reply_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officers.id"],
            name=op.f("fk_reply_line_resolutions_officer_id_officers"),
        ),
        sa.PrimaryKeyConstraint("reply_line_id", name=op.f("pk_reply_line_resolutions")),
    )
    op.execute(_GUARD)
    op.execute(
        "CREATE TRIGGER never_edited BEFORE UPDATE OR DELETE ON receipt_assignments "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_assignment()"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in (*_APPEND_ONLY, "receipt_assignments", "file_controls"):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON file_controls "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for name in ("never_deleted", "never_emptied"):
        op.execute(f"DROP TRIGGER {name} ON file_controls")
    op.drop_table("reply_line_resolutions")
    op.drop_table("receipt_parts")
    op.drop_table("receipt_assignments")
    op.execute("DROP FUNCTION refuse_edit_of_assignment()")
