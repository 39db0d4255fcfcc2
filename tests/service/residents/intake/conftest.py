"""Sources on a database whose commits stay: each delivery is a transaction of its own."""

from pathlib import Path

import pytest

from service.residents.intake import looking
from tests.foundation.committed import Committed, committed, template
from tests.service.residents.intake.sources import Sources

__all__ = ["committed", "template"]


@pytest.fixture
def sources(committed: Committed) -> Sources:
    """Register sources, look at them, and see what was kept."""
    return Sources(committed)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A folder that a department lays files into."""
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two looks a twentieth of a second apart instead of five seconds."""
    monkeypatch.setattr(looking, "LOOK_SECONDS", 0.05)
