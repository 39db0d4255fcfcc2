"""The sharing of what nobody pays any more, against every cut through who may have what."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from service.batches.mending.share import Excess, Node, share

A, B, C, D = ((code, "person", 1) for code in ("A", "B", "C", "D"))
X, Y, Z = ((code, "person", 1) for code in ("X", "Y", "Z"))


def excess(
    node: Node, fen: int, *gates: set[Node], amount: set[Node] | None = None, is_due: bool = False
) -> Excess:
    return Excess(node, fen, [frozenset(one) for one in gates], frozenset(amount or ()), is_due)


def most(excesses: Sequence[tuple[int, frozenset[Node]]], unpaid: Mapping[Node, int]) -> int:
    """As much as can be set off: the least of all cuts between what is too much and what is owed."""
    cuts = []
    for size in range(len(excesses) + 1):
        for cut in combinations(range(len(excesses)), size):
            behind = frozenset[Node]().union(
                *(rests for at, (_, rests) in enumerate(excesses) if at not in cut)
            )
            cuts.append(sum(excesses[at][0] for at in cut) + sum(unpaid[node] for node in behind))
    return min(cuts)


def test_the_first_gives_way_to_another_source_so_that_the_second_has_its_own() -> None:
    both, one = excess(A, 100, {X, Y}), excess(B, 100, {X})
    assert share([both, one], {X: 100, Y: 100}) == {A: 100, B: 100}


def test_the_chain_of_changes_is_followed_to_its_end() -> None:
    chain = [excess(A, 10, {X, Y}), excess(B, 10, {Y, Z}), excess(C, 10, {Y}), excess(D, 10, {X})]
    assert share(chain, {X: 10, Y: 10, Z: 10}) == {A: 10, B: 10, C: 10}


def test_a_gate_that_asks_nothing_unpaid_failed_for_its_own_sake() -> None:
    assert share([excess(A, 100, {X}, set())], {X: 100}) == {}
    assert share([excess(A, 100)], {X: 100}) == {}
    assert share([excess(A, 100, {Y})], {X: 100}) == {}


def test_what_is_still_due_in_part_opens_no_gate_but_bears_on_amounts() -> None:
    """B is refused because A is due, whatever more of A stands; C is less because A is."""
    first = excess(A, 40, amount={X}, is_due=True)
    assert share([first, excess(B, 10, {A})], {X: 100}) == {A: 40}
    assert share([first, excess(C, 10, amount={A}, is_due=True)], {X: 100}) == {A: 40, C: 10}


nodes = [X, Y, Z]
earlier = [A, B, C, D]


@st.composite
def months(draw: st.DrawFn) -> tuple[list[Excess], dict[Node, int]]:
    unpaid = draw(st.dictionaries(st.sampled_from(nodes), st.integers(1, 9)))
    found = []
    for number, node in enumerate(earlier):
        asked = st.sets(st.sampled_from([*nodes, *earlier[:number]]), max_size=2)
        gates = draw(st.lists(asked, max_size=2))
        found.append(
            excess(node, draw(st.integers(1, 9)), *gates, amount=draw(asked), is_due=not gates)
        )
    return found, unpaid


@given(month=months())
def test_as_much_stands_as_any_way_to_share_allows_the_first_first(
    month: tuple[list[Excess], dict[Node, int]],
) -> None:
    excesses, unpaid = month
    stands = share(excesses, unpaid)
    rests: dict[Node, frozenset[Node]] = {}
    so_far: list[tuple[int, frozenset[Node]]] = []
    undue: set[Node] = set()
    for one in excesses:
        by_gate = [
            {node for node in gate if node in unpaid}.union(
                *(rests[node] for node in gate if node in undue)
            )
            for gate in one.gates
        ]
        by_amount = {node for node in one.amount if node in unpaid}.union(
            *(rests[node] for node in one.amount if node in stands)
        )
        rests[one.node] = frozenset(by_amount.union(*by_gate)) if all(by_gate) else frozenset()
        before = most(so_far, unpaid)
        so_far.append((one.fen, rests[one.node]))
        assert stands.get(one.node, 0) == most(so_far, unpaid) - before
        if one.node in stands and not one.is_due:
            undue.add(one.node)
    assert sum(stands.values()) <= sum(unpaid.values())
    assert all(0 < stands[one.node] <= one.fen for one in excesses if one.node in stands)
