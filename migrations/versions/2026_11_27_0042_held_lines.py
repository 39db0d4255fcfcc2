"""Lines left out of a signed list, and the bank files that stand for the signed ones without them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)
_MOVES = (
    ("frozen", "withheld", "payment.withheld"),
    ("withheld", "held", "payment.held_on"),
    ("withheld", "reissued", "payment.reissued"),
)
_BANK_FILE_GUARD = """
CREATE OR REPLACE FUNCTION refuse_edit_of_bank_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.batch_id, NEW.channel_id, NEW.file_reference, NEW.file_name,
        NEW.sha256, NEW.sm3, NEW.size_bytes, NEW.count, NEW.amount_fen, NEW.execution_date{more_new})
       IS DISTINCT FROM
       (OLD.batch_id, OLD.channel_id, OLD.file_reference, OLD.file_name,
        OLD.sha256, OLD.sm3, OLD.size_bytes, OLD.count, OLD.amount_fen, OLD.execution_date{more_old})
       OR (NEW.content_sealed IS DISTINCT FROM OLD.content_sealed AND NOT (
           octet_length(NEW.content_sealed) = octet_length(OLD.content_sealed)
           AND substring(NEW.content_sealed for 1) > substring(OLD.content_sealed for 1)))
    THEN
        RAISE EXCEPTION 'the bytes of a bank file are never edited'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_MORE = ", {row}.round, {row}.lines_root, {row}.stands_for_id"
# What was left out of a signed list is no part of what is signed anew, and is still what was approved.
_STEP_GUARD = """
CREATE OR REPLACE FUNCTION refuse_skipped_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE frozen record;
BEGIN
    IF NEW.state = 'signed' THEN
        IF (SELECT count(*) FROM batch_acts
            WHERE batch_id = NEW.id AND round = NEW.round AND act = 'signed')
           < (SELECT COALESCE(sum(needed), 1) FROM approval_steps
              WHERE batch_id = NEW.id AND round = NEW.round AND kind = 'sign')
        THEN
            RAISE EXCEPTION 'a signature is missing' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM approval_acts WHERE batch_id = NEW.id AND round = NEW.round)
       OR unfinished_approvals(NEW.id, NEW.round, 1000000) > 0
    THEN
        RAISE EXCEPTION 'an approval is missing' USING ERRCODE = 'check_violation';
    END IF;
    SELECT count(*) AS lines, COALESCE(sum(amount_fen), 0) AS fen INTO frozen
    FROM payments WHERE batch_id = NEW.id AND state IN ({states});
    IF (frozen.lines, frozen.fen) IS DISTINCT FROM (NEW.frozen_count, NEW.frozen_fen::numeric)
    THEN
        RAISE EXCEPTION 'the lines are not those that were frozen'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
# A hold stays as it was decided, and ends once.
_HELD_GUARD = """
CREATE FUNCTION refuse_edit_of_held_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_how IS NOT NULL
       OR (NEW.hold_id, NEW.payment_id, NEW.bank_file_id, NEW.control)
          IS DISTINCT FROM (OLD.hold_id, OLD.payment_id, OLD.bank_file_id, OLD.control)
    THEN
        RAISE EXCEPTION 'a line that was left out is never edited, and ends once'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.add_column("bank_files", sa.Column("lines_root", sa.LargeBinary(), nullable=True))
    op.add_column("bank_files", sa.Column("stands_for_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_bank_files_stands_for_id_bank_files"),
        "bank_files",
        "bank_files",
        ["stands_for_id"],
        ["id"],
    )
    op.create_index(
        "uq_bank_files_stands_for",
        "bank_files",
        ["stands_for_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    _guard(_MORE)
    op.create_table(
        "hold_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("and_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.CheckConstraint("(by_id IS NULL) = (and_by_id IS NULL)", name=op.f("ck_hold_acts_both")),
        sa.CheckConstraint("by_id <> and_by_id", name=op.f("ck_hold_acts_two_people")),
        sa.CheckConstraint("by_id IS NULL OR reason <> ''", name=op.f("ck_hold_acts_reason")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_hold_acts_batch_id_batches")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["officers.id"], name=op.f("fk_hold_acts_by_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["and_by_id"], ["officers.id"], name=op.f("fk_hold_acts_and_by_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_acts")),
    )
    op.create_index("ix_hold_acts_batch_id", "hold_acts", ["batch_id"])
    op.create_table(
        "held_lines",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bank_file_id", sa.Uuid(), nullable=False),
        sa.Column("control", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_how", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("ended_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(ended_how IS NULL) = (ended_at IS NULL)", name=op.f("ck_held_lines_ended")
        ),
        sa.CheckConstraint(
            "ended_how IN ('released', 'called_back')", name=op.f("ck_held_lines_ended_how")
        ),
        sa.CheckConstraint(
            "ended_how IS DISTINCT FROM 'released' OR (ended_by IS NOT NULL AND ended_reason <> '')",
            name=op.f("ck_held_lines_released_by"),
        ),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["hold_acts.id"], name=op.f("fk_held_lines_hold_id_hold_acts")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_held_lines_payment_id_payments")
        ),
        sa.ForeignKeyConstraint(
            ["bank_file_id"], ["bank_files.id"], name=op.f("fk_held_lines_bank_file_id_bank_files")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["officers.id"], name=op.f("fk_held_lines_ended_by_officers")
        ),
        sa.PrimaryKeyConstraint("hold_id", "payment_id", name=op.f("pk_held_lines")),
    )
    op.create_index("ix_held_lines_payment_id", "held_lines", ["payment_id"])
    op.create_index("ix_held_lines_bank_file_id", "held_lines", ["bank_file_id"])
    op.execute(_HELD_GUARD)
    op.execute(_STEP_GUARD.format(states="'frozen', 'withheld'"))
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON hold_acts "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_edited BEFORE UPDATE OR DELETE ON held_lines "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_held_line()"
    )
    for table in ("hold_acts", "held_lines"):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for before, after, event in _MOVES:
        op.execute(
            "INSERT INTO legal_moves (aggregate, from_state, to_state, event) "  # noqa: S608 - constants
            f"VALUES ('payments', '{before}', '{after}', '{event}')"
        )


def downgrade() -> None:
    for before, after, _ in _MOVES:
        op.execute(
            "DELETE FROM legal_moves WHERE aggregate = 'payments' "  # noqa: S608 - constants
            f"AND from_state = '{before}' AND to_state = '{after}'"
        )
    op.drop_table("held_lines")
    op.drop_table("hold_acts")
    op.execute("DROP FUNCTION refuse_edit_of_held_line()")
    op.execute(_STEP_GUARD.format(states="'frozen'"))
    _guard("")
    op.drop_index("uq_bank_files_stands_for", "bank_files")
    op.drop_constraint(
        op.f("fk_bank_files_stands_for_id_bank_files"), "bank_files", type_="foreignkey"
    )
    op.drop_column("bank_files", "stands_for_id")
    op.drop_column("bank_files", "lines_root")


def _guard(more: str) -> None:
    given = {f"more_{row.lower()}": more.format(row=row) for row in ("NEW", "OLD")}
    op.execute(_BANK_FILE_GUARD.format(**given))
