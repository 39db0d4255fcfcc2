"""Which kinds may be added, multiplied and divided, and the spans of the results."""

import ast
from collections.abc import Callable

from eligibility_rules.language.kinds import Kind, Span
from eligibility_rules.language.problems import Problem
from eligibility_rules.language.tree import Const, Floor, Modulo, Node, Scale, Sum, Times
from eligibility_rules.words import Words

_DIVISOR = {Kind.RATE: 10_000, Kind.AREA: 1_000}


def zero(kind: Kind) -> Const:
    """The nought of a kind."""
    return Const(kind, Span(0, 0), 0)


def span_of(node: Node) -> Span:
    """The span of a number; only ever asked of numbers."""
    if node.span is None:
        raise AssertionError("a number always has a span")
    return node.span


def add(left: Node, right: Node) -> Node | Problem:
    if left.kind is not right.kind or not left.kind.is_number:
        return _mismatch(_ADDED, left, right)
    return Sum(left.kind, span_of(left).plus(span_of(right)), left, right, 1)


def subtract(left: Node, right: Node) -> Node | Problem:
    if left.kind is not right.kind or not left.kind.is_number:
        return _mismatch(_SUBTRACTED, left, right)
    return Sum(left.kind, span_of(left).minus(span_of(right)), left, right, -1)


def multiply(left: Node, right: Node) -> Node | Problem:
    """Whole numbers multiply anything; percentages and areas multiply money, half up to the fen."""
    if (right.kind is Kind.MONEY and left.kind is not Kind.MONEY) or left.kind is Kind.INT:
        left, right = right, left
    if not (left.kind.is_number and right.kind.is_number):
        return _mismatch(_MULTIPLIED, left, right)
    product = span_of(left).times(span_of(right))
    if right.kind is Kind.INT:
        return Times(left.kind, product, left, right)
    if left.kind is Kind.MONEY and right.kind in _DIVISOR:
        if not product.fits_bigint:
            return Problem(
                "number_too_large",
                Words("乘积可能超出64位整数", "the product could exceed a 64-bit number"),
            )
        divisor = _DIVISOR[right.kind]
        return Scale(Kind.MONEY, product.over(divisor), left, right, divisor)
    return _mismatch(_MULTIPLIED, left, right)


def divide(left: Node, right: Node) -> Node | Problem:
    """Money / whole literal, half up to the fen; other quotients need // to say they round down."""
    divisor = _literal(right)
    if left.kind is not Kind.MONEY or divisor is None:
        return Problem(
            "division_not_allowed",
            Words(
                "只有金额可以用 / 除，除数须为正的常数",
                "only money can be divided, by a positive literal",
            ),
        )
    one = Const(Kind.INT, Span(1, 1), 1)
    return Scale(Kind.MONEY, span_of(left).over(divisor), left, one, divisor)


def floor_divide(left: Node, right: Node) -> Node | Problem:
    divisor = _literal(right)
    if not left.kind.is_number or divisor is None:
        return Problem(
            "division_not_allowed",
            Words("// 须为数除以正的常数", "// needs a number and a positive literal"),
        )
    return Floor(left.kind, span_of(left).over(divisor), left, divisor)


def modulo(left: Node, right: Node) -> Node | Problem:
    divisor = _literal(right)
    if left.kind is not Kind.INT or divisor is None:
        return Problem(
            "division_not_allowed",
            Words("% 须为整数除以正的常数", "% needs a whole number and a positive literal"),
        )
    return Modulo(left.kind, Span(0, divisor - 1), left, divisor)


def _literal(node: Node) -> int | None:
    if isinstance(node, Const) and node.kind is Kind.INT and isinstance(node.value, int):
        return node.value if 0 < node.value <= 10**9 else None
    return None


_ADDED, _SUBTRACTED = Words("相加", "added"), Words("相减", "subtracted")
_MULTIPLIED = Words("相乘", "multiplied")


def _mismatch(verb: Words, left: Node, right: Node) -> Problem:
    a, b = left.kind.spoken, right.kind.spoken
    return Problem(
        "kinds_differ",
        Words(f"{a.zh}与{b.zh}不能{verb.zh}", f"{a.en} and {b.en} cannot be {verb.en} together"),
    )


OPERATIONS: dict[type[ast.operator], Callable[[Node, Node], Node | Problem]] = {
    ast.Add: add,
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: divide,
    ast.FloorDiv: floor_divide,
    ast.Mod: modulo,
}
