"""The ledger in time: entries are numbered and dated twice, name their bank and what they reverse."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What was posted before names its bank through its own accounts, or through the payment it is about.
_BANKS = """
UPDATE ledger_entries e SET channel = coalesce(
    (SELECT min(a.channel) FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
     WHERE p.entry_id = e.id),
    (SELECT c.code FROM payments y JOIN bank_channels c ON c.id = y.channel_id
     WHERE e.event_type IN ('payment.returned', 'recovery.kept', 'recovery.kept_undone')
       AND y.id::text = split_part(e.event_id, ':', 1)))
"""
_FUNCTIONS = (
    # Two sides that balance can still change what a day's books said: an entry is whole or it is not.
    """
    CREATE FUNCTION refuse_later_posting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT made_in FROM ledger_entries WHERE id = NEW.entry_id)
           IS DISTINCT FROM pg_current_xact_id()::text::bigint
        THEN
            RAISE EXCEPTION 'nothing is added to a posted entry: a ledger entry does not balance'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_empty_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM ledger_postings WHERE entry_id = NEW.id) THEN
            RAISE EXCEPTION 'a ledger entry does not balance: it has no sides'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION claim_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.made_in := pg_current_xact_id()::text::bigint;
        RETURN NEW;
    END $$
    """,
)
_TRIGGERS = (
    "CREATE TRIGGER claimed BEFORE INSERT ON ledger_entries "
    "FOR EACH ROW EXECUTE FUNCTION claim_transaction()",
    "CREATE CONSTRAINT TRIGGER has_sides AFTER INSERT ON ledger_entries "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_empty_entry()",
    "CREATE TRIGGER with_its_entry BEFORE INSERT ON ledger_postings "
    "FOR EACH ROW EXECUTE FUNCTION refuse_later_posting()",
    "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON ledger_accounts "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_accounts "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.add_column("ledger_accounts", sa.Column("fund_source", sa.Text(), nullable=True))
    for column in (
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_in", sa.BigInteger(), server_default="0", nullable=False),
    ):
        op.add_column("ledger_entries", column)
    op.create_unique_constraint("uq_ledger_entries_number", "ledger_entries", ["number"])
    op.create_unique_constraint("uq_ledger_entries_reverses_id", "ledger_entries", ["reverses_id"])
    op.create_foreign_key(
        "fk_ledger_entries_reverses_id_ledger_entries",
        "ledger_entries",
        "ledger_entries",
        ["reverses_id"],
        ["id"],
    )
    op.create_index("ix_ledger_entries_at", "ledger_entries", ["at"])
    op.create_index("ix_ledger_entries_booked_on", "ledger_entries", ["booked_on"])
    op.execute("ALTER TABLE ledger_entries DISABLE TRIGGER never_changed")
    op.execute(_BANKS)
    op.execute("ALTER TABLE ledger_entries ENABLE TRIGGER never_changed")
    op.create_table(
        "appropriation_sources",
        sa.Column("appropriation_id", sa.Uuid(), nullable=False),
        sa.Column("fund_source", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_appropriation_sources_not_negative")),
        sa.ForeignKeyConstraint(
            ["appropriation_id"],
            ["appropriations.id"],
            name=op.f("fk_appropriation_sources_appropriation_id_appropriations"),
        ),
        sa.PrimaryKeyConstraint(
            "appropriation_id", "fund_source", name=op.f("pk_appropriation_sources")
        ),
    )
    op.execute(
        "INSERT INTO appropriation_sources (appropriation_id, fund_source, amount_fen) "
        "SELECT id, fund_source, amount_fen FROM appropriations"
    )
    for statement in (*_FUNCTIONS, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for name in ("never_changed", "never_emptied"):
        op.execute(f"DROP TRIGGER {name} ON ledger_accounts")
    for name in ("refuse_later_posting", "refuse_empty_entry", "claim_transaction"):
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.drop_table("appropriation_sources")
    op.drop_index("ix_ledger_entries_booked_on", table_name="ledger_entries")
    op.drop_index("ix_ledger_entries_at", table_name="ledger_entries")
    for name in ("made_in", "reason", "reverses_id", "channel", "value_on", "number"):
        op.drop_column("ledger_entries", name)
    op.drop_column("ledger_accounts", "fund_source")
