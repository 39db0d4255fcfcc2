"""Guards: what the database itself refuses, whoever asks.

Illegal moves, edits of what is frozen or recorded, entries that do not balance. The application
checks the same things; these hold when it is wrong, or is not asked.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEGAL_MOVES = (
    ("bank_files", "", "prepared", "bank_file.prepared"),
    ("bank_files", "prepared", "sending", "bank_file.sending"),
    ("bank_files", "sending", "delivered", "bank_file.delivered"),
    ("bank_files", "sending", "unknown", "bank_file.unknown"),
    ("bank_files", "sending", "prepared", "bank_file.not_delivered"),
    ("bank_files", "unknown", "delivered", "bank_file.found_at_bank"),
    ("bank_files", "unknown", "prepared", "bank_file.resend_released"),
    ("bank_files", "delivered", "answered", "bank_file.answered"),
    ("bank_files", "prepared", "withdrawn", "bank_file.withdrawn"),
    ("batches", "", "draft", "batch.built"),
    ("batches", "draft", "frozen", "batch.frozen"),
    ("batches", "returned", "frozen", "batch.frozen"),
    ("batches", "frozen", "noticed", "batch.noticed"),
    ("batches", "frozen", "approved", "batch.approved"),
    ("batches", "noticed", "approved", "batch.approved"),
    ("batches", "frozen", "returned", "batch.returned"),
    ("batches", "noticed", "returned", "batch.returned"),
    ("batches", "prepared", "returned", "batch.returned"),
    ("batches", "approved", "returned", "batch.returned"),
    ("batches", "approved", "prepared", "batch.prepared"),
    ("batches", "prepared", "signed", "batch.signed"),
    ("batches", "signed", "sent", "batch.sent"),
    ("batches", "sent", "answered", "batch.answered"),
    ("payments", "", "ready", "payment.listed"),
    ("payments", "", "held", "payment.held"),
    ("payments", "held", "ready", "payment.released"),
    ("payments", "ready", "frozen", "payment.frozen"),
    ("payments", "frozen", "ready", "payment.unfrozen"),
    ("payments", "frozen", "sent", "payment.sent"),
    ("payments", "sent", "paid", "payment.paid"),
    ("payments", "sent", "rejected", "payment.rejected"),
    ("payments", "sent", "unknown", "payment.unknown"),
    ("payments", "unknown", "paid", "payment.paid"),
    ("payments", "unknown", "rejected", "payment.rejected"),
    ("payments", "paid", "returned", "payment.returned"),
    ("payments", "sent", "returned", "payment.returned"),
    ("payments", "unknown", "returned", "payment.returned"),
    ("payments", "rejected", "reissued", "payment.reissued"),
    ("payments", "returned", "reissued", "payment.reissued"),
)

APPEND_ONLY = (
    "audit_entries",
    "audit_leaves",
    "audit_checkpoints",
    "ledger_entries",
    "ledger_postings",
    "rule_set_versions",
    "snapshots",
    "assessments",
    "decisions",
    "batch_acts",
    "notices",
    "manifests",
    "signatures",
    "reply_lines",
    "statement_lines",
    "bank_statements",
    "bank_days",
)

FUNCTIONS = (
    """
    CREATE FUNCTION refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE before text := '';
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            before := OLD.state;
            IF NEW.state = before THEN RETURN NEW; END IF;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM legal_moves
            WHERE aggregate = TG_TABLE_NAME AND from_state = before AND to_state = NEW.state
        ) THEN
            RAISE EXCEPTION '% may not move from "%" to "%"', TG_TABLE_NAME, before, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END $$
    """,
    """
    CREATE FUNCTION refuse_edit_of_frozen_payment() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.programme, NEW.period, NEW.line_type, NEW.attempt, NEW.subject_kind, NEW.subject_id,
            NEW.amount_fen, NEW.decision_id, NEW.replaces_id)
           IS DISTINCT FROM
           (OLD.programme, OLD.period, OLD.line_type, OLD.attempt, OLD.subject_kind, OLD.subject_id,
            OLD.amount_fen, OLD.decision_id, OLD.replaces_id)
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
    """,
    """
    CREATE FUNCTION refuse_edit_of_frozen_batch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.batch_no, NEW.programme, NEW.month, NEW.run_no, NEW.kind, NEW.salt,
            NEW.snapshot_digest, NEW.rule_digest)
           IS DISTINCT FROM
           (OLD.batch_no, OLD.programme, OLD.month, OLD.run_no, OLD.kind, OLD.salt,
            OLD.snapshot_digest, OLD.rule_digest)
           OR (OLD.state NOT IN ('draft', 'returned') AND
               (NEW.frozen_count, NEW.frozen_fen, NEW.lines_root)
               IS DISTINCT FROM (OLD.frozen_count, OLD.frozen_fen, OLD.lines_root))
        THEN
            RAISE EXCEPTION 'a frozen batch is never edited' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_edit_of_bank_file() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.batch_id, NEW.channel_id, NEW.file_reference, NEW.file_name, NEW.content_sealed,
            NEW.sha256, NEW.sm3, NEW.size_bytes, NEW.count, NEW.amount_fen, NEW.execution_date)
           IS DISTINCT FROM
           (OLD.batch_id, OLD.channel_id, OLD.file_reference, OLD.file_name, OLD.content_sealed,
            OLD.sha256, OLD.sm3, OLD.size_bytes, OLD.count, OLD.amount_fen, OLD.execution_date)
        THEN
            RAISE EXCEPTION 'the bytes of a bank file are never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT sum(amount_fen) FROM ledger_postings WHERE entry_id = NEW.entry_id) <> 0 THEN
            RAISE EXCEPTION 'a ledger entry does not balance' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
)

TRIGGERS = (
    *(
        f"CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()"
        for table in ("batches", "payments", "bank_files")
    ),
    *(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ),
    *(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in (*APPEND_ONLY, "payments", "batches", "bank_files")
    ),
    *(
        f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in ("payments", "batches", "bank_files")
    ),
    "CREATE TRIGGER never_edited BEFORE UPDATE ON payments "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_frozen_payment()",
    "CREATE TRIGGER never_edited BEFORE UPDATE ON batches "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_frozen_batch()",
    "CREATE TRIGGER never_edited BEFORE UPDATE ON bank_files "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_bank_file()",
    "CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON ledger_postings "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_balance()",
)


def upgrade() -> None:
    moves = sa.table(
        "legal_moves",
        *(sa.column(name, sa.Text) for name in ("aggregate", "from_state", "to_state", "event")),
    )
    names = ("aggregate", "from_state", "to_state", "event")
    op.bulk_insert(moves, [dict(zip(names, row, strict=True)) for row in LEGAL_MOVES])
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for name in (
        "refuse_illegal_move",
        "refuse_change",
        "refuse_edit_of_frozen_payment",
        "refuse_edit_of_frozen_batch",
        "refuse_edit_of_bank_file",
        "require_balance",
    ):
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.execute("DELETE FROM legal_moves")
