"""Instalments: a list that the year's money does not cover is paid in the same share to everybody."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PROTECTED = (
    "'account_name_mismatch', 'account_not_usable', 'amount_not_rule', 'charset_unsendable', "
    "'death_reported', 'identity_disputed', 'no_account', 'no_channel', 'objection', 'payee_dead', "
    "'same_person_twice'"
)
_KINDS = "'regular', 'supplementary', 'reissue', 'mending'"
_TYPES = "'regular', 'arrears', 'supplementary', 'estate'"
# A line's amount is what is due, and stays. Only a split cuts it, before the list is frozen, by
# exactly what it puts down as waiting in the same transaction.
_EDIT = """
CREATE OR REPLACE FUNCTION refuse_edit_of_frozen_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.programme, NEW.period, NEW.subject_kind, NEW.subject_id,
        NEW.decision_id, NEW.replaces_id)
       IS DISTINCT FROM
       (OLD.programme, OLD.period, OLD.subject_kind, OLD.subject_id,
        OLD.decision_id, OLD.replaces_id)
       OR {amount}
       OR ((NEW.line_type, NEW.attempt) IS DISTINCT FROM (OLD.line_type, OLD.attempt)
           AND NOT (OLD.state = 'held' AND NEW.line_type = 'estate'))
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
_NEVER = "NEW.amount_fen IS DISTINCT FROM OLD.amount_fen"
_BY_SPLIT = """((NEW.amount_fen, NEW.entitled_fen) IS DISTINCT FROM (OLD.amount_fen, OLD.entitled_fen)
           AND NOT (OLD.state = 'ready' AND NEW.state = 'ready'
               AND NEW.entitled_fen = coalesce(OLD.entitled_fen, OLD.amount_fen)
               AND EXISTS (
                   SELECT FROM instalment_parts i JOIN instalment_splits s ON s.id = i.split_id
                   WHERE i.cut_id = OLD.id AND i.due_fen = OLD.amount_fen
                     AND i.waiting_fen = OLD.amount_fen - NEW.amount_fen
                     AND s.batch_id = OLD.batch_id
                     AND s.made_in = pg_current_xact_id()::text)))"""
# Asked when the transaction ends: all that was due is either paid now or waits, line by line.
_EXACT = """
CREATE FUNCTION require_exact_split() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lines IS DISTINCT FROM (
           SELECT count(*) FROM instalment_parts WHERE split_id = NEW.id)
       OR NEW.due_fen - NEW.now_fen IS DISTINCT FROM (
           SELECT sum(waiting_fen) FROM instalment_parts WHERE split_id = NEW.id)
       OR EXISTS (
           SELECT FROM instalment_parts i
           JOIN payments cut ON cut.id = i.cut_id
           JOIN payments waits ON waits.id = i.waiting_id
           WHERE i.split_id = NEW.id AND NOT (
               waits.state = 'held' AND waits.amount_fen = i.waiting_fen
               AND cut.batch_id = NEW.batch_id AND waits.batch_id = NEW.batch_id
               AND CASE WHEN i.cut_id = i.waiting_id THEN cut.amount_fen = i.due_fen
                   ELSE cut.amount_fen = i.due_fen - i.waiting_fen
                    AND waits.line_type = 'instalment' AND waits.entitled_fen = cut.entitled_fen
                    AND waits.mends_id IN (cut.id, cut.mends_id)
                    AND (waits.subject_kind, waits.subject_id, waits.period, waits.decision_id)
                        IS NOT DISTINCT FROM
                        (cut.subject_kind, cut.subject_id, cut.period, cut.decision_id) END))
    THEN
        RAISE EXCEPTION 'a split pays and keeps exactly what was due'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_PART = """
