"""Objections from a resident's own pages, and who acts for whom; what is wrong is kept as its code."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0069"
down_revision: str | None = "0067"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEVER_EDITED = """
CREATE OR REPLACE FUNCTION refuse_edit_of_objection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.number, NEW.notice_id, NEW.place, NEW.payment_id, NEW.who, NEW.line_digest,
        NEW.code_index, NEW.taken_by, NEW.lodged_at, NEW.due_on{new})
       IS DISTINCT FROM
       (OLD.number, OLD.notice_id, OLD.place, OLD.payment_id, OLD.who, OLD.line_digest,
        OLD.code_index, OLD.taken_by, OLD.lodged_at, OLD.due_on{old})
       OR (OLD.state <> 'open' AND (NEW.answered_by, NEW.answered_at, NEW.answer)
           IS DISTINCT FROM (OLD.answered_by, OLD.answered_at, OLD.answer))
    THEN
        RAISE EXCEPTION 'an objection is never edited' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
ADDED = ("programme", "month", "person_id", "acted_by", "acted_as")


def upgrade() -> None:
    """Add whose they are; let an objection be against a decision; empty what the code says itself."""
    for name in ("programme", "month"):
        op.add_column("objections", sa.Column(name, sa.Text(), nullable=True))
    op.execute(
        "UPDATE objections o SET programme = b.programme, month = b.month "
        "FROM notices n JOIN batches b ON b.id = n.batch_id WHERE n.id = o.notice_id"
    )
    for name in ("programme", "month"):
        op.alter_column("objections", name, nullable=False)
    op.alter_column("objections", "notice_id", nullable=True)
    op.add_column("objections", sa.Column("person_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_objections_person_id_persons"), "objections", "persons", ["person_id"], ["id"]
    )
    op.create_index("ix_objections_person_id", "objections", ["person_id", "lodged_at"])
    op.create_check_constraint(
        op.f("ck_objections_against"),
        "objections",
        "notice_id IS NOT NULL OR (payment_id IS NULL AND person_id IS NOT NULL)",
    )
    for table in ("objections", "resident_requests"):
        op.add_column(table, sa.Column("acted_by", sa.BigInteger(), nullable=True))
        op.add_column(table, sa.Column("acted_as", sa.Text(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_acted_by_persons"), table, "persons", ["acted_by"], ["id"]
        )
        op.create_check_constraint(
            op.f(f"ck_{table}_acted"),
            table,
            "(acted_by IS NULL) = (acted_as IS NULL) AND acted_as IN ('guardian', 'proxy')",
        )
    new, old = ("".join(f", {row}.{name}" for name in ADDED) for row in ("NEW", "OLD"))
    op.execute(NEVER_EDITED.format(new=new, old=old))
    op.create_check_constraint(
        op.f("ck_resident_requests_about"),
        "resident_requests",
        "about IN ('amount', 'arrival', 'account', 'other') OR about LIKE 'fact:%'",
    )
    op.alter_column("resident_requests", "wrong_sealed", nullable=True)
    op.execute("UPDATE resident_requests SET wrong_sealed = NULL WHERE about NOT LIKE 'fact:%'")


def downgrade() -> None:
    """Take it away, with the objections that only it can keep."""
    op.execute(NEVER_EDITED.format(new="", old=""))
    op.execute("UPDATE resident_requests SET wrong_sealed = '' WHERE wrong_sealed IS NULL")
    op.alter_column("resident_requests", "wrong_sealed", nullable=False)
    op.drop_constraint(op.f("ck_resident_requests_about"), "resident_requests")
    for table in ("objections", "resident_requests"):
        op.drop_constraint(op.f(f"ck_{table}_acted"), table)
        op.drop_column(table, "acted_as")
        op.drop_column(table, "acted_by")
    op.execute("ALTER TABLE objections DISABLE TRIGGER never_deleted")
    op.execute("DELETE FROM objections WHERE notice_id IS NULL")
    op.execute("ALTER TABLE objections ENABLE TRIGGER never_deleted")
    op.drop_constraint(op.f("ck_objections_against"), "objections")
    op.drop_index("ix_objections_person_id", "objections")
    op.alter_column("objections", "notice_id", nullable=False)
    for name in ("person_id", "month", "programme"):
        op.drop_column("objections", name)
