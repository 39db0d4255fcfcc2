"""Read the amount of a programme: flat, tiers, formula or a pool shared by area."""

from dataclasses import replace
from enum import StrEnum

from eligibility_rules.deciding.rounding import rounded_once
from eligibility_rules.evidence import read_mark
from eligibility_rules.facts import FactCatalogue
from eligibility_rules.language.arithmetic import zero
from eligibility_rules.language.impossible import impossible
from eligibility_rules.language.kinds import Kind, Span
from eligibility_rules.language.names import Names
from eligibility_rules.language.read import read_expression
from eligibility_rules.language.tree import Choose, Const, FactRef, Node, ParamRef
from eligibility_rules.programme import Amount, Formula, Pool, Rounding, Tier, Tiers
from eligibility_rules.reading.document import Section
from eligibility_rules.words import Words, printable


class AmountKind(StrEnum):
    FLAT = "flat"
    TIERS = "tiers"
    TABLE = "table"
    FORMULA = "formula"
    SETTLEMENT = "settlement"
    POOL = "pool"


UNREADABLE = Const(Kind.BOOL, None, None)
"""Stands where a refused expression stood; its rule set is never handed out."""


def read_tree(entry: Section, key: str, names: Names, kind: Kind) -> tuple[str, Node]:
    """The text and tree of an expression; faults are located at the key's line."""
    text = entry.text(key)
    if not text:
        return text, UNREADABLE
    found = read_expression(text, names, kind)
    if isinstance(found, Node):
        never = impossible(found) if kind is Kind.BOOL else None
        if never is not None:
            entry.fault("never_holds", Words(f"{key}：{never.zh}。", f"{key}: {never.en}."), key)
        return text, found
    for problem in found:
        entry.fault(problem.code, problem.about(key), key)
    return text, UNREADABLE if kind is Kind.BOOL else zero(kind)


def read_amount(
    entry: Section, names: Names, catalogue: FactCatalogue, rounding: Rounding
) -> Amount:
    """Read the `amount` section of a programme."""
    kind = entry.word("kind", AmountKind)
    shared = ("kind", "zh", "en", "figures")
    rule: Formula | Tiers | Pool
    if kind is AmountKind.TIERS:
        entry.only(*shared, "tiers", "adjust")
        rule = _tiers(entry, names)
    elif kind is AmountKind.TABLE:
        entry.only(*shared, "by", "rows", "adjust")
        rule = read_table(entry, names)
    elif kind is AmountKind.POOL:
        entry.only(*shared, "pool", "area_total", "area", "rate_decimals")
        rule = _pool(entry, names, catalogue)
    else:
        entry.only(*shared, "expr")
        text, tree = read_tree(entry, "expr", names, Kind.MONEY)
        if kind is AmountKind.FLAT and not isinstance(tree, Const | ParamRef):
            said = Words(
                "固定金额只能是一个数值；其他请用 formula。",
                "A flat amount is one value; use formula.",
            )
            entry.fault("amount_not_flat", said, "expr")
        rule = Formula(text, tree)
    if not isinstance(rule, Pool):
        rule = replace(rule, tree=_exact(entry, rule.tree, rounding))
    words = Words(entry.text("zh"), entry.text("en"))
    return Amount(kind.value, rule, words, read_mark(entry, "figures"))


def _where(entry: Section) -> tuple[str, ...]:
    """The key under which an amount's arithmetic stands, to point at it."""
    return next(((key,) for key in ("expr", "adjust", "tiers", "rows") if entry.has(key)), ())


def _exact(entry: Section, tree: Node, rounding: Rounding) -> Node:
    """The tree rounded once; an amount that could be negative is refused."""
    if tree.span is not None and tree.span.low < 0:
        said = Words(
            "金额可能为负；请用 max(yuan(0), …)。",
            "The amount could be negative; use max(yuan(0), …).",
        )
        entry.fault("amount_negative", said, *_where(entry))
    exact = rounded_once(tree, rounding)
    if exact is None:
        entry.fault(
            "rounding_not_exact",
            Words(
                "按元发放的金额中，金额的份额须为整个金额，或 min、max、if 的一项。",
                "A share of money in an amount paid to the yuan must be the whole amount or an "
                "item of min, max or if.",
            ),
            *_where(entry),
        )
    return tree if exact is None else exact


def _tiers(entry: Section, names: Names) -> Tiers:
    tiers = tuple(_tier(one, names) for one in entry.sections("tiers"))
    if not tiers:
        said = Words("tiers 至少列一档。", "tiers must list at least one tier.")
        entry.fault("tiers_missing", said, "tiers")
        return Tiers((), None, zero(Kind.MONEY))
    return _first_that_holds(entry, names, tiers)


