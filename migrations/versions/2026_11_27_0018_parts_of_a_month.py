"""A run may be of one township, or supplementary; its lists say so, and a month has one run at a time."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KIND = "ck_batches_kind"
_PLACE = "{column} ~ '^([1-9][0-9]{{8}})?$'"
# What part of a month a list was made for never changes either.
_EDIT = """
CREATE OR REPLACE FUNCTION refuse_edit_of_frozen_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.batch_no, NEW.programme, NEW.month, NEW.run_no, NEW.kind, NEW.salt,
        NEW.snapshot_digest, NEW.rule_digest{new})
       IS DISTINCT FROM
       (OLD.batch_no, OLD.programme, OLD.month, OLD.run_no, OLD.kind, OLD.salt,
        OLD.snapshot_digest, OLD.rule_digest{old})
       OR (OLD.state NOT IN ('draft', 'returned') AND
           (NEW.frozen_count, NEW.frozen_fen, NEW.lines_root)
           IS DISTINCT FROM (OLD.frozen_count, OLD.frozen_fen, OLD.lines_root)
           AND NOT (OLD.state = 'noticed' AND NEW.state = 'noticed' AND EXISTS (
               SELECT 1 FROM notices n
               WHERE n.batch_id = NEW.id AND n.lines_root = NEW.lines_root)))
    THEN
        RAISE EXCEPTION 'a frozen batch is never edited' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
# A line of a township's list lies in the township, and a supplementary list follows another one.
_LINE = """
CREATE FUNCTION refuse_line_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a JOIN batches b ON b.id = a.batch_id
        WHERE b.division <> '' AND NOT coalesce(starts_with(a.division, b.division), false)
    ) THEN
        RAISE EXCEPTION 'a line lies outside the township of its list'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_LINE_MOVED = """
CREATE FUNCTION refuse_line_moved_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM batches b WHERE b.id = NEW.batch_id
          AND b.division <> '' AND NOT coalesce(starts_with(NEW.division, b.division), false)
    ) THEN
        RAISE EXCEPTION 'a line lies outside the township of its list'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    for table in ("month_runs", "batches"):
        op.add_column(table, sa.Column("division", sa.Text(), server_default="", nullable=False))
        op.create_check_constraint(
            op.f(f"ck_{table}_division"), table, _PLACE.format(column="division")
        )
    op.add_column(
        "month_runs", sa.Column("kind", sa.Text(), server_default="regular", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_month_runs_kind"), "month_runs", "kind IN ('regular', 'supplementary')"
    )
    op.create_index(
        "uq_month_runs_going",
        "month_runs",
        ["month"],
        unique=True,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_constraint(op.f(_KIND), "batches", type_="check")
    op.create_check_constraint(
        op.f(_KIND), "batches", "kind IN ('regular', 'supplementary', 'reissue', 'mending')"
    )
    op.execute(_EDIT.format(new=", NEW.division", old=", OLD.division"))
    op.execute(_LINE)
    op.execute(_LINE_MOVED)
    op.execute(
        "CREATE TRIGGER in_its_township AFTER INSERT ON payments REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_line_elsewhere()"
    )
    op.execute(
        "CREATE TRIGGER stays_in_its_township AFTER UPDATE OF batch_id, division ON payments "
        "FOR EACH ROW EXECUTE FUNCTION refuse_line_moved_elsewhere()"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_line_elsewhere() CASCADE")
    op.execute("DROP FUNCTION refuse_line_moved_elsewhere() CASCADE")
    op.execute(_EDIT.format(new="", old=""))
    op.drop_constraint(op.f(_KIND), "batches", type_="check")
    op.create_check_constraint(op.f(_KIND), "batches", "kind IN ('regular', 'reissue', 'mending')")
    op.drop_index("uq_month_runs_going", table_name="month_runs")
    op.drop_constraint(op.f("ck_month_runs_kind"), "month_runs", type_="check")
    op.drop_column("month_runs", "kind")
    for table in ("batches", "month_runs"):
        op.drop_constraint(op.f(f"ck_{table}_division"), table, type_="check")
        op.drop_column(table, "division")
