"""Who divided a list into instalments neither approves nor signs it, nor is acted for in that."""

from collections.abc import Sequence

from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The argument names the column that says who acts, or for whom.
_FUNCTION = """
CREATE FUNCTION refuse_step_of_divider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM instalment_splits
        WHERE batch_id = NEW.batch_id AND made_by = to_jsonb(NEW) ->> TG_ARGV[0])
    THEN
        RAISE EXCEPTION 'who divided a list neither approves nor signs it'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_TRIGGERS = (
    "CREATE TRIGGER not_the_divider BEFORE INSERT ON batch_acts FOR EACH ROW "
    "WHEN (NEW.act IN ('approved', 'signed')) "
    "EXECUTE FUNCTION refuse_step_of_divider('officer_id')",
    "CREATE TRIGGER not_for_the_divider BEFORE INSERT ON approval_acts FOR EACH ROW "
    "WHEN (NEW.for_officer_id IS NOT NULL) "
    "EXECUTE FUNCTION refuse_step_of_divider('for_officer_id')",
)


def upgrade() -> None:
    """Make the guards."""
    for statement in (_FUNCTION, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP FUNCTION refuse_step_of_divider() CASCADE")
