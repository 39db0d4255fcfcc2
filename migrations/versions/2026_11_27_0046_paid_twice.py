"""A month that two lines paid: the bank's late word about the first, and the case that asks it back."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "double_payments"
_PROTECTED = (
    "'account_name_mismatch', 'account_not_usable', 'amount_not_rule', 'charset_unsendable', "
    "'death_reported', 'funds_short', 'identity_disputed', 'no_account', 'no_channel', 'objection', "
    "'payee_dead', 'same_person_twice'"
)


def upgrade() -> None:
    """Keep which two lines paid; let a line that was issued again be paid."""
    op.execute(
        "INSERT INTO legal_moves (aggregate, from_state, to_state, event) "
        "VALUES ('payments', 'reissued', 'paid', 'payment.paid_after_reissue')"
    )
    op.create_table(
        _TABLE,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_double_payments_two_lines")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["recovery_cases.id"],
            name=op.f("fk_double_payments_case_id_recovery_cases"),
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["payments.id"], name=op.f("fk_double_payments_first_id_payments")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["payments.id"], name=op.f("fk_double_payments_second_id_payments")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_double_payments")),
        sa.UniqueConstraint(
            "first_id", "second_id", name=op.f("uq_double_payments_first_id_second_id")
        ),
    )
    op.create_index("ix_double_payments_second_id", _TABLE, ["second_id"])
    op.execute(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {_TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {_TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    _protect(f"{_PROTECTED}, 'paid_already'")


def downgrade() -> None:
    """Take the table and the move away."""
    _protect(_PROTECTED)
    op.drop_table(_TABLE)
    op.execute(
        "DELETE FROM legal_moves WHERE aggregate = 'payments' AND from_state = 'reissued' "
        "AND to_state = 'paid'"
    )


def _protect(controls: str) -> None:
    name = op.f("ck_control_switches_protected")
    op.drop_constraint(name, "control_switches", type_="check")
    op.create_check_constraint(name, "control_switches", f"control NOT IN ({controls})")
