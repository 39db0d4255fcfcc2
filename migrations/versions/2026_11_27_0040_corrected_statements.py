"""A corrected statement takes the place of the booked one by two people; acts on files in quarantine."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)
_NEW = ("statement_replacements", "inbound_file_decisions")
_ONE_PLACE = "uq_bank_statements_channel_id_statement_id_booked_on"
_KINDS = "'reopen_day', 'write_off', 'reverse_entry', 'close_year'"
_FUNCTIONS = (
    # Deferred: what one officer asks for is tried before it is written down, and undone again.
    """
    CREATE FUNCTION refuse_lone_replacement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM finance_asks a JOIN finance_answers w ON w.ask_id = a.id
            WHERE a.id = NEW.ask_id AND a.kind = 'take_file' AND a.thing_id = NEW.by_file_id::text
              AND w.answer = 'confirmed')
        THEN
            RAISE EXCEPTION 'a statement is replaced by two people' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION refuse_second_statement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM bank_statements s
            WHERE s.channel_id = NEW.channel_id AND s.statement_id = NEW.statement_id
              AND s.booked_on = NEW.booked_on
              AND NOT EXISTS (SELECT FROM statement_replacements r WHERE r.statement_id = s.id))
        THEN
            RAISE EXCEPTION 'this statement is booked' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
)
_TRIGGERS = (
    "CREATE CONSTRAINT TRIGGER by_two AFTER INSERT ON statement_replacements "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_lone_replacement()",
    "CREATE TRIGGER booked_once BEFORE INSERT ON bank_statements "
    "FOR EACH ROW EXECUTE FUNCTION refuse_second_statement()",
    *(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in _NEW
    ),
    *(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in _NEW
    ),
)


def upgrade() -> None:
    op.add_column(
        "bank_statements",
        sa.Column("version_no", sa.BigInteger(), server_default="1", nullable=False),
    )
    op.drop_constraint(_ONE_PLACE, "bank_statements")
    op.create_unique_constraint(
        op.f(f"{_ONE_PLACE}_version_no"),
        "bank_statements",
        ["channel_id", "statement_id", "booked_on", "version_no"],
    )
    op.create_table(
        "statement_replacements",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("by_file_id", sa.Uuid(), nullable=False),
        sa.Column("ask_id", sa.Uuid(), nullable=False),
        sa.Column("replaced_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["bank_statements.id"],
            name=op.f("fk_statement_replacements_statement_id_bank_statements"),
        ),
        sa.ForeignKeyConstraint(
            ["by_file_id"],
            ["inbound_files.id"],
            name=op.f("fk_statement_replacements_by_file_id_inbound_files"),
        ),
        sa.ForeignKeyConstraint(
            ["ask_id"],
            ["finance_asks.id"],
            name=op.f("fk_statement_replacements_ask_id_finance_asks"),
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_statement_replacements")),
    )
    op.create_table(
        "inbound_file_decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("inbound_file_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("times_seen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "act IN ('asked_bank', 'rejected')", name=op.f("ck_inbound_file_decisions_act")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_inbound_file_decisions_reason")),
        sa.ForeignKeyConstraint(
            ["inbound_file_id"],
            ["inbound_files.id"],
            name=op.f("fk_inbound_file_decisions_inbound_file_id_inbound_files"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officers.id"],
            name=op.f("fk_inbound_file_decisions_officer_id_officers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_file_decisions")),
    )
    op.create_index(
        "ix_inbound_file_decisions_inbound_file_id", "inbound_file_decisions", ["inbound_file_id"]
    )
    op.drop_constraint(op.f("ck_finance_asks_kind"), "finance_asks")
    op.create_check_constraint(
        op.f("ck_finance_asks_kind"), "finance_asks", f"kind IN ({_KINDS}, 'take_file')"
    )
    op.execute(
        "INSERT INTO legal_moves (aggregate, from_state, to_state, event) VALUES "
        "('payments', 'returned', 'unknown', 'payment.return_undone'), "
        "('payments', 'returned', 'rejected', 'payment.return_undone')"
    )
    for statement in (*_FUNCTIONS, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER booked_once ON bank_statements")
    op.execute("DELETE FROM legal_moves WHERE event = 'payment.return_undone'")
    op.drop_constraint(op.f("ck_finance_asks_kind"), "finance_asks")
    op.create_check_constraint(op.f("ck_finance_asks_kind"), "finance_asks", f"kind IN ({_KINDS})")
    op.drop_table("inbound_file_decisions")
    op.drop_table("statement_replacements")
    op.drop_constraint(op.f(f"{_ONE_PLACE}_version_no"), "bank_statements")
    op.create_unique_constraint(
        op.f(_ONE_PLACE), "bank_statements", ["channel_id", "statement_id", "booked_on"]
    )
    op.drop_column("bank_statements", "version_no")
    op.execute("DROP FUNCTION refuse_second_statement()")
    op.execute("DROP FUNCTION refuse_lone_replacement()")
