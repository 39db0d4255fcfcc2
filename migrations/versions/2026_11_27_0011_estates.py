"""Estate lines, and the register of those who receive for the dead."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TYPE = "ck_payments_line_type"
# A line that is held was on no signed list: while it is, it may become the heir's, and nothing else.
_EDIT = """
CREATE OR REPLACE FUNCTION refuse_edit_of_frozen_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.programme, NEW.period, NEW.subject_kind, NEW.subject_id,
        NEW.amount_fen, NEW.decision_id, NEW.replaces_id)
       IS DISTINCT FROM
       (OLD.programme, OLD.period, OLD.subject_kind, OLD.subject_id,
        OLD.amount_fen, OLD.decision_id, OLD.replaces_id)
       OR ((NEW.line_type, NEW.attempt) IS DISTINCT FROM (OLD.line_type, OLD.attempt){held})
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
_GUARD = """
CREATE FUNCTION refuse_edit_of_heir() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.id, NEW.person_id, NEW.heir_person_id, NEW.basis, NEW.reason, NEW.registered_by,
           NEW.registered_at)
          IS DISTINCT FROM
          (OLD.id, OLD.person_id, OLD.heir_person_id, OLD.basis, OLD.reason, OLD.registered_by,
           OLD.registered_at)
       OR OLD.ended_at IS NOT NULL
       OR (OLD.approved_at IS NOT NULL AND (NEW.approved_by, NEW.approved_at)
           IS DISTINCT FROM (OLD.approved_by, OLD.approved_at))
    THEN
        RAISE EXCEPTION 'a registered heir is never edited; a registration ends'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "heir_registrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("heir_person_id", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "approved_by <> registered_by", name=op.f("ck_heir_registrations_two_people")
        ),
        sa.CheckConstraint(
            "person_id <> heir_person_id", name=op.f("ck_heir_registrations_somebody_else")
        ),
        sa.CheckConstraint(
            "basis IN ('agreement', 'notarised', 'judgement', 'funeral')",
            name=op.f("ck_heir_registrations_basis"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_heir_registrations_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["heir_person_id"],
            ["persons.id"],
            name=op.f("fk_heir_registrations_heir_person_id_persons"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heir_registrations")),
    )
    op.create_index(
        "uq_heir_registrations_standing",
        "heir_registrations",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute(_GUARD)
    op.execute(
        "CREATE TRIGGER never_edited BEFORE UPDATE OR DELETE ON heir_registrations "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_heir()"
    )
    _types("'regular', 'arrears', 'supplementary', 'estate'")
    op.execute(_EDIT.format(held=" AND NOT (OLD.state = 'held' AND NEW.line_type = 'estate')"))


def downgrade() -> None:
    op.execute(_EDIT.format(held=""))
    _types("'regular', 'arrears', 'supplementary'")
    op.execute("DROP FUNCTION refuse_edit_of_heir() CASCADE")
    op.drop_table("heir_registrations")


def _types(known: str) -> None:
    op.execute(f"ALTER TABLE payments DROP CONSTRAINT {_TYPE}")
    op.execute(f"ALTER TABLE payments ADD CONSTRAINT {_TYPE} CHECK (line_type IN ({known}))")
