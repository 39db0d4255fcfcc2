"""A log of this test's own, and an authority that stamps it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.foundation.engines import time_stamps
from service.foundation.settings import settings
from tests.foundation.committed import committed, template
from tests.service.audit.anchors.stamp_server import StampServer

__all__ = ["committed", "template"]


@pytest.fixture
def stamping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StampServer]:
    """The authority that is set, with its root."""
    made = StampServer(tmp_path / "authority")
    monkeypatch.setenv("ANXIN_TIME_STAMP_URL", made.url)
    monkeypatch.setenv("ANXIN_TIME_STAMP_ROOTS_FILE", str(time_stamps.root(made.home)))
    settings.cache_clear()
    yield made
    made.close()
    settings.cache_clear()
