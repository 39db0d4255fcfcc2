"""Alembic migrations: one head, expand before contract, never a lock held for long."""
