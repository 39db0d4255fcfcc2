"""What these tests need of Debian: left out where it is missing, an error on CI."""

import os
import shutil
from pathlib import Path

import pytest

from tests.service.signing.conftest import committed, made, template

__all__ = ["committed", "made", "template"]

_NEED = {
    "test_bundle_keys.py": "openssl",
    "test_certificates.py": "openssl",
    "test_time_stamps.py": "openssl",
    "test_token_command.py": "softhsm2-util",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here."""
    without = [
        item
        for item in items
        if (need := _NEED.get(Path(item.path).name)) is not None and shutil.which(need) is None
    ]
    if not without:
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError("Signers' tests need: apt-get install openssl softhsm2")
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]
