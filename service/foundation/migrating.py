"""Bring a database to the newest schema: Alembic, configured here and in pyproject."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import migrations


def configuration(url: str) -> Config:
    """Return Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Run every migration that the database has not seen; safe to run twice at once."""
    command.upgrade(configuration(url), "head")
