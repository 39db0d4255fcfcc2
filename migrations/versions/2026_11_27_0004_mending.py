"""Mending past months: arrears and supplementary lines, recovery cases, looks back."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ACTIVE = ("open", "noticed", "netting", "instalments")
LEGAL_MOVES = (
    ("recovery_cases", "", "open", "recovery.opened"),
    ("recovery_cases", "open", "noticed", "recovery.noticed"),
    ("recovery_cases", "noticed", "netting", "recovery.agreed"),
    ("recovery_cases", "noticed", "instalments", "recovery.agreed"),
    *(("recovery_cases", now, "settled", "recovery.settled") for now in ACTIVE),
    *(("recovery_cases", now, "withdrawn", "recovery.withdrawn") for now in ACTIVE),
    *(("recovery_cases", now, "written_off", "recovery.written_off") for now in ACTIVE),
)
APPEND_ONLY = (
    "recovery_items",
    "recovery_reductions",
    "recovery_offsets",
    "recovery_receipts",
    "recovery_acts",
    "mend_months",
)
KINDS = "kind IN ('regular', 'reissue', 'mending')"

PAYMENT_GUARD = """
CREATE OR REPLACE FUNCTION refuse_edit_of_frozen_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.programme, NEW.period, NEW.line_type, NEW.attempt, NEW.subject_kind, NEW.subject_id,
        NEW.amount_fen, NEW.decision_id, NEW.replaces_id{also_new})
       IS DISTINCT FROM
       (OLD.programme, OLD.period, OLD.line_type, OLD.attempt, OLD.subject_kind, OLD.subject_id,
        OLD.amount_fen, OLD.decision_id, OLD.replaces_id{also_old})
       OR (OLD.state <> 'held' AND NEW.batch_id IS DISTINCT FROM OLD.batch_id)
       OR (OLD.state NOT IN ('held', 'ready') AND
           (NEW.payee_person_id, NEW.payee_name, NEW.account_id, NEW.channel_id)
           IS DISTINCT FROM
           (OLD.payee_person_id, OLD.payee_name, OLD.account_id, OLD.channel_id))
    THEN
        RAISE EXCEPTION 'a payment is never edited; a correction is a new line'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
