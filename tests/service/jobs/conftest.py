"""A database whose commits stay, for what must be tried across transactions; the tests' kinds."""

from tests.foundation.committed import committed, template
from tests.service.jobs import kinds

__all__ = ["committed", "kinds", "template"]
