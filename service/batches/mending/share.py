"""Set what nobody pays any more against what was paid in its place: the sharing alone, in memory.

A programme's month is a node: its code, the kind of its subject and the subject. What is owed and
paid no more may stand for what was paid of several programmes, but for each fen only once. As much
as possible is set off (a maximum flow by augmenting paths); of several programmes those that are
decided first come first, so that it does not matter which of them is mended first.
"""

from collections import defaultdict, deque
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

Node = tuple[str, str, int]
"""A programme's code, ``person`` or ``household``, and the subject."""


@dataclass(frozen=True)
class Excess:
    """What was paid of a programme's month and is not due: so many fen, and what that rests on.

    ``gates`` are the conditions that failed, each with the other programmes it asks about; one that
    asks about none failed for the programme's own sake. ``amount`` are those the amount asks about.
    """

    node: Node
    fen: int
    gates: Sequence[frozenset[Node]]
    amount: frozenset[Node]
    is_due: bool
    """Whether something of it is due, only less than was paid."""


def share(excesses: Iterable[Excess], unpaid: Mapping[Node, int]) -> dict[Node, int]:
    """Return by node how much of its excess stands in the place of something in ``unpaid``.

    ``excesses`` come in the order in which programmes are decided; ``unpaid`` are fen that were due
    and that nobody pays any more.
    """
    flow = _Flow(unpaid)
    for one in excesses:
        found = flow.rests_on(one)
        if found:
            flow.place(one, found)
    return flow.placed


class _Flow:
    """How much of each unpaid node stands for each excess."""

    def __init__(self, unpaid: Mapping[Node, int]) -> None:
        self.left = dict(unpaid)
        self.rests: dict[Node, frozenset[Node]] = {}
        self.used: dict[Node, defaultdict[Node, int]] = {one: defaultdict(int) for one in unpaid}
        self.placed: dict[Node, int] = {}
        """By excess of which something stands."""
        self.undue: set[Node] = set()
        """Of those the ones of which nothing is due besides."""

    def rests_on(self, one: Excess) -> frozenset[Node]:
        """Return the unpaid nodes without which it would have been due; none if for its own sake."""
        gates = [self._behind(gate, self.undue) for gate in one.gates]
        if not all(gates):
            return frozenset()
        return self._behind(one.amount, self.placed).union(*gates)

    def _behind(self, asked: Iterable[Node], standing: Container[Node]) -> frozenset[Node]:
        """What is unpaid of those asked about, and what others of them stand in the place of."""
        unpaid = frozenset(node for node in asked if node in self.left)
        return unpaid.union(*(self.rests[node] for node in asked if node in standing))

    def place(self, one: Excess, found: frozenset[Node]) -> None:
        """Set off as much of an excess as there is."""
        self.rests[one.node] = found
        missing_fen = one.fen
        while missing_fen and (path := self._path(one.node)):
            missing_fen -= self._push(path, missing_fen)
        if missing_fen < one.fen:
            self.placed[one.node] = one.fen - missing_fen
            if not one.is_due:
                self.undue.add(one.node)

    def _path(self, start: Node) -> list[Node]:
        """Excess, unpaid, excess, … to an unpaid node of which something is left; empty if none."""
        before: dict[Node, Node | None] = {start: None}
        waiting = deque([start])
        while waiting:
            excess = waiting.popleft()
            for unpaid in sorted(self.rests[excess] - before.keys()):
                before[unpaid] = excess
                if self.left[unpaid]:
                    return _walked(before, unpaid)
                for other, fen in sorted(self.used[unpaid].items()):
                    if fen and other not in before:
                        before[other] = unpaid
                        waiting.append(other)
        return []

    def _push(self, path: Sequence[Node], most_fen: int) -> int:
        """Give the path's first excess what its last unpaid node has left; those between change over."""
        between = [(path[at], path[at - 1]) for at in range(2, len(path), 2)]
        fen = min(most_fen, self.left[path[-1]], *(self.used[b][a] for a, b in between))
        for excess, unpaid in between:
            self.used[unpaid][excess] -= fen
        for at in range(0, len(path), 2):
            self.used[path[at + 1]][path[at]] += fen
        self.left[path[-1]] -= fen
        return fen


def _walked(before: Mapping[Node, Node | None], last: Node) -> list[Node]:
    path = [last]
    while (node := before[path[-1]]) is not None:
        path.append(node)
    return path[::-1]
