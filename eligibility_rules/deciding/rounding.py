"""Round an amount once: the last step to the yuan must not stand on a fen already rounded."""

from dataclasses import replace
from typing import Literal

from eligibility_rules.language.tree import Choose, Extreme, Node, Scale, walk
from eligibility_rules.programme import Rounding

_MODES: dict[Rounding, Literal["half_up", "down", "up"]] = {
    Rounding.FEN: "half_up",
    Rounding.YUAN_UP: "up",
    Rounding.YUAN_HALF_UP: "down",
}


def rounded_once(tree: Node, rounding: Rounding) -> Node | None:
    """The amount's tree with inner quotients rounded so that the whole is exact.

    None if a quotient stands where that cannot be done: it may be the whole amount, or an item of
    min, max or a ternary. Amounts paid to the fen are left as they are.
    """
    if rounding is Rounding.FEN:
        return tree
    if isinstance(tree, Scale):
        inner = any(isinstance(node, Scale) for node in walk(tree)[1:])
        return None if inner else replace(tree, mode=_MODES[rounding])
    if isinstance(tree, Extreme):
        items = [rounded_once(item, rounding) for item in tree.items]
        known = tuple(item for item in items if item is not None)
        return replace(tree, items=known) if len(known) == len(items) else None
    if isinstance(tree, Choose):
        yes, no = rounded_once(tree.yes, rounding), rounded_once(tree.no, rounding)
        return None if yes is None or no is None else replace(tree, yes=yes, no=no)
    return None if any(isinstance(node, Scale) for node in walk(tree)) else tree


def to_payable(amount_fen: int, rounding: Rounding) -> int:
    """The payable fen of an amount in fen; amounts are never negative."""
    if rounding is Rounding.YUAN_UP:
        return (amount_fen + 99) // 100 * 100
    if rounding is Rounding.YUAN_HALF_UP:
        return (amount_fen + 50) // 100 * 100
    return amount_fen
