"""Factories in the test's session, a list that was answered, and a database whose commits stay."""

from tests.foundation.committed import committed, template
from tests.service.evidence.conftest import booked, county, made

__all__ = ["booked", "committed", "county", "made", "template"]
