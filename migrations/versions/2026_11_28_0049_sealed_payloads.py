"""Personal content of audit entries: sealed beside them, and erasable without harm to the trail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "audit_payloads"
_REFUSE_EDIT = """
CREATE FUNCTION refuse_edit_of_payload() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_at IS NOT NULL
       OR (NEW.entry_id, NEW.about) IS DISTINCT FROM (OLD.entry_id, OLD.about)
       -- Sealed again under a newer field key, or erased; nothing else.
       OR (NEW.erased_at IS NULL AND NEW.content IS DISTINCT FROM OLD.content)
    THEN
        RAISE EXCEPTION 'the payload of an audit entry is never edited'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Add the table and its guards."""
    op.create_table(
        TABLE,
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("about", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("erased_entry_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(key_sealed IS NULL) = (erased_at IS NOT NULL) "
            "AND (content IS NULL) = (erased_at IS NOT NULL) "
            "AND (erased_entry_id IS NULL) = (erased_at IS NULL)",
            name=op.f("ck_audit_payloads_whole_or_erased"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["audit_entries.id"],
            name=op.f("fk_audit_payloads_entry_id_audit_entries"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["erased_entry_id"],
            ["audit_entries.id"],
            name=op.f("fk_audit_payloads_erased_entry_id_audit_entries"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_payloads")),
    )
    op.create_index("ix_audit_payloads_about", TABLE, ["about"], postgresql_using="gin")
    op.execute(_REFUSE_EDIT)
    op.execute(
        f"CREATE TRIGGER never_edited BEFORE UPDATE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_payload()"
    )
    op.execute(
        f"CREATE TRIGGER never_deleted BEFORE DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table(TABLE)
    op.execute("DROP FUNCTION refuse_edit_of_payload()")
