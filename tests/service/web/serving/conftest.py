"""A database whose commits stay, with keys of its own beside it."""

from tests.foundation.committed import committed, template

__all__ = ["committed", "template"]
