"""Run migrations in one transaction under an advisory lock, so that two starters do not collide."""

import importlib
import pkgutil

from alembic import context
from sqlalchemy import create_engine, pool, text

import service
from service.foundation.database import Base
from service.foundation.engines import database_url

_LOCK = 0x6D6967


def load_models() -> None:
    """Import every stage's tables into the metadata."""
    for module in pkgutil.walk_packages(service.__path__, "service."):
        if module.name.endswith(".models") or module.name == "service.audit.moves":
            importlib.import_module(module.name)


def run() -> None:
    url = context.config.attributes.get("url")
    if url is None:
        url = database_url()
    load_models()
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool
    )
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '4s'"))
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=False,
        )
        context.run_migrations()
    engine.dispose()


run()
