"""What residents ask to have corrected, each with the task of the department that answers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0060"
down_revision: str | None = "0061"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "resident_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("wrong_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("right_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("once_index", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_resident_requests_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["review_tasks.id"], name=op.f("fk_resident_requests_task_id_review_tasks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_requests")),
        sa.UniqueConstraint("number", name=op.f("uq_resident_requests_number")),
    )
    op.create_index(
        "ix_resident_requests_person_id", "resident_requests", ["person_id", "asked_at"]
    )
    op.create_index("uq_resident_requests_task_id", "resident_requests", ["task_id"], unique=True)
    op.create_index("uq_resident_requests_once", "resident_requests", ["once_index"], unique=True)


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("resident_requests")
