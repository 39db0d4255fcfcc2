"""The tree as the database keeps it: any subtree's root from a few hundred stored hashes."""

from collections.abc import Iterator

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.log.copying import copy_rows
from service.audit.log.models import SubtreeRoot
from service.audit.log.proofs import Subtree, from_complete
from service.audit.log.tree import Frontier, node_hash
from service.audit.models import AuditLeaf

TILE_HEIGHT = Frontier.tile_height
TILE_WIDTH = 1 << TILE_HEIGHT
_BATCH = 65_536
_LEAVES = text(
    "SELECT count(*) AS n, min(index) AS first, max(index) AS last, "
    "string_agg(leaf_hash, '' ORDER BY index) AS hashes "
    "FROM audit_leaves WHERE index >= :first AND index < :end"
)
_SUBTREES = text(
    "SELECT count(*) AS n, min(index) AS first, max(index) AS last, "
    "string_agg(root, '' ORDER BY index) AS hashes "
    "FROM audit_subtrees WHERE height = :height AND index >= :first AND index < :end"
)


class Stored:
    """Reads hashes a tile (256 of one level) at a time and keeps what it read; for one question."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tiles: dict[tuple[int, int], dict[int, bytes]] = {}

    def complete(self, level: int, index: int) -> bytes:
        """Return the root of the leaves [index * 2**level, (index + 1) * 2**level).

        Raises KeyError when the database does not hold one of its hashes.
        """
        tile_level, above = divmod(level, TILE_HEIGHT)
        first = index << above
        hashes = self.tile(tile_level, first // TILE_WIDTH)
        found = [hashes[at] for at in range(first, first + (1 << above))]
        while len(found) > 1:
            found = [node_hash(*found[at : at + 2]) for at in range(0, len(found), 2)]
        return found[0]

    def tile(self, level: int, index: int) -> dict[int, bytes]:
        """Return the stored hashes of one tile by their index within the level."""
        place = (level, index)
        if place not in self._tiles:
            first = index * TILE_WIDTH
            query = _LEAVES if level == 0 else _SUBTREES
            row = self._session.execute(
                query, {"first": first, "end": first + TILE_WIDTH, "height": level * TILE_HEIGHT}
            ).one()
            # A gap, or a hash of another length, is no tile: whoever asks for its hashes finds none.
            whole = row.n and row.last - row.first + 1 == row.n
            held = bytes(row.hashes or b"")
            if not whole or len(held) != 32 * row.n:
                held = b""
            self._tiles[place] = {
                (row.first + at // 32): held[at : at + 32] for at in range(0, len(held), 32)
            }
        return self._tiles[place]

    def forget(self) -> None:
        """Let go of what was read, for whoever goes through the whole tree."""
        self._tiles.clear()

    @property
    def subtree(self) -> Subtree:
        """The source of hashes that proofs are made from."""
        return from_complete(self.complete)


def mend_subtrees(session: Session, size: int) -> None:
    """Add the inner hashes that a log signed before they were kept does not have."""
    kept = session.scalar(
        select(func.max(SubtreeRoot.index)).where(SubtreeRoot.height == TILE_HEIGHT)
    )
    if (-1 if kept is None else kept) >= size // TILE_WIDTH - 1:
        return
    held = {
        (height, index)
        for height, index in session.execute(select(SubtreeRoot.height, SubtreeRoot.index))
    }
    rows: list[tuple[int, int, bytes]] = []

    def keep(height: int, index: int, root: bytes) -> None:
        if (height, index) not in held:
            rows.append((height, index, root))

    frontier = Frontier()
    for leaf in _leaves(session, size):
        frontier.append(leaf, keep)
    copy_rows(session, "audit_subtrees", ("height", "index", "root"), "int2 int8 bytea", rows)


def _leaves(session: Session, size: int) -> Iterator[bytes]:
    for start in range(0, size, _BATCH):
        yield from session.scalars(
            select(AuditLeaf.leaf_hash)
            .where(AuditLeaf.index >= start, AuditLeaf.index < min(start + _BATCH, size))
            .order_by(AuditLeaf.index)
        )
