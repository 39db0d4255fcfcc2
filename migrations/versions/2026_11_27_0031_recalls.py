"""Recalls: what a bank is asked not to execute, and what it answers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)
_MOVES = (
    ("recalls", "", "prepared", "recall.asked"),
    ("recalls", "prepared", "sending", "recall.sending"),
    ("recalls", "sending", "delivered", "recall.delivered"),
    ("recalls", "sending", "unknown", "recall.unknown"),
    ("recalls", "sending", "prepared", "recall.not_delivered"),
    ("recalls", "unknown", "delivered", "recall.found_at_bank"),
    ("recalls", "", "letter", "recall.asked"),
    ("recalls", "prepared", "answered", "recall.answered"),
    ("recalls", "delivered", "answered", "recall.answered"),
    ("recalls", "unknown", "answered", "recall.answered"),
    ("recalls", "letter", "answered", "recall.answered"),
    ("recalls", "answered", "delivered", "recall.opened_again"),
    ("recalls", "closed", "delivered", "recall.opened_again"),
    ("recalls", "answered", "closed", "recall.closed"),
    ("recall_lines", "", "asked", "recall_line.asked"),
    ("recall_lines", "asked", "cancelled", "recall_line.cancelled"),
    ("recall_lines", "asked", "refused", "recall_line.refused"),
    ("recall_lines", "asked", "disputed", "recall_line.disputed"),
    ("recall_lines", "cancelled", "disputed", "recall_line.disputed"),
    ("recall_lines", "refused", "disputed", "recall_line.disputed"),
    ("recall_lines", "disputed", "cancelled", "recall_line.cancelled"),
    ("recall_lines", "disputed", "refused", "recall_line.refused"),
    ("payments", "rejected", "paid", "payment.paid"),
    ("payments", "rejected", "returned", "payment.returned"),
)
# What was asked, of whom and by whom stays; the alarm is given once.
_GUARDS = (
    """
    CREATE FUNCTION refuse_edit_of_recall() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.id, NEW.bank_file_id, NEW.number, NEW.reference, NEW.reason_code, NEW.reason,
            NEW.asked_by, NEW.agreed_by, NEW.asked_at, NEW.answer_due_on, NEW.count,
            NEW.amount_fen, NEW.file_name, NEW.content, NEW.sha256)
           IS DISTINCT FROM
           (OLD.id, OLD.bank_file_id, OLD.number, OLD.reference, OLD.reason_code, OLD.reason,
            OLD.asked_by, OLD.agreed_by, OLD.asked_at, OLD.answer_due_on, OLD.count,
            OLD.amount_fen, OLD.file_name, OLD.content, OLD.sha256)
           OR (OLD.late_at IS NOT NULL AND NEW.late_at IS DISTINCT FROM OLD.late_at)
        THEN
            RAISE EXCEPTION 'a recall is never edited' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_edit_of_recall_line() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.id, NEW.recall_id, NEW.payment_id, NEW.was)
           IS DISTINCT FROM (OLD.id, OLD.recall_id, OLD.payment_id, OLD.was)
        THEN
            RAISE EXCEPTION 'a payment in a recall is never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    *(
        statement
        for table, function in (
            ("recalls", "refuse_edit_of_recall"),
            ("recall_lines", "refuse_edit_of_recall_line"),
        )
        for statement in (
            f"CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()",
            f"CREATE TRIGGER never_edited BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()",
            f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
    ),
)


def upgrade() -> None:
    """Create both tables with their guards."""
    op.create_table(
        "recalls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("bank_file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("late_at", _AT, nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("intent_at", _AT, nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("asked_by <> agreed_by", name=op.f("ck_recalls_two_people")),
        sa.CheckConstraint("count > 0", name=op.f("ck_recalls_not_empty")),
        sa.CheckConstraint(
            "(content IS NULL) = (sha256 IS NULL)", name=op.f("ck_recalls_bytes_and_digest")
        ),
        sa.ForeignKeyConstraint(
            ["bank_file_id"], ["bank_files.id"], name=op.f("fk_recalls_bank_file_id_bank_files")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["officers.id"], name=op.f("fk_recalls_asked_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["agreed_by"], ["officers.id"], name=op.f("fk_recalls_agreed_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
        sa.UniqueConstraint("bank_file_id", "number", name=op.f("uq_recalls_bank_file_id_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_recalls_reference")),
    )
    op.create_table(
        "recall_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recall_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recall_id"], ["recalls.id"], name=op.f("fk_recall_lines_recall_id_recalls")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_recall_lines_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_lines")),
        sa.UniqueConstraint(
            "recall_id", "payment_id", name=op.f("uq_recall_lines_recall_id_payment_id")
        ),
    )
    op.create_index(
        "uq_recall_lines_open",
        "recall_lines",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'disputed')"),
    )
    for aggregate, before, after, event in _MOVES:
        op.execute(
            sa.text(
                "INSERT INTO legal_moves (aggregate, from_state, to_state, event) "
                "VALUES (:aggregate, :before, :after, :event) ON CONFLICT DO NOTHING"
            ).bindparams(aggregate=aggregate, before=before, after=after, event=event)
        )
    for statement in _GUARDS:
        op.execute(statement)


def downgrade() -> None:
    """Drop both."""
    op.drop_table("recall_lines")
    op.drop_table("recalls")
    for name in ("refuse_edit_of_recall", "refuse_edit_of_recall_line"):
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.execute("DELETE FROM legal_moves WHERE aggregate IN ('recalls', 'recall_lines')")
    op.execute(
        "DELETE FROM legal_moves WHERE aggregate = 'payments' AND from_state = 'rejected' "
        "AND to_state IN ('paid', 'returned')"
    )