# Whom a case is about and who made it never change; a case is given up by two, neither its maker.
CASE_GUARD = """
CREATE FUNCTION refuse_wrong_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.number, NEW.programme, NEW.subject_kind, NEW.subject_id, NEW.payee_person_id, NEW.month,
        NEW.opened_at, NEW.opened_by)
       IS DISTINCT FROM
       (OLD.number, OLD.programme, OLD.subject_kind, OLD.subject_id, OLD.payee_person_id, OLD.month,
        OLD.opened_at, OLD.opened_by)
    THEN
        RAISE EXCEPTION 'whom a recovery is about never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'written_off' AND OLD.state <> 'written_off' AND (
        SELECT count(*) FROM recovery_acts
        WHERE case_id = NEW.id AND act = 'write_off' AND officer_id::text <> NEW.opened_by) < 2
    THEN
        RAISE EXCEPTION 'two officers write off, neither of whom made the case'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.add_column("payments", sa.Column("mends_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_payments_mends_id_payments"), "payments", "payments", ["mends_id"], ["id"]
    )
    op.create_index("ix_payments_programme_period", "payments", ["programme", "period"])
    op.create_check_constraint(
        "line_type", "payments", "line_type IN ('regular', 'arrears', 'supplementary')"
    )
    op.drop_constraint("kind", "batches", type_="check")
    op.create_check_constraint("kind", "batches", KINDS)
    op.execute(PAYMENT_GUARD.format(also_new=", NEW.mends_id", also_old=", OLD.mends_id"))
    _looks_back()
    _cases()
    _what_belongs_to_a_case()
    moves = sa.table(
        "legal_moves",
        *(sa.column(name, sa.Text) for name in ("aggregate", "from_state", "to_state", "event")),
    )
    names = ("aggregate", "from_state", "to_state", "event")
    op.bulk_insert(moves, [dict(zip(names, row, strict=True)) for row in LEGAL_MOVES])
    op.execute(CASE_GUARD)
    op.execute(
        "CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON recovery_cases "
        "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()"
    )
    op.execute(
        "CREATE TRIGGER never_edited BEFORE UPDATE ON recovery_cases "
        "FOR EACH ROW EXECUTE FUNCTION refuse_wrong_recovery()"
    )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON recovery_cases "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _looks_back() -> None:
    op.create_table(
        "mend_runs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("programmes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mend_runs")),
    )
    op.create_index(
        "uq_mend_runs_going",
        "mend_runs",
        [sa.text("(true)")],
        unique=True,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "mend_months",
        sa.Column("run_id", sa.UUID(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("assessment_id", sa.UUID(), nullable=False),
        _refers("mend_months", "assessment_id", "assessments"),
        _refers("mend_months", "run_id", "mend_runs"),
        sa.PrimaryKeyConstraint("run_id", "month", name=op.f("pk_mend_months")),
    )


def _cases() -> None:
    op.create_table(
        "recovery_cases",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("payee_person_id", sa.BigInteger(), nullable=True),
        sa.Column("division", sa.Text(), nullable=True),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("share_percent", sa.BigInteger(), nullable=True),
        sa.Column("monthly_fen", sa.BigInteger(), nullable=True),
        sa.Column("first_month", sa.Text(), nullable=True),
        sa.CheckConstraint("share_percent BETWEEN 1 AND 100", name="share"),
        sa.CheckConstraint("monthly_fen > 0", name="monthly_positive"),
        sa.CheckConstraint(
            "state NOT IN ('netting', 'instalments') OR notified_on IS NOT NULL", name="told_first"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_recovery_cases_number")),
    )
    op.create_index(
        "ix_recovery_cases_subject", "recovery_cases", ["programme", "subject_kind", "subject_id"]
    )
    op.create_index("ix_recovery_cases_payee", "recovery_cases", ["payee_person_id"])


def _what_belongs_to_a_case() -> None:
    _case_table(
        "recovery_items",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("mends_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        _refers("recovery_items", "decision_id", "decisions"),
        _refers("recovery_items", "mends_id", "payments"),
        sa.UniqueConstraint("case_id", "period", name=op.f("uq_recovery_items_case_id_period")),
    )
    op.create_table(
        "recovery_reductions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        _refers("recovery_reductions", "item_id", "recovery_items"),
        _refers("recovery_reductions", "decision_id", "decisions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_reductions")),
    )
    op.create_index("ix_recovery_reductions_item_id", "recovery_reductions", ["item_id"])
    op.create_table(
        "recovery_offsets",
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("offset_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("offset_fen > 0 AND offset_fen < gross_fen", name="leaves_something"),
        _refers("recovery_offsets", "payment_id", "payments"),
        _refers("recovery_offsets", "case_id", "recovery_cases"),
        sa.PrimaryKeyConstraint("payment_id", "case_id", name=op.f("pk_recovery_offsets")),
    )
    op.create_index("ix_recovery_offsets_case_id", "recovery_offsets", ["case_id"])
    _case_table(
        "recovery_receipts",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        _refers("recovery_receipts", "recorded_by", "officers"),
        sa.UniqueConstraint(
            "case_id", "reference", name=op.f("uq_recovery_receipts_case_id_reference")
        ),
    )
    op.create_table(
        "recovery_acts",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        _refers("recovery_acts", "case_id", "recovery_cases"),
        _refers("recovery_acts", "officer_id", "officers"),
        sa.PrimaryKeyConstraint("case_id", "act", "officer_id", name=op.f("pk_recovery_acts")),
    )


def _case_table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        *parts,
        _refers(name, "case_id", "recovery_cases"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def downgrade() -> None:
    for table in (
        "recovery_acts",
        "recovery_receipts",
        "recovery_offsets",
        "recovery_reductions",
        "recovery_items",
        "recovery_cases",
        "mend_months",
        "mend_runs",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_wrong_recovery()")
    op.execute("DELETE FROM legal_moves WHERE aggregate = 'recovery_cases'")
    op.execute(PAYMENT_GUARD.format(also_new="", also_old=""))
    op.drop_constraint("kind", "batches", type_="check")
    op.create_check_constraint("kind", "batches", "kind IN ('regular', 'reissue')")
    op.drop_constraint("line_type", "payments", type_="check")
    op.drop_index("ix_payments_programme_period", table_name="payments")
    op.drop_constraint(op.f("fk_payments_mends_id_payments"), "payments", type_="foreignkey")
    op.drop_column("payments", "mends_id")
