"""The official schemas of payment orders, out of a development dependency's wheel, pinned by digest.

The package is not imported: its files are looked up in its installed metadata.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import files
from pathlib import Path
from typing import Any, cast

from lxml import etree

DIGESTS = {
    "pain.001.001.03": "ed4be42522e3e35b108b3ad2ebbcc65da987cddbf6cfdc20828cd4fd0d69c51a",
    "pain.001.001.09": "de038b373e47b0077b1832ddd81f4b2f1eb25d35721f62da1e38b7f5a09fda24",
    "pain.001.001.11": "568345c4e2aea91293ecdc3b72fc5141feb321c4c5b98aab6ae9737eaff88d13",
}


def schema_path(message: str) -> Path:
    """Return where this message's schema lies; its bytes are those that were looked at."""
    found = next(
        one for one in files("sepaxml") or [] if str(one).endswith(f"schemas/{message}.xsd")
    )
    path = Path(str(found.locate()))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == DIGESTS[message]
    return path


def faults_by_schema(message: str, content: bytes) -> list[str]:
    """Return what the official schema says against this document, with lines."""
    schema = etree.XMLSchema(etree.parse(schema_path(message)))
    schema.validate(etree.fromstring(content).getroottree())
    log = cast("Any", schema.error_log)
    return [f"{one.line}: {one.message}" for one in log]
