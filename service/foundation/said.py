"""What an officer says in own words: kept as said, except that long numbers are blotted out.

Reasons are read by many and never deleted; an ID or account number typed into one would be both.
"""

from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from service.foundation.logs import without_numbers


class Said(TypeDecorator[str]):
    """A text column for words of people; runs of eleven digits and more become ``‹number›``."""

    impl = Text
    cache_ok = True

    @property
    def python_type(self) -> type[str]:
        """Return what the column holds."""
        return str

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy calls it so
        """Return what is kept."""
        return without_numbers(value)
