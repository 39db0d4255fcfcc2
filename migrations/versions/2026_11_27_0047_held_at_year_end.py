"""What becomes of a source's returned money when a year is over, and the two people who settle it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = "'reopen_day', 'write_off', 'reverse_entry', 'close_year', 'take_file'"


def upgrade() -> None:
    """Keep the rule with the source; allow the new question."""
    op.add_column(
        "appropriation_sources",
        sa.Column("year_end", sa.Text(), server_default="carried_over", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_appropriation_sources_year_end"),
        "appropriation_sources",
        "year_end IN ('carried_over', 'treasury')",
    )
    _kinds(f"{_KINDS}, 'settle_held'")


def downgrade() -> None:
    """Take both away."""
    _kinds(_KINDS)
    op.drop_constraint(
        op.f("ck_appropriation_sources_year_end"), "appropriation_sources", type_="check"
    )
    op.drop_column("appropriation_sources", "year_end")


def _kinds(kinds: str) -> None:
    name = op.f("ck_finance_asks_kind")
    op.drop_constraint(name, "finance_asks", type_="check")
    op.create_check_constraint(name, "finance_asks", f"kind IN ({kinds})")
