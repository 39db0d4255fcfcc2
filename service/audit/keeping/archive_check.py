"""Check an archive by its files alone: manifests, packs, and the tree that the entries make."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from service.audit.keeping.archive import Manifest, manifests
from service.audit.keeping.problems import ArchiveBroken
from service.audit.log.checkpoints import Checkpoint
from service.audit.log.note import NoteMalformed
from service.audit.log.note_keys import NoteNotSigned
from service.audit.log.tree import Frontier, leaf_hash


def check_archive(folder: Path, opened: Callable[[str], Checkpoint]) -> int:
    """Return how many entries the archive holds, all under the checkpoints in its manifests.

    ``opened`` checks a checkpoint's signatures. Raises :class:`ArchiveBroken`, which names the first
    file that is wrong. Files that no manifest names (of a run that was killed) are passed over.
    """
    frontier = Frontier()
    for one in manifests(folder):
        _add(one, frontier)
        if one.said["checkpoint"]:
            _compare(one, frontier, opened)
    return frontier.size


def _add(one: Manifest, frontier: Frontier) -> None:
    pack = one.path.parent / str(one.said["pack"])
    try:
        content = pack.read_bytes()
        if hashlib.sha256(content).hexdigest() != one.said["sha256"]:
            raise ArchiveBroken(pack.name)
        for line in content.splitlines():
            said = json.loads(line)
            if said["index"] != frontier.size:
                raise ArchiveBroken(pack.name)
            frontier.append(leaf_hash(said["entry"].encode()))
    except (OSError, ValueError, KeyError, TypeError):
        raise ArchiveBroken(pack.name) from None
    if frontier.size != one.said["to"]:
        raise ArchiveBroken(pack.name)


def _compare(one: Manifest, frontier: Frontier, opened: Callable[[str], Checkpoint]) -> None:
    try:
        checkpoint = opened(str(one.said["checkpoint"]))
    except (NoteMalformed, NoteNotSigned, ValueError):
        raise ArchiveBroken(one.path.name) from None
    if (checkpoint.size, checkpoint.root) != (frontier.size, frontier.root()):
        raise ArchiveBroken(one.path.name)
