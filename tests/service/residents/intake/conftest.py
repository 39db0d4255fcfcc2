"""Sources on a database whose commits stay: each delivery is a transaction of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.residents.intake import looking
from tests.foundation.committed import Committed, committed, template
from tests.service.residents.intake.signing import KEY, Pushing
from tests.service.residents.intake.sources import DEATHS, Sources, public_text

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


@pytest.fixture
def client(sources: Sources) -> Iterator[TestClient]:
    """The app with one department that may push deaths."""
    sources.register("push", {}, public_key=public_text(KEY))
    with TestClient(create_app(), follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def push(client: TestClient) -> Pushing:
    return Pushing(client, KEY, DEATHS, "2026-11-1")
