"""Which statements count: a corrected one takes the place of another, which is kept and counts no more."""

from sqlalchemy import ColumnElement, exists

from service.reconciliation.models import BankStatement, StatementReplacement


def replaced() -> ColumnElement[bool]:
    """Select statements that two people let a corrected one replace; `BankStatement` is asked about."""
    return (
        exists()
        .where(StatementReplacement.statement_id == BankStatement.id)
        .correlate(BankStatement)
    )
