"""What a batch or a line hangs together with in later stages, which say so themselves: this one knows none."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.web.view_models import Link

_of_batch: list[Callable[[Session, Batch], list[Link]]] = []
_of_line: list[Callable[[Session, Payment], list[Link]]] = []


def link_by(
    of_batch: Callable[[Session, Batch], list[Link]],
    of_line: Callable[[Session, Payment], list[Link]],
) -> None:
    """Let functions of a later stage name the pages around a batch and around a line."""
    _of_batch[:], _of_line[:] = [of_batch], [of_line]


def links_of_batch(session: Session, batch: Batch) -> list[Link]:
    return [one for read in _of_batch for one in read(session, batch)]


def links_of_line(session: Session, payment: Payment) -> list[Link]:
    return [one for read in _of_line for one in read(session, payment)]
