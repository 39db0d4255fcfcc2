"""Bring a database to the newest schema: Alembic, configured here and in pyproject."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import migrations
from service.foundation import application_role
from service.foundation.engines import database_url
from service.foundation.settings import settings


def configuration(url: str) -> Config:
    """Return Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Run every migration that the database has not seen; safe to run twice at once."""
    command.upgrade(configuration(url), "head")


def upgrade_configured() -> tuple[str, bool]:
    """Migrate the database in use as its owner, and let the service in as a role that only works.

    Return the login that was let in ("" where the service is the owner), and whether the role's
    rights could be given.
    """
    url = database_url()
    owner = settings().owner_database_url or url
    upgrade(owner)
    granted = application_role.grant(owner)
    admitted = application_role.admit(owner, url) if granted and owner != url else ""
    return admitted, granted


def upgrade_embedded() -> None:
    """Bring the embedded database up to date; a configured server is migrated on purpose only."""
    if settings().database_url is None:
        upgrade(database_url())
