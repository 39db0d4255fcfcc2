"""Read the text of an expression into a typed tree, or say in sentences why it cannot be."""

import ast
from collections.abc import Callable
from difflib import get_close_matches
from typing import Literal

from eligibility_rules.language import arithmetic, functions
from eligibility_rules.language.kinds import Kind, Span
from eligibility_rules.language.names import CLOCK, Names
from eligibility_rules.language.problems import Problem
from eligibility_rules.language.tree import (
    Choose,
    Clock,
    Compare,
    Const,
    Every,
    FactRef,
    Node,
    Not,
    OneOf,
    Part,
    Some,
)
from eligibility_rules.words import Words, printable

TEXT_MAX = 600
_SHOWN_MAX = 80
_OPERATORS: dict[type[ast.cmpop], Literal["<", "<=", ">", ">=", "==", "!="]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def read_expression(text: str, names: Names, expected: Kind) -> Node | list[Problem]:
    """The typed tree of `text`, or every problem found in it.

    Nothing is evaluated: `ast` only parses, and only the node types named here are accepted.
    """
    if len(text) > TEXT_MAX:
        return [
            Problem(
                "expression_too_long",
                Words(
                    f"表达式超过 {TEXT_MAX} 个字符",
                    f"the expression has over {TEXT_MAX} characters",
                ),
            )
        ]
    shown = printable(text, _SHOWN_MAX)
    try:
        parsed = ast.parse(text.strip(), mode="eval")
        reader = _Reader(names)
        node = reader.read(parsed.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [
            Problem(
                "expression_unreadable",
                Words(f"“{shown}” 不是可读的表达式", f'"{shown}" cannot be read as an expression'),
            )
        ]
    if node is not None and node.kind is not expected:
        reader.problems.append(
            Problem(
                "kind_wrong",
                Words(
                    f"“{shown}” 是{node.kind.spoken.zh}，此处须为{expected.spoken.zh}",
                    f'"{shown}" is {node.kind.spoken.en}, but {expected.spoken.en} is needed here',
                ),
            )
        )
    if node is None or reader.problems:
        return reader.problems
    return node


class _Reader:
    """Walks one `ast` tree; a method returns None once it has reported a problem."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.problems: list[Problem] = []
        self._readers: dict[type[ast.expr], Callable[..., Node | None]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.BoolOp: self._bool,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.BinOp: self._binary,
            ast.IfExp: self._ternary,
            ast.Call: self._call,
        }

    def read(self, item: ast.expr) -> Node | None:
        reader = self._readers.get(type(item))
        if reader is None:
            return self._foreign(item)
        return reader(item)

    def _refuse(self, code: str, zh: str, en: str) -> Node | None:
        """Report a problem; always None, which tells the caller that it was reported."""
        self.problems.append(Problem(code, Words(zh, en)))
        return None

    def _foreign(self, item: ast.expr) -> Node | None:
        said = _source(item)
        return self._refuse(
            "not_allowed", f"规则语言不支持 {said}", f"{said} is not part of the rule language"
        )

    def _expect(self, item: ast.expr, kind: Kind) -> Node | None:
        node = self.read(item)
        if node is not None and node.kind is not kind:
            return self._refuse(
                "kind_wrong",
                f"{_source(item)} 是{node.kind.spoken.zh}，须为{kind.spoken.zh}",
                f"{_source(item)} is {node.kind.spoken.en}, but {kind.spoken.en} is needed",
            )
        return node

    def _constant(self, item: ast.Constant) -> Node | None:
        value = item.value
        if isinstance(value, bool):
            return Const(Kind.BOOL, None, value)
        if isinstance(value, int):
            if value > 10**15:
                shown = printable(str(value), 30)
                return self._refuse(
                    "number_too_large", f"{shown} 过大，应有误", f"{shown} is too large to be meant"
                )
            return Const(Kind.INT, Span(value, value), value)
        if isinstance(value, str):
            return Const(Kind.CODE, None, value)
        return self._refuse(
            "literal_not_allowed",
            f"此处不能写 {_source(item)}；确切的数值请写 yuan('0.50')、percent('1.5')、mu('0.1') 或 "
            "date('2025-01-01')",
            f"{_source(item)} cannot be written here; use yuan('0.50'), percent('1.5'), mu('0.1') "
            "or date('2025-01-01') for exact values",
        )

    def _name(self, item: ast.Name) -> Node | None:
        if item.id in CLOCK:
            kind, span = CLOCK[item.id]
            return Clock(kind, span, item.id)
        if item.id in self.names.extra:
            return self.names.extra[item.id]
        return self._unknown(item.id)

    def _attribute(self, item: ast.Attribute) -> Node | None:
        dotted = _dotted(item)
        if dotted is not None and dotted.startswith("par.") and dotted[4:] in self.names.params:
            return self.names.params[dotted[4:]]
        if dotted is not None and dotted in self.names.facts:
            return self.names.facts[dotted]
        if item.attr in {"year", "month"} and (dotted is None or dotted.count(".") == 2):
            of = self._expect(item.value, Kind.DATE)
            if of is None:
                return None
            if item.attr == "year":
                return Part(Kind.INT, Span(1800, 9999), "year", of)
            return Part(Kind.INT, Span(1, 12), "month", of)
        return self._unknown(dotted or _source(item))

    def _unknown(self, name: str) -> Node | None:
        if name in self.names.elsewhere:
            where = self.names.elsewhere[name]
            return self._refuse(
                "fact_of_other_subject",
                f"{name} 只是{where.zh}的事实",
                f"{name} is a fact about {where.en} only",
            )
        known = [*self.names.facts, *(f"par.{par}" for par in self.names.params), *CLOCK]
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        hint_zh = f"；是否指 {near[0]}？" if near else ""
        return self._refuse(
            "name_unknown",
            f"没有名为 {name} 的事实、标准或用语{hint_zh}",
            f"{name} is not a known fact, parameter or word{hint}",
        )

    def _bool(self, item: ast.BoolOp) -> Node | None:
        items = [self._expect(value, Kind.BOOL) for value in item.values]
        known = tuple(node for node in items if node is not None)
        if len(known) < len(items):
            return None
        if isinstance(item.op, ast.And):
            return Every(Kind.BOOL, None, known)
        return Some(Kind.BOOL, None, known)

    def _unary(self, item: ast.UnaryOp) -> Node | None:
        if isinstance(item.op, ast.Not):
            inner = self._expect(item.operand, Kind.BOOL)
            return None if inner is None else Not(Kind.BOOL, None, inner)
        inner = self.read(item.operand)
        if inner is None:
            return None
        if isinstance(item.op, ast.USub) and inner.span is not None:
            return self._checked(arithmetic.subtract(arithmetic.zero(inner.kind), inner), item)
        return self._foreign(item)

    def _compare(self, item: ast.Compare) -> Node | None:
        lefts = [item.left, *item.comparators[:-1]]
        pairs = [
            self._pair(left, op, right)
            for left, op, right in zip(lefts, item.ops, item.comparators, strict=True)
        ]
        known = tuple(pair for pair in pairs if pair is not None)
        if len(known) < len(pairs):
            return None
        return known[0] if len(known) == 1 else Every(Kind.BOOL, None, known)

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node | None:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._one_of(left, right)
            return Not(Kind.BOOL, None, found) if found and isinstance(op, ast.NotIn) else found
        sign = _OPERATORS.get(type(op))
        if sign is None:
            return self._refuse(
                "not_allowed",
                "规则语言没有 `is`，请用 ==",
                "`is` is not part of the rule language; use ==",
            )
        first, second = self.read(left), self.read(right)
        if first is None or second is None or not self._alike(left, first, right, second, sign):
            return None
        return Compare(Kind.BOOL, None, sign, first, second)

    def _alike(self, left: ast.expr, a: Node, right: ast.expr, b: Node, sign: str) -> bool:
        if a.kind is not b.kind or a.kind is Kind.EVENT:
            self._refuse_pair(left, a, right, b)
            return False
        if a.kind in {Kind.BOOL, Kind.CODE} and sign not in {"==", "!="}:
            self._refuse(
                "kind_wrong",
                f"{_source(left)} 没有大小之分，只能用 == 或 !=",
                f"{_source(left)} has no order; only == and != fit",
            )
            return False
        return self._listed(a, b) and self._listed(b, a)

    def _refuse_pair(self, left: ast.expr, a: Node, right: ast.expr, b: Node) -> Node | None:
        hint = Words("", "")
        if Kind.EVENT in {a.kind, b.kind}:
            hint = Words(
                "；请用 happened_by()、happened_before() 或 happened_within()",
                "; use happened_by(), happened_before() or happened_within()",
            )
        elif {a.kind, b.kind} == {Kind.MONEY, Kind.INT}:
            hint = Words("；金额请写作 yuan(60)", "; write money as yuan(60)")
        elif {a.kind, b.kind} == {Kind.AREA, Kind.INT}:
            hint = Words("；面积请写作 mu(1)", "; write areas as mu(1)")
        one, other = a.kind.spoken, b.kind.spoken
        return self._refuse(
            "kinds_differ",
            f"{_source(left)} 是{one.zh}，{_source(right)} 是{other.zh}，不能比较{hint.zh}",
            f"{_source(left)} is {one.en} and {_source(right)} is {other.en}; "
            f"they cannot be compared{hint.en}",
        )

    def _one_of(self, left: ast.expr, right: ast.expr) -> Node | None:
        item = self.read(left)
        if not isinstance(right, ast.Tuple | ast.List) or not right.elts:
            return self._refuse(
                "not_allowed",
                f"`in` 之后须为列表，而不是 {_source(right)}",
                f"after `in` a list is needed, not {_source(right)}",
            )
        options = [self.read(option) for option in right.elts]
        if item is None or any(option is None for option in options):
            return None
        kept: list[Const] = []
        for option in options:
            if not isinstance(option, Const) or option.kind is not item.kind:
                return self._refuse(
                    "kinds_differ",
                    f"{_source(right)} 须列出{item.kind.spoken.zh}常数",
                    f"{_source(right)} must list literals of the kind {item.kind}",
                )
            if not self._listed(item, option):
                return None
            kept.append(option)
        return OneOf(Kind.BOOL, None, item, tuple(kept))

    def _listed(self, fact: Node, value: Node) -> bool:
        """Whether a code literal is one that the fact can have; a misspelt code never matches."""
        if not (isinstance(fact, FactRef) and isinstance(value, Const)):
            return True
        codes = self.names.codes.get(fact.name)
        if fact.kind is not Kind.CODE or codes is None or value.value in codes:
            return True
        listing, shown = "、".join(codes), printable(repr(value.value))
        self._refuse(
            "code_unknown",
            f"{fact.name} 不会是 {shown}，只能是 {listing} 之一",
            f"{fact.name} is never {shown}; it is one of {listing}",
        )
        return False

    def _binary(self, item: ast.BinOp) -> Node | None:
        left, right = self.read(item.left), self.read(item.right)
        if left is None or right is None:
            return None
        operation = arithmetic.OPERATIONS.get(type(item.op))
        if operation is None:
            return self._refuse(
                "not_allowed",
                f"不允许使用 {_source(item)} 中的运算符",
                f"the operator in {_source(item)} is not allowed",
            )
        return self._checked(operation(left, right), item)

    def _checked(self, result: Node | Problem, item: ast.expr) -> Node | None:
        if isinstance(result, Problem):
            zh, en = result.words.zh, result.words.en
            return self._refuse(result.code, f"{_source(item)}：{zh}", f"{_source(item)}: {en}")
        if result.span is not None and not result.span.fits_bigint:
            return self._refuse(
                "number_too_large",
                f"{_source(item)} 可能超出64位整数",
                f"{_source(item)} could exceed a 64-bit number",
            )
        return result

    def _ternary(self, item: ast.IfExp) -> Node | None:
        test = self._expect(item.test, Kind.BOOL)
        yes, no = self.read(item.body), self.read(item.orelse)
        if test is None or yes is None or no is None:
            return None
        if yes.kind is not no.kind or yes.kind is Kind.EVENT:
            return self._refuse(
                "kinds_differ",
                f"{_source(item)} 的两种结果须为同类",
                f"both sides of {_source(item)} must be alike",
            )
        span = yes.span.union(no.span) if yes.span and no.span else None
        return Choose(yes.kind, span, test, yes, no)

    def _call(self, item: ast.Call) -> Node | None:
        if not isinstance(item.func, ast.Name) or item.keywords:
            return self._foreign(item)
        if item.func.id in functions.LITERALS:
            raw = [arg.value if isinstance(arg, ast.Constant) else None for arg in item.args]
            return self._checked(functions.literal(item.func.id, raw), item)
        if item.func.id not in functions.FUNCTIONS:
            return self._refuse(
                "function_unknown",
                f"没有函数 {item.func.id}()",
                f"there is no function {item.func.id}()",
            )
        nodes = [self.read(arg) for arg in item.args]
        args = [node for node in nodes if node is not None]
        if len(args) < len(nodes):
            return None
        if item.func.id in {"receives", "amount_of"} and not self.names.may_receive:
            return self._refuse(
                "not_allowed",
                f"{item.func.id}() 只能用在项目文件里",
                f"{item.func.id}() can only be asked in a programme",
            )
        return self._checked(functions.call(item.func.id, args), item)


def _dotted(item: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(item, ast.Attribute):
        parts.append(item.attr)
        item = item.value
    if not isinstance(item, ast.Name):
        return None
    return ".".join(reversed([*parts, item.id]))


def _source(item: ast.expr) -> str:
    return printable(ast.unparse(item), _SHOWN_MAX)