CREATE FUNCTION refuse_edit_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM instalment_splits s WHERE s.id = NEW.split_id
                   AND s.made_in = pg_current_xact_id()::text)
           AND NEW.released_at IS NULL
        THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF (NEW.waiting_id, NEW.split_id, NEW.cut_id, NEW.due_fen, NEW.waiting_fen)
           IS NOT DISTINCT FROM
           (OLD.waiting_id, OLD.split_id, OLD.cut_id, OLD.due_fen, OLD.waiting_fen)
           AND OLD.released_at IS NULL
        THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'what waits is written by its split and released once'
        USING ERRCODE = 'check_violation';
END $$
"""
# No way of the code leads here; the wall stands all the same.
_UNFUNDED = """
CREATE FUNCTION refuse_unfunded_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM instalment_parts WHERE waiting_id = NEW.id AND released_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a line that waits for money is not paid' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGERS = (
    "CREATE CONSTRAINT TRIGGER exact AFTER INSERT ON instalment_splits "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_exact_split()",
    "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON instalment_splits "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER never_edited BEFORE INSERT OR UPDATE OR DELETE ON instalment_parts "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_part()",
    "CREATE TRIGGER funded AFTER UPDATE OF state ON payments FOR EACH ROW "
    "WHEN (OLD.state = 'held' AND NEW.state <> 'held') EXECUTE FUNCTION refuse_unfunded_part()",
)


def upgrade() -> None:
    op.add_column("payments", sa.Column("entitled_fen", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_payments_entitled"), "payments", "amount_fen <= entitled_fen"
    )
    _checks(f"{_KINDS}, 'instalment'", f"{_TYPES}, 'instalment'", f"{_PROTECTED}, 'funds_short'")
    op.create_table(
        "instalment_splits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("now_fen", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "made_in",
            sa.Text(),
            server_default=sa.text("pg_current_xact_id()::text"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "now_fen > 0 AND now_fen < due_fen", name=op.f("ck_instalment_splits_part")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_instalment_splits_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment_splits")),
    )
    op.create_index("ix_instalment_splits_batch_id", "instalment_splits", ["batch_id"])
    op.create_table(
        "instalment_parts",
        sa.Column("waiting_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("split_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("cut_id", sa.BigInteger(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("waiting_fen", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "waiting_fen > 0 AND waiting_fen <= due_fen", name=op.f("ck_instalment_parts_part")
        ),
        sa.CheckConstraint(
            "(cut_id = waiting_id) = (waiting_fen = due_fen)",
            name=op.f("ck_instalment_parts_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["cut_id"], ["payments.id"], name=op.f("fk_instalment_parts_cut_id_payments")
        ),
        sa.ForeignKeyConstraint(
            ["split_id"],
            ["instalment_splits.id"],
            name=op.f("fk_instalment_parts_split_id_instalment_splits"),
        ),
        sa.ForeignKeyConstraint(
            ["waiting_id"], ["payments.id"], name=op.f("fk_instalment_parts_waiting_id_payments")
        ),
        sa.PrimaryKeyConstraint("waiting_id", "split_id", name=op.f("pk_instalment_parts")),
    )
    op.create_index("ix_instalment_parts_cut_id", "instalment_parts", ["cut_id"])
    op.create_index("ix_instalment_parts_split_id", "instalment_parts", ["split_id"])
    op.execute(_EDIT.format(amount=_BY_SPLIT))
    for statement in (_EXACT, _PART, _UNFUNDED, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute(_EDIT.format(amount=_NEVER))
    for name in ("require_exact_split", "refuse_edit_of_part", "refuse_unfunded_part"):
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.drop_table("instalment_parts")
    op.drop_table("instalment_splits")
    _checks(_KINDS, _TYPES, _PROTECTED)
    op.drop_constraint(op.f("ck_payments_entitled"), "payments", type_="check")
    op.drop_column("payments", "entitled_fen")


def _checks(kinds: str, types: str, protected: str) -> None:
    for table, name, what in (
        ("batches", "kind", f"kind IN ({kinds})"),
        ("payments", "line_type", f"line_type IN ({types})"),
        ("control_switches", "protected", f"control NOT IN ({protected})"),
    ):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, what)
