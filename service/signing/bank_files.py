"""Where the exact bytes of a batch's bank files come from: dispatch keeps them, and stands above this stage."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from service.batches.models import Batch

Reader = Callable[[Session, Batch], Iterator[tuple[str, bytes]]]
"""Yields (file name, bytes) of the files of the batch's present round."""

LineReader = Callable[[Session, Batch], Iterator[bytes]]
"""Yields the leaves of what the signed files say of each line, file after file (`written_lines`)."""

_readers: list[tuple[Reader, LineReader]] = []


def read_by(reader: Reader, lines: LineReader) -> None:
    """Let dispatch say how bank files are read; the doors of the service do this once."""
    _readers[:] = [(reader, lines)]


def files_of(session: Session, batch: Batch) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, bytes) of the batch's bank files; raises SealBroken."""
    yield from _readers[0][0](session, batch)


def written_lines_of(session: Session, batch: Batch) -> Iterator[bytes]:
    """Yield what the batch's signed files say of each line; raises SealBroken."""
    yield from _readers[0][1](session, batch)
