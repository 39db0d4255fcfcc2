"""Legal holds, requests for erasure, and what the database refuses about both."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0056"
down_revision: str | None = "0055"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("audit_holds", "audit_erasures")
_ERASED_UNDER_HOLD = """
CREATE FUNCTION refuse_erasure_under_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM audit_holds h WHERE h.lifted_at IS NULL AND (
            h.scope = ANY (OLD.about)
            OR EXISTS (
                SELECT 1 FROM audit_entries e
                WHERE e.id = OLD.entry_id AND e.at >= h.from_at AND e.at < h.to_at
            )
        )
    ) THEN
        RAISE EXCEPTION 'the payload of an audit entry is under a legal hold'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_HOLD_REWRITTEN = """
CREATE FUNCTION refuse_edit_of_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lifted_at IS NOT NULL
       OR (NEW.id, NEW.scope, NEW.from_at, NEW.to_at, NEW.reason, NEW.asked_by, NEW.asked_at)
          IS DISTINCT FROM
          (OLD.id, OLD.scope, OLD.from_at, OLD.to_at, OLD.reason, OLD.asked_by, OLD.asked_at)
       OR (OLD.placed_at IS NOT NULL AND
           (NEW.placed_by, NEW.placed_at) IS DISTINCT FROM (OLD.placed_by, OLD.placed_at))
    THEN
        RAISE EXCEPTION 'a legal hold is never rewritten' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_ERASURE_REWRITTEN = """
CREATE FUNCTION refuse_edit_of_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL
       OR (NEW.id, NEW.scope, NEW.reason, NEW.asked_by, NEW.asked_at)
          IS DISTINCT FROM (OLD.id, OLD.scope, OLD.reason, OLD.asked_by, OLD.asked_at)
    THEN
        RAISE EXCEPTION 'a request for erasure is never rewritten'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Add both tables and their guards."""
    op.create_table(
        "audit_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.Column("lift_asked_by", sa.Text(), nullable=True),
        sa.Column("lift_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("placed_by <> asked_by", name=op.f("ck_audit_holds_placed_by_two")),
        sa.CheckConstraint("lifted_by <> lift_asked_by", name=op.f("ck_audit_holds_lifted_by_two")),
        sa.CheckConstraint(
            "(placed_by IS NULL) = (placed_at IS NULL) AND (lifted_by IS NULL) = (lifted_at IS NULL) "
            "AND (lift_asked_by IS NULL) = (lift_asked_at IS NULL) "
            "AND (lifted_at IS NULL OR lift_asked_at IS NOT NULL)",
            name=op.f("ck_audit_holds_steps"),
        ),
        sa.CheckConstraint(
            "(from_at IS NULL) = (to_at IS NULL)", name=op.f("ck_audit_holds_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_holds")),
    )
    op.create_table(
        "audit_erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "decided_by <> asked_by OR erased IS NULL", name=op.f("ck_audit_erasures_two_people")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) "
            "AND (erased IS NULL OR decided_at IS NOT NULL)",
            name=op.f("ck_audit_erasures_decided"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_erasures")),
    )
    for statement in (_ERASED_UNDER_HOLD, _HOLD_REWRITTEN, _ERASURE_REWRITTEN):
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER never_erased_under_hold BEFORE UPDATE ON audit_payloads FOR EACH ROW "
        "WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION refuse_erasure_under_hold()"
    )
    for table, function in zip(
        TABLES, ("refuse_edit_of_hold", "refuse_edit_of_erasure"), strict=True
    ):
        op.execute(
            f"CREATE TRIGGER never_edited BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
        op.execute(
            f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP FUNCTION refuse_erasure_under_hold() CASCADE")
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_edit_of_hold()")
    op.execute("DROP FUNCTION refuse_edit_of_erasure()")
