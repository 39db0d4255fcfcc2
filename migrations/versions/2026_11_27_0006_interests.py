"""Declared interests: the residents whose payments an officer keeps out of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A declaration is written once; all that may be added is its end, and that once too.
GUARD = """
CREATE FUNCTION refuse_edit_of_interest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.id, NEW.officer_id, NEW.person_id, NEW.relation, NEW.declared_by, NEW.declared_at)
          IS DISTINCT FROM
          (OLD.id, OLD.officer_id, OLD.person_id, OLD.relation, OLD.declared_by, OLD.declared_at)
       OR OLD.ended_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'a declared interest is never edited; it ends'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "officer_interests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "relation IN ('self','spouse','parent','child','sibling','in_law','household','business')",
            name=op.f("ck_officer_interests_relation"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_officer_interests_ended_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_officer_interests_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_interests")),
    )
    op.create_index(
        "uq_officer_interests_standing",
        "officer_interests",
        ["officer_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_officer_interests_one_self",
        "officer_interests",
        ["officer_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND relation = 'self'"),
    )
    op.create_index("ix_officer_interests_person_id", "officer_interests", ["person_id"])
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER never_edited BEFORE UPDATE OR DELETE ON officer_interests "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_interest()"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_edit_of_interest() CASCADE")
    op.drop_table("officer_interests")
