"""The audit log's own tables: what waits for a place, inner hashes, SM3 roots, what was published."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0052"
down_revision: str | None = "0051"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RECORDED = ("audit_subtrees", "audit_sm3_roots", "audit_published", "audit_key_statements")


def upgrade() -> None:
    """Add the tables; what has no place yet waits, and the last head was published."""
    _create()
    for table in RECORDED:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE FUNCTION audit_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO audit_waiting (entry_id) SELECT id FROM fresh; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER waits_for_its_place AFTER INSERT ON audit_entries "
        "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_waits()"
    )
    op.execute(
        "INSERT INTO audit_waiting (entry_id) SELECT e.id FROM audit_entries e "
        "WHERE NOT EXISTS (SELECT 1 FROM audit_leaves l WHERE l.entry_id = e.id)"
    )
    op.execute(
        "INSERT INTO audit_published (size, published_at, note) "
        "SELECT size, signed_at, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"
    )


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TRIGGER waits_for_its_place ON audit_entries")
    op.execute("DROP FUNCTION audit_entry_waits()")
    for table in (*RECORDED, "audit_waiting"):
        op.drop_table(table)


def _create() -> None:
    op.create_table(
        "audit_waiting",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_waiting")),
    )
    op.create_table(
        "audit_subtrees",
        sa.Column("height", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("height", "index", name=op.f("pk_audit_subtrees")),
    )
    op.create_table(
        "audit_sm3_roots",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_sm3_roots")),
    )
    op.create_table(
        "audit_published",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_published")),
    )
    op.create_table(
        "audit_key_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_key_statements")),
    )
