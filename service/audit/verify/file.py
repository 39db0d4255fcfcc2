"""Verify an exported log or a proof, as the single file does, and what that file cannot check."""

from pathlib import Path
from typing import Any

from service.audit.standalone import main
from service.audit.standalone.notes import Trust
from service.audit.verify.crypto import CRYPTO


def verify_file(path: Path, trust: Trust | None) -> dict[str, Any]:
    """Return what is said of a file, as one JSON object; raises nothing for it, however hostile."""
    return main.verify_file(path, trust, CRYPTO)
