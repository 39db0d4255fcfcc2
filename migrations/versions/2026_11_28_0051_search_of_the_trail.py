"""Indexes for a search of ten million entries: each is walked backwards in time."""

from collections.abc import Sequence

from alembic import op

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Order what is found by a thing in time, and add the kind, who acted, and the act."""
    op.drop_index("ix_audit_entries_object", "audit_entries")
    op.create_index("ix_audit_entries_object", "audit_entries", ["object_type", "object_id", "at"])
    op.create_index("ix_audit_entries_kind", "audit_entries", ["object_type", "at"])
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor_id", "at"])
    op.create_index("ix_audit_entries_act", "audit_entries", ["act", "at"])


def downgrade() -> None:
    """Take them away."""
    for name in ("act", "actor", "kind", "object"):
        op.drop_index(f"ix_audit_entries_{name}", "audit_entries")
    op.create_index("ix_audit_entries_object", "audit_entries", ["object_type", "object_id"])
