"""Follow the log from its first entry: every leaf, every signed root, every head kept outside.

The first thing that does not hold ends the walk with its class and the first entry that is wrong.
An edit that mends its own leaf is only found at the next signed root, so it is placed to the round
of entries that this root signed first.
"""

from collections.abc import Sequence

from service.audit.standalone.classes import (
    CHECKPOINT,
    FORKED,
    INSERTED,
    MISSING,
    ORDER,
    ROOT,
    Wrong,
)
from service.audit.standalone.ed25519 import Crypto
from service.audit.standalone.notes import Head, Trust, read_head
from service.audit.standalone.tree import Tree

ROUND_MAX = 65_536
"""A round with more entries than this is not searched for the one that changed places."""


class Walk:
    """Where a verification stands. ``leaves`` and ``signed`` are what the whole log has of them."""

    def __init__(
        self, trust: Trust, crypto: Crypto, *, leaves: int, signed: int, start: Tree | None = None
    ) -> None:
        """Begin at the first entry, or after those of ``start``, which ended at a checkpoint.

        Heads kept outside that are smaller than the start are not compared again. Raises Wrong for
        one that the log did not sign.
        """
        self.trust, self.crypto = trust, crypto
        self.leaves, self.signed = leaves, signed
        self.tree = start.copy() if start else Tree()
        self.good, self.cosigned, self.checkpoints = self.tree.size, 0, 0
        self._before = self.tree.copy()
        self._round: list[tuple[bytes, bytes]] = []
        self._agreed = self.good
        heads = [_outside(one, trust, crypto) for one in trust.heads]
        self._outside = sorted((one for one in heads if one.size >= self.good), key=_size)

    @property
    def stops(self) -> int | None:
        """The next size at which a head kept outside must be compared; None when none is left."""
        return self._outside[0].size if self._outside else None

    def extend(self, hashes: Sequence[bytes], ids: Sequence[bytes]) -> None:
        """Add leaves (hash and what their order is known by), never past :attr:`stops`.

        There, the checkpoint of that size comes first, where there is one, and then the comparison.
        """
        self.tree.extend(hashes)
        if len(self._round) <= ROUND_MAX:
            self._round.extend(zip(ids, hashes, strict=True))

    def compare_outside(self) -> None:
        """Compare the heads kept outside that have this size; raises Wrong."""
        while self._outside and self._outside[0].size == self.tree.size:
            head = self._outside.pop(0)
            if head.root != self.tree.root():
                raise self._forked(head.size)
            self._agreed = head.size

    def head(self, size: int, note: str, root: bytes | None = None) -> None:
        """Take a checkpoint at the tree's present size, ``root`` as it is kept beside; raises Wrong."""
        try:
            head = read_head(note)
            cosigned = self.trust.cosigners(head, self.crypto)
        except Wrong as wrong:
            wrong.index = self.good
            raise
        if head.size != size or size != self.tree.size:
            raise Wrong(
                CHECKPOINT,
                f"The checkpoint of {size} entries says another size.",
                f"{size} 条记录的检查点所写条数不符。",
                self.good,
            )
        if head.root != self.tree.root():
            raise self._root_differs(head)
        if root is not None and root != head.root:
            raise Wrong(
                CHECKPOINT,
                f"The checkpoint of {size} entries says another root beside its note.",
                f"{size} 条记录的检查点所存的根与签名文本不符。",
                self.good,
            )
        if len(cosigned) >= max(1, self.trust.required_by(self.crypto)):
            self.cosigned = size
        self.good, self._round, self._before = size, [], self.tree.copy()
        self.checkpoints += 1
        self.compare_outside()

    def end(self) -> None:
        """End the walk after the last leaf and checkpoint; raises Wrong."""
        size = self.tree.size
        if size < self.signed:
            raise Wrong(
                MISSING, f"Audit entry {size} is missing.", f"第 {size} 条审计记录缺失。", size
            )
        if self._outside:
            raise Wrong(
                FORKED,
                f"Audit entry {size} is missing: a head kept outside was signed over "
                f"{self._outside[-1].size} entries, the log has {size}.",
                f"第 {size} 条审计记录缺失：外存签头含 {self._outside[-1].size} 条，日志仅有 {size} 条。",
                size,
            )
        if self.good < size:
            raise Wrong(
                INSERTED,
                f"Audit entry {self.good} was added without a signature.",
                f"第 {self.good} 条审计记录未经签署而加入。",
                self.good,
            )

    def _forked(self, size: int) -> Wrong:
        at = self._agreed
        return Wrong(
            FORKED,
            f"Audit entry {at} or a later one differs from what was signed: the head kept outside at "
            f"{size} entries has another root.",
            f"第 {at} 条或其后的审计记录与已签内容不同：外存签头（{size} 条）的根不符。",
            at,
        )

    def _root_differs(self, head: Head) -> Wrong:
        at = self.good
        moved = self._moved(head)
        if moved is not None:
            return Wrong(
                ORDER,
                f"Audit entry {moved} changed places with another.",
                f"第 {moved} 条审计记录的次序被调换。",
                moved,
            )
        if self.leaves > self.signed:
            return Wrong(
                INSERTED,
                f"Audit entry {at} or a later one was inserted: there are {self.leaves}, "
                f"{self.signed} are signed.",
                f"第 {at} 条或其后有记录被插入：共 {self.leaves} 条，已签 {self.signed} 条。",
                at,
            )
        if self.leaves < self.signed:
            return Wrong(
                MISSING,
                f"Audit entry {at} or a later one is missing: there are {self.leaves}, "
                f"{self.signed} are signed.",
                f"第 {at} 条或其后有记录缺失：共 {self.leaves} 条，已签 {self.signed} 条。",
                at,
            )
        return Wrong(
            ROOT,
            f"Audit entry {at} or a later one was changed together with its digest.",
            f"第 {at} 条或其后的审计记录连同摘要被改动。",
            at,
        )

    def _moved(self, head: Head) -> int | None:
        """Return the first entry out of place where the round, put in order, has the signed root."""
        if len(self._round) > ROUND_MAX:
            return None
        ordered, tree = sorted(self._round), self._before.copy()
        tree.extend(leaf for _, leaf in ordered)
        if tree.root() != head.root:
            return None
        pairs = zip(self._round, ordered, strict=True)
        return self.good + next(at for at, (is_there, due) in enumerate(pairs) if is_there != due)


def _size(head: Head) -> int:
    return head.size


def _outside(note: str, trust: Trust, crypto: Crypto) -> Head:
    head = read_head(note)
    trust.cosigners(head, crypto)
    return head
