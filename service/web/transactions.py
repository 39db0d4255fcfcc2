"""One request is one transaction: committed before the answer is sent, rolled back on any error."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

Opener = Callable[[], AbstractContextManager[Session]]
"""What opens a transaction; the app keeps one, so that tests may put the app inside their own."""


def opener(request: Request) -> Opener:
    """Return what opens a transaction in this app."""
    chosen: Opener = request.app.state.transaction
    return chosen


def _open(request: Request) -> Iterator[Session]:
    with opener(request)() as session:
        yield session


# The scope is what commits early: the default would commit after the answer has left, and an
# officer could read "done" about something that then failed.
Transaction = Annotated[Session, Depends(_open, scope="function")]
"""Declare a parameter as ``session: Transaction`` and the request runs in one transaction."""
