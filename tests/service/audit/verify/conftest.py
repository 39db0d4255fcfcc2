"""A database whose commits stay, for what is taken out of it."""

from tests.foundation.committed import committed, template

__all__ = ["committed", "template"]
