"""A sign-off waits for whoever changes its batch, not for who refers to it; held estates have an index."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# FOR UPDATE stands in the way of every reference that is checked meanwhile: a bank file of the batch,
# a finding, a notice. Nothing here needs that; two sign-offs still queue.
_APPROVAL = """
CREATE OR REPLACE FUNCTION refuse_wrong_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE b record; wanted record;
BEGIN
    SELECT state, round, lines_root INTO b FROM batches WHERE id = NEW.batch_id FOR {lock};
    IF b.round <> NEW.round OR b.state NOT IN ('frozen', 'noticed') THEN
        RAISE EXCEPTION 'the batch is not in review in this round'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.lines_root IS DISTINCT FROM b.lines_root THEN
        RAISE EXCEPTION 'an approval is of the lines that were submitted'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT kind, needed INTO wanted FROM approval_steps
    WHERE batch_id = NEW.batch_id AND round = NEW.round AND position = NEW.position
      AND division = NEW.division;
    IF wanted.kind IS DISTINCT FROM 'approve' OR wanted.needed <= (
        SELECT count(*) FROM approval_acts
        WHERE batch_id = NEW.batch_id AND round = NEW.round AND position = NEW.position
          AND division = NEW.division)
    THEN
        RAISE EXCEPTION 'this step asks for no further approval'
            USING ERRCODE = 'check_violation';
    END IF;
    IF unfinished_approvals(NEW.batch_id, NEW.round, NEW.position) > 0 THEN
        RAISE EXCEPTION 'an earlier step is not finished' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM batch_acts WHERE batch_id = NEW.batch_id AND round = NEW.round
          AND officer_id = NEW.officer_id AND act = 'approved')
    THEN
        RAISE EXCEPTION 'who approves did something else to this batch'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.for_officer_id IS NOT NULL AND (
        NOT EXISTS (
            SELECT 1 FROM approval_delegations
            WHERE id = NEW.delegation_id AND absent_id = NEW.for_officer_id
              AND delegate_id = NEW.officer_id)
        OR EXISTS (
            SELECT 1 FROM batch_acts WHERE batch_id = NEW.batch_id AND round = NEW.round
              AND officer_id = NEW.for_officer_id)
        OR EXISTS (
            SELECT 1 FROM approval_exclusions
            WHERE batch_id = NEW.batch_id AND officer_id = NEW.for_officer_id))
    THEN
        RAISE EXCEPTION 'nobody can be acted for here' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Lock the batch against changes only."""
    op.execute(_APPROVAL.format(lock="NO KEY UPDATE"))
    op.create_index(
        "ix_payments_estates_held",
        "payments",
        ["id"],
        postgresql_where=sa.text("state = 'held' AND line_type = 'estate'"),
    )


def downgrade() -> None:
    """Lock it against references too, as before."""
    op.drop_index("ix_payments_estates_held", table_name="payments")
    op.execute(_APPROVAL.format(lock="UPDATE"))
