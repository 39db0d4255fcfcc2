"""A database whose commits stay, for what must be tried across transactions."""

from tests.foundation.committed import committed, template

__all__ = ["committed", "template"]