def _first_that_holds(entry: Section, names: Names, tiers: tuple[Tier, ...]) -> Tiers:
    # No tier that fits is a gap in the rule: the amount is then unknown, for a person to settle.
    span = Span(0, 0)
    tree: Node = Const(Kind.MONEY, span, None)
    for tier in reversed(tiers):
        span = span.union(tier.amount.span or span)
        tree = Choose(Kind.MONEY, span, tier.when, tier.amount, tree)
    if not entry.has("adjust"):
        return Tiers(tiers, None, tree)
    with_tier = replace(names, extra={"tier": tree})
    text, tree = read_tree(entry, "adjust", with_tier, Kind.MONEY)
    return Tiers(tiers, text, tree)


def read_table(entry: Section, names: Names) -> Tiers:
    """A table by one or two facts; each row becomes a tier, and a row that is not there is unknown.

    `by: [vet.dis_nature, vet.dis_grade]` and `rows: {因战: {1: yuan(100), 2: yuan(90)}}`.
    """
    facts = entry.texts("by")
    nodes = [names.facts.get(name) for name in facts]
    if len(facts) not in {1, 2} or not all(isinstance(node, FactRef) for node in nodes):
        said = Words(
            "by 须列出这类对象的一至两个事实。", "by must list one or two facts of this subject."
        )
        entry.fault("table_wrong", said, "by")
        return Tiers((), None, zero(Kind.MONEY))
    tiers: list[Tier] = []
    rows = entry.section("rows")
    for key in _in_order(rows):
        if len(facts) == 1:
            tiers.append(_row(rows, key, ((facts[0], key),), names))
            continue
        inner = rows.section(key)
        tiers += [
            _row(inner, second, ((facts[0], key), (facts[1], second)), names)
            for second in _in_order(inner)
        ]
    if not tiers:
        said = Words("rows 至少列一个金额。", "rows must list at least one amount.")
        entry.fault("tiers_missing", said, "rows")
        return Tiers((), None, zero(Kind.MONEY))
    return _first_that_holds(entry, names, tuple(tiers))


def _in_order(rows: Section) -> list[str]:
    """The keys, grades by number: a set of rules that was kept has lost the order of the file."""
    return sorted(rows.items, key=lambda key: (len(key), key))


def _row(section: Section, key: str, cells: tuple[tuple[str, str], ...], names: Names) -> Tier:
    tests = []
    for fact, value in cells:
        node = names.facts[fact]
        tests.append(f"{fact} == {value if node.kind is Kind.INT else repr(value)}")
    text_when = " and ".join(tests)
    when = read_expression(text_when, names, Kind.BOOL)
    if not isinstance(when, Node):
        for problem in when:
            section.fault(problem.code, problem.about(key), key)
        when = UNREADABLE
    text, amount = read_tree(section, key, names, Kind.MONEY)
    shown = " ".join(value for _, value in cells)
    return Tier(text_when, when, text, amount, Words(shown, shown))


def _tier(entry: Section, names: Names) -> Tier:
    entry.only("when", "amount", "zh", "en")
    text_when, when = read_tree(entry, "when", names, Kind.BOOL)
    text, amount = read_tree(entry, "amount", names, Kind.MONEY)
    return Tier(text_when, when, text, amount, Words(entry.text("zh"), entry.text("en")))


def _pool(entry: Section, names: Names, catalogue: FactCatalogue) -> Pool:
    pool, area_total, area = entry.text("pool"), entry.text("area_total"), entry.text("area")
    for key, name, kind in (("pool", pool, Kind.MONEY), ("area_total", area_total, Kind.AREA)):
        node = names.params.get(name)
        if name and (node is None or node.kind is not kind):
            shown = printable(name)
            said = Words(
                f"{key}：{shown} 不是{kind.spoken.zh}类的标准。",
                f"{key}: {shown} is not a parameter of {kind}.",
            )
            entry.fault("name_unknown", said, key)
    node = names.facts.get(area)
    if area and not (isinstance(node, FactRef) and catalogue.facts[area].kind is Kind.AREA):
        shown = printable(area)
        said = Words(
            f"area：{shown} 不是这类对象的面积。", f"area: {shown} is not an area of this subject."
        )
        entry.fault("name_unknown", said, "area")
    return Pool(pool, area_total, area, entry.whole("rate_decimals", 0, 9, 4))
