"""A DuckDB that may touch one folder and nothing else: no network, no extension, no other file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

_MEMORY = "1GB"


@contextmanager
def workbench(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory database that can write to ``folder`` only."""
    place = "'" + str(folder).replace("'", "''") + "'"
    settings = {
        "allowed_directories": f"[{place}]",
        "temp_directory": place,
        "memory_limit": f"'{_MEMORY}'",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "enable_progress_bar": "false",
        # Last: from here on not even our own SQL can open the door again.
        "lock_configuration": "true",
    }
    with duckdb.connect() as connection:
        for setting, value in settings.items():
            connection.execute(f"SET {setting} = {value}")
        yield connection
