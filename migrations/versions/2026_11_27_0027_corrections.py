"""Corrections: what residents say against a department's word, and what counts meanwhile."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)
# What was asked stays as it was said; what was lent, once lent; and an end is an end.
_GUARD = """
CREATE FUNCTION refuse_edit_of_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
       OR (NEW.id, NEW.person_id, NEW.subject_kind, NEW.subject_id, NEW.fact, NEW.column_name,
           NEW.kind, NEW.feed, NEW.said, NEW.asked_by, NEW.asked_at)
          IS DISTINCT FROM
          (OLD.id, OLD.person_id, OLD.subject_kind, OLD.subject_id, OLD.fact, OLD.column_name,
           OLD.kind, OLD.feed, OLD.said, OLD.asked_by, OLD.asked_at)
       OR (OLD.lent_at IS NOT NULL
           AND (NEW.value, NEW.since, NEW.until, NEW.evidence, NEW.lent_by, NEW.lent_at)
               IS DISTINCT FROM
               (OLD.value, OLD.since, OLD.until, OLD.evidence, OLD.lent_by, OLD.lent_at))
    THEN
        RAISE EXCEPTION 'a correction is never edited; it is lent once and ended once'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "fact_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("lent_by", sa.Text(), nullable=True),
        sa.Column("lent_at", _AT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "subject_kind IN ('person', 'household')", name=op.f("ck_fact_corrections_subject_kind")
        ),
        sa.CheckConstraint(
            "kind IN ('BIGINT', 'BOOLEAN', 'DATE', 'VARCHAR')",
            name=op.f("ck_fact_corrections_kind"),
        ),
        sa.CheckConstraint("lent_by <> asked_by", name=op.f("ck_fact_corrections_two_people")),
        sa.CheckConstraint("since <= until", name=op.f("ck_fact_corrections_order_of_days")),
        sa.CheckConstraint(
            "(lent_at IS NULL) = (value IS NULL) AND (lent_at IS NULL) = (until IS NULL)"
            " AND (lent_at IS NULL) = (since IS NULL) AND (lent_at IS NULL) = (evidence IS NULL)",
            name=op.f("ck_fact_corrections_lent_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_fact_corrections_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_corrections")),
    )
    op.create_index("ix_fact_corrections_person_id", "fact_corrections", ["person_id"])
    op.create_index(
        "uq_fact_corrections_standing",
        "fact_corrections",
        ["subject_kind", "subject_id", "fact"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute(_GUARD)
    op.execute(
        "CREATE TRIGGER never_edited BEFORE UPDATE OR DELETE ON fact_corrections "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_correction()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON fact_corrections "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("fact_corrections")
    op.execute("DROP FUNCTION refuse_edit_of_correction() CASCADE")
