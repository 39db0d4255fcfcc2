"""The one question of a look-up is short enough to be remembered."""

from typing import Any

import pytest
from sqlalchemy import Engine, Select

from service.enquiry import asked

REMEMBERED_MAX = 4_096
"""psycopg remembers how to send no longer statement (`psycopg._queries`)."""


@pytest.mark.parametrize("question", [asked._BY_TOKEN, asked._BY_PERSON])
def test_it_is_short_enough(database_engine: Engine, question: Select[Any]) -> None:
    assert len(str(question.compile(database_engine))) <= REMEMBERED_MAX
