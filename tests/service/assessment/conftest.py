"""A county for each test, and a folder of its own for what is frozen and decided."""

from tests.service.residents.snapshot.conftest import county

__all__ = ["county"]
