"""The manifest: what was frozen, from which deliveries, and the hash of what every file says."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785

from service.foundation.months import Month
from service.residents.snapshot.at_rest import sha256_of
from service.residents.snapshot.build import Built

SCHEMA_VERSION = 2
"""Goes up when a column of a table changes its name, type or meaning."""
FILE = "manifest.json"


def make_manifest(
    month: Month, as_known_at: datetime, county_division: str, built: Built, folder: Path
) -> dict[str, Any]:
    """Return the manifest of the plain files that ``built`` left in ``folder``.

    Their hashes are of what is said: encrypted, the same words have other bytes each time.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "month": str(month),
        "as_known_at": as_known_at.isoformat(timespec="microseconds"),
        "county_division": county_division,
        "feeds": built.deliveries,
        "tables": {
            table: {
                "rows": built.rows[table],
                "sha256": sha256_of(folder / f"{table}.parquet"),
                "columns": columns,
            }
            for table, columns in built.columns.items()
        },
    }


def canonical(manifest: dict[str, Any]) -> bytes:
    """Return the manifest as RFC 8785 JSON, the bytes of ``manifest.json``."""
    return rfc8785.dumps(manifest)


def digest_of(manifest: dict[str, Any]) -> str:
    """Return the digest that names a snapshot: SHA-256 in hex of all but ``as_known_at``.

    The instant says when we looked, not what we saw; without it, looking again at unchanged data
    gives the same digest.
    """
    seen = {name: value for name, value in manifest.items() if name != "as_known_at"}
    return hashlib.sha256(canonical(seen)).hexdigest()
