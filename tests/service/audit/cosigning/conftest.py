"""A database whose commits stay, and two witnesses that a policy asks for."""

from collections.abc import Iterator

import pytest

from service.foundation.settings import settings
from tests.foundation.committed import Committed, committed, template
from tests.service.audit.cosigning.offices import Offices, open_offices

__all__ = ["committed", "offices", "template"]


@pytest.fixture
def offices(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offices]:
    """Both witnesses are asked for, and both are there."""
    yield open_offices(committed.data_dir / "offices", monkeypatch)
    monkeypatch.undo()
    settings.cache_clear()
