"""Where the exact bytes of a batch's bank files come from: dispatch keeps them, and stands above this stage."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from service.batches.models import Batch

Reader = Callable[[Session, Batch], Iterator[tuple[str, bytes]]]
"""Yields (file name, bytes) of the files of the batch's present round."""

_readers: list[Reader] = []


def read_by(reader: Reader) -> None:
    """Let dispatch say how bank files are read; the doors of the service do this once."""
    _readers[:] = [reader]


def files_of(session: Session, batch: Batch) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, bytes) of the batch's bank files; raises SealBroken."""
    yield from _readers[0](session, batch)
