"""A file that its bank answers is not sent any more, though we believe it was not handed over."""

from collections.abc import Sequence

from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Let it become unknown."""
    op.execute(
        "INSERT INTO legal_moves (aggregate, from_state, to_state, event) "
        "VALUES ('bank_files', 'prepared', 'unknown', 'bank_file.unknown')"
    )


def downgrade() -> None:
    """Take the move away."""
    op.execute(
        "DELETE FROM legal_moves WHERE aggregate = 'bank_files' AND from_state = 'prepared' "
        "AND to_state = 'unknown'"
    )
