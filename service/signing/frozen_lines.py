"""Whether a list's lines are still those that were frozen: all at first, then those of each file sent.

A list of a million lines goes to its bank in dozens of files, and each is checked at the moment it
is sent. The first check in a process recomputes the root over every line and keeps, in memory only,
a digest of each file's lines as they were then; the next file's lines are held against that. So every
line is checked again when its own file is sent, and a list costs as much as it is long.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.log.tree import Frontier, leaf_hash
from service.batches.leaf import LEAF_SQL
from service.batches.models import Batch
from service.batches.withheld.models import HoldAct

_LISTS_KEPT = 16
_LINES = (
    f"SELECT {LEAF_SQL}, p.bank_file_id FROM payments p "  # noqa: S608 - a constant of ours
    "WHERE p.batch_id = :batch AND p.state NOT IN ('held', 'ready')"
)
_Key = tuple[UUID, bytes | None, bytes, int]

_found: OrderedDict[_Key, dict[UUID | None, bytes]] = OrderedDict()
"""{(list, root, salt, holds): {file: digest of its lines}} of lists whose root was right when they were
read; a hold takes lines to another file, so the list is read whole again after it."""
_alone = Lock()


def as_frozen(session: Session, batch: Batch, file_id: UUID | None = None) -> bool:
    """Return whether no line was changed, added or taken away since the freeze.

    With a file, only its lines are read if this process has found the whole list right before.
    """
    holds = session.scalar(
        select(func.count()).select_from(HoldAct).where(HoldAct.batch_id == batch.id)
    )
    key: _Key = (batch.id, batch.lines_root, batch.salt, holds or 0)
    with _alone:
        before = _found.get(key, {})
    if file_id is not None and file_id in before:
        return _digests(session, batch, file_id)[1].get(file_id) == before[file_id]
    root, digests = _digests(session, batch)
    # The root does not say which file carries a line.
    moved = any(before.get(file, digest) != digest for file, digest in digests.items() if file)
    if root != batch.lines_root or moved:
        return False
    with _alone:
        _found[key] = digests
        while len(_found) > _LISTS_KEPT:
            _found.popitem(last=False)
    return True


def _digests(
    session: Session, batch: Batch, file_id: UUID | None = None
) -> tuple[bytes, dict[UUID | None, bytes]]:
    """Return the root over the lines read and {file: digest of its leaves}, from one statement."""
    frontier, files = Frontier(), {}
    for leaf, file in _rows(session, batch, file_id):
        hashed = leaf_hash(leaf.encode())
        frontier.append(hashed)
        if file not in files:
            files[file] = hashlib.sha256()
        files[file].update(hashed)
    return frontier.root(), {file: one.digest() for file, one in files.items()}


def _rows(
    session: Session, batch: Batch, file_id: UUID | None
) -> Iterator[tuple[str, UUID | None]]:
    given: dict[str, object] = {"salt": batch.salt, "batch": batch.id}
    which = ""
    if file_id is not None:
        which, given["file"] = "AND p.bank_file_id = :file", file_id
    rows = session.execute(
        text(f"{_LINES} {which} ORDER BY p.id"), given, execution_options={"yield_per": 5_000}
    )
    yield from ((leaf, file) for leaf, file in rows)
