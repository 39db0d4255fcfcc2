"""A decision in plain words, as a letter: what was decided, why, and what can be done about it."""

from collections.abc import Iterator, Sequence

from eligibility_rules import Decision, Outcome, RuleSet, Words
from eligibility_rules.asking.lines import Line
from eligibility_rules.asking.question import Question
from eligibility_rules.asking.what_would_change import first_due_month, single_changes
from eligibility_rules.explanation import (
    AmountExplained,
    ConditionExplained,
    Explanation,
    ValueShown,
)
from eligibility_rules.explanation.show_values import decimal_text, shown
from service.residents import feeds

_STATES = {
    "true": Words("符合", "fulfilled"),
    "false": Words("不符合", "not fulfilled"),
    "unknown": Words("事实不明", "not known"),
}


def letter(
    rules: RuleSet, question: Question, decision: Decision, lines: Sequence[Line] = ()
) -> tuple[Words, ...]:
    """The lines of a letter about one decision, in both languages; an empty line parts its sections."""
    programme, month = question.programme, question.month
    said = question.explained(rules, decision)
    parts: list[Words] = [
        Words(
            f"{programme.names.zh}（{programme.code}），{month.year}年{month.number}月",
            f"{programme.names.en} ({programme.code}), {month}",
        ),
        _outcome(decision),
        Words("", ""),
        Words("各项条件：", "The conditions:"),
    ]
    for number, condition in enumerate(said.conditions, 1):
        parts += _condition(number, condition)
    if said.amount is not None:
        parts += [Words("", ""), *_amount(said.amount)]
    sections = (
        _mended(question, lines),
        _changes(rules, question, decision),
        _whom_to_ask(said),
        _law(question),
    )
    for section in sections:
        if section:
            parts += [Words("", ""), *section]
    parts.append(Words(f"规则版本：{rules.digest}", f"Rules: {rules.digest}"))
    return tuple(parts)


def _outcome(decision: Decision) -> Words:
    if decision.outcome is Outcome.DUE:
        yuan = decimal_text(decision.amount_fen or 0, 2)
        return Words(f"结论：符合条件，本期应发{yuan}元。", f"Decision: {yuan} yuan are due.")
    if decision.outcome is Outcome.NOT_DUE:
        return Words("结论：不符合条件，本期不发放。", "Decision: nothing is due.")
    return Words(
        "结论：有事实不明，核实之前不作决定。",
        "Decision: open, because a fact is not known; nothing is refused until it is.",
    )


def _condition(number: int, one: ConditionExplained) -> Iterator[Words]:
    state, said = _STATES[one.state], one.sentence
    yield Words(f"{number}. 【{state.zh}】{said.zh}", f"{number}. [{state.en}] {said.en}")
    yield from map(_value, one.values)
    if one.would_change is not None:
        way = one.would_change.words
        yield Words(f"　　要符合此项：{way.zh}", f"     What would make it hold: {way.en}")


def _amount(amount: AmountExplained) -> Iterator[Words]:
    rule = amount.rule
    mark = amount.mark.evidence.value
    yield Words(f"金额：{rule.zh} [{mark}]", f"The amount: {rule.en} [{mark}]")
    for line in amount.lines:
        yield Words(f"　{line.zh}", f"  {line.en}")
    yield from map(_value, amount.values)


def _value(value: ValueShown) -> Words:
    """A value with who says it: the first feed of a fact, or the citation of a legal value."""
    label, shows = value.label, value.shown
    zh, en = f"　　{label.zh}：{shows.zh}", f"     {label.en}: {shows.en}"
    if value.mark is not None:
        said = f"{value.since}, {value.citation}, {value.mark.evidence.value}"
        return Words(f"{zh}（{said}）", f"{en} ({said})")
    if value.feeds:
        first = feeds.feed(value.feeds[0])
        return Words(
            f"{zh}（{first.department_zh}，{first.zh}）",
            f"{en} ({first.department_en}, {first.en})",
        )
    return Words(zh, en)


def _mended(question: Question, lines: Sequence[Line]) -> list[Words]:
    """What earlier periods bring, when months were asked about and not only one."""
    if len(question.months) == 1:
        return []
    found = [Words("各期应发、补发和追回：", "What each period brings:")]
    for line in lines:
        kind, why = line.kind.words, line.why
        yuan = "–" if line.amount_fen is None else decimal_text(line.amount_fen, 2)
        found.append(
            Words(
                f"　{line.period} {kind.zh} {yuan}元：{why.zh}",
                f"  {line.period} {kind.en}, {yuan} yuan: {why.en}",
            )
        )
    return found if lines else [*found, Words("　无", "  nothing")]


def _changes(rules: RuleSet, question: Question, decision: Decision) -> list[Words]:
    """What trying has shown to bring about payment of the whole."""
    if decision.outcome is Outcome.DUE:
        return []
    found: list[Words] = []
    for change in single_changes(rules, question, decision):
        now, then = shown(change.fact.kind, change.now), shown(change.fact.kind, change.then)
        yuan = decimal_text(change.amount_fen, 2)
        label = change.fact.words
        found.append(
            Words(
                f"　仅此一项即可：{label.zh}由“{now.zh}”变为“{then.zh}”，应发{yuan}元",
                f"  This alone would do: {label.en}, from “{now.en}” to “{then.en}”: {yuan} yuan",
            )
        )
    later = first_due_month(rules, question)
    if later is not None:
        found.append(
            Words(
                f"　事实不变的话，自{later.year}年{later.number}月起符合条件",
                f"  With the same facts it is due from {later} on",
            )
        )
    heading = Words("怎样才会改变：", "What would change it:")
    return [heading, *found] if found else []


def _whom_to_ask(said: Explanation) -> list[Words]:
    """The departments behind what was decisive, for whoever thinks that a fact is wrong."""
    asked: dict[str, Words] = {}
    for condition in said.decisive:
        for value in condition.values:
            if value.feeds and value.name not in asked:
                first = feeds.feed(value.feeds[0])
                asked[value.name] = Words(
                    f"　{value.label.zh}：{first.department_zh}（{first.system_zh}）",
                    f"  {value.label.en}: {first.department_en} ({first.system_en})",
                )
    if not asked:
        return []
    heading = Words("认为事实有误的，请向：", "Whom to ask if a fact is wrong:")
    return [heading, *asked.values()]


def _law(question: Question) -> list[Words]:
    found = [Words("依据：", "The law:")]
    for law in question.programme.laws:
        place = f"《{law.title}》{law.number}{law.article}"
        mark = law.mark.evidence.value
        found.append(Words(f"　{place} [{mark}]", f"  {place} [{mark}]"))
    return found
