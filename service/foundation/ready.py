"""Make the database ready for a command that works in it."""

from service.foundation.encryption.require_keys import at_start
from service.foundation.migrating import upgrade_embedded


def database_ready() -> None:
    """Bring the embedded database up to date and see that the keys fit it; raises their problems."""
    upgrade_embedded()
    at_start()
