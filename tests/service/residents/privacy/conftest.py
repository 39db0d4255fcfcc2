"""A database whose commits stay, and a synthetic county's files."""

from pathlib import Path

import pytest

from service.demo.county import make_county
from tests.foundation.committed import committed, template

__all__ = ["committed", "county", "template"]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one month's deliveries of every department, dirt included."""
    made = make_county(tmp_path_factory.mktemp("county"), residents=2_000, seed=96)
    return made.folder / made.months[1]
