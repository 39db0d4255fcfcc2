"""Bank days are closed, re-opened by two people and closed again; what is late is kept; money acts of two."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)
_NEW = ("finance_asks", "finance_answers", "bank_day_reopenings", "late_answers")
_FUNCTIONS = (
    """
    CREATE FUNCTION refuse_own_answer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.answered_by = (SELECT asked_by FROM finance_asks WHERE id = NEW.ask_id) THEN
            RAISE EXCEPTION 'whoever asked does not answer' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # Closed once at a time; re-opening is a confirmed act of two, later days first.
    """
    CREATE FUNCTION refuse_second_closing() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM bank_days d WHERE d.channel_id = NEW.channel_id AND d.day = NEW.day
                   AND NOT EXISTS (SELECT FROM bank_day_reopenings r WHERE r.bank_day_id = d.id))
        THEN
            RAISE EXCEPTION 'this bank day is closed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_lone_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM finance_asks a JOIN finance_answers w ON w.ask_id = a.id
            WHERE a.id = NEW.ask_id AND a.kind = 'reopen_day' AND a.thing_id = NEW.bank_day_id::text
              AND w.answer = 'confirmed')
        THEN
            RAISE EXCEPTION 'a bank day is re-opened by two people' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM bank_days mine JOIN bank_days d ON d.channel_id = mine.channel_id
                   WHERE mine.id = NEW.bank_day_id AND d.day > mine.day
                     AND NOT EXISTS (SELECT FROM bank_day_reopenings r WHERE r.bank_day_id = d.id))
        THEN
            RAISE EXCEPTION 'a later day is closed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # What a closed day said of the account stays so until the day is re-opened.
    """
    CREATE FUNCTION refuse_cash_on_closed_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM ledger_accounts a
            JOIN ledger_entries e ON e.id = NEW.entry_id
            JOIN bank_channels c ON c.code = a.channel
            JOIN bank_days d ON d.channel_id = c.id AND d.day >= e.booked_on
            WHERE a.id = NEW.account_id AND a.kind = 'bank_cash'
              AND NOT EXISTS (SELECT FROM bank_day_reopenings r WHERE r.bank_day_id = d.id))
        THEN
            RAISE EXCEPTION 'the bank day is closed: its cash does not change'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
)
_TRIGGERS = (
    "CREATE TRIGGER by_another BEFORE INSERT ON finance_answers "
    "FOR EACH ROW EXECUTE FUNCTION refuse_own_answer()",
    "CREATE TRIGGER closed_once BEFORE INSERT ON bank_days "
    "FOR EACH ROW EXECUTE FUNCTION refuse_second_closing()",
    "CREATE TRIGGER by_two BEFORE INSERT ON bank_day_reopenings "
    "FOR EACH ROW EXECUTE FUNCTION refuse_lone_reopening()",
    "CREATE TRIGGER on_open_day BEFORE INSERT ON ledger_postings "
    "FOR EACH ROW EXECUTE FUNCTION refuse_cash_on_closed_day()",
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
    op.create_table(
        "finance_asks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('reopen_day', 'write_off', 'reverse_entry', 'close_year')",
            name=op.f("ck_finance_asks_kind"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_finance_asks_reason")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["officers.id"], name=op.f("fk_finance_asks_asked_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finance_asks")),
    )
    op.create_index("ix_finance_asks_thing", "finance_asks", ["kind", "thing_id"])
    op.create_table(
        "finance_answers",
        sa.Column("ask_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", _AT, nullable=False),
        sa.CheckConstraint(
            "answer IN ('confirmed', 'refused')", name=op.f("ck_finance_answers_answer")
        ),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["finance_asks.id"], name=op.f("fk_finance_answers_ask_id_finance_asks")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["officers.id"], name=op.f("fk_finance_answers_answered_by_officers")
        ),
        sa.PrimaryKeyConstraint("ask_id", name=op.f("pk_finance_answers")),
    )
    op.drop_constraint("uq_bank_days_channel_id_day", "bank_days", type_="unique")
    for column in (
        sa.Column("closing_no", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("through_number", sa.BigInteger(), server_default="0", nullable=False),
    ):
        op.add_column("bank_days", column)
    op.create_unique_constraint(
        "uq_bank_days_channel_id_day_closing_no", "bank_days", ["channel_id", "day", "closing_no"]
    )
    op.create_table(
        "bank_day_reopenings",
        sa.Column("bank_day_id", sa.Uuid(), nullable=False),
        sa.Column("ask_id", sa.Uuid(), nullable=False),
        sa.Column("reopened_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_day_id"],
            ["bank_days.id"],
            name=op.f("fk_bank_day_reopenings_bank_day_id_bank_days"),
        ),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["finance_asks.id"], name=op.f("fk_bank_day_reopenings_ask_id_finance_asks")
        ),
        sa.PrimaryKeyConstraint("bank_day_id", name=op.f("pk_bank_day_reopenings")),
    )
    for column in (
        sa.Column("reply_days", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("statement_days", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("answers_by", sa.Time(), server_default="18:00", nullable=False),
    ):
        op.add_column("bank_channels", column)
    op.create_table(
        "late_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("due_at", _AT, nullable=False),
        sa.Column("raised_at", _AT, nullable=False),
        sa.CheckConstraint("kind IN ('reply', 'statement')", name=op.f("ck_late_answers_kind")),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["bank_channels.id"],
            name=op.f("fk_late_answers_channel_id_bank_channels"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_answers")),
        sa.UniqueConstraint(
            "channel_id", "kind", "about", name=op.f("uq_late_answers_channel_id_kind_about")
        ),
    )
    for statement in (*_FUNCTIONS, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for name in (
        "refuse_own_answer",
        "refuse_second_closing",
        "refuse_lone_reopening",
        "refuse_cash_on_closed_day",
    ):
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.drop_table("late_answers")
    for name in ("answers_by", "statement_days", "reply_days"):
        op.drop_column("bank_channels", name)
    op.drop_table("bank_day_reopenings")
    op.drop_constraint("uq_bank_days_channel_id_day_closing_no", "bank_days", type_="unique")
    op.execute("ALTER TABLE bank_days DISABLE TRIGGER never_changed")
    op.execute(
        "DELETE FROM bank_days d USING bank_days later WHERE later.channel_id = d.channel_id "
        "AND later.day = d.day AND later.closing_no > d.closing_no"
    )
    op.execute("ALTER TABLE bank_days ENABLE TRIGGER never_changed")
    for name in ("through_number", "figures", "opening_fen", "closing_no"):
        op.drop_column("bank_days", name)
    op.create_unique_constraint("uq_bank_days_channel_id_day", "bank_days", ["channel_id", "day"])
    op.drop_table("finance_answers")
    op.drop_table("finance_asks")
