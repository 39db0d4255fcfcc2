"""A decision in plain words, as a letter: what was decided, why, and what can be done about it."""

from collections.abc import Iterator, Sequence

from eligibility_rules import Decision, Outcome, Reason, RuleSet, ValueUsed, Words
from eligibility_rules.lines import Line
from eligibility_rules.question import Question
from eligibility_rules.show_values import decimal_text, shown
from eligibility_rules.what_would_change import first_due_month, single_changes
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
    parts: list[Words] = [
        Words(
            f"{programme.names.zh}（{programme.code}），{month.year}年{month.number}月",
            f"{programme.names.en} ({programme.code}), {month}",
        ),
        _outcome(decision),
        Words("", ""),
        Words("各项条件：", "The conditions:"),
    ]
    *conditions, amount = (*decision.reasons, None)
    if conditions and conditions[-1].condition_id.endswith("-AMOUNT"):
        amount = conditions.pop()
    for number, reason in enumerate(conditions, 1):
        parts += _condition(number, reason)
    if amount is not None:
        parts += [Words("", ""), Words("金额：", "The amount:")]
        parts += [Words(f"　{amount.zh}", f"  {amount.en}"), *_values(amount)]
    sections = (
        _mended(question, lines),
        _changes(rules, question, decision),
        _whom_to_ask(decision),
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


def _condition(number: int, reason: Reason) -> Iterator[Words]:
    state = _STATES[reason.state]
    yield Words(f"{number}. 【{state.zh}】{reason.zh}", f"{number}. [{state.en}] {reason.en}")
    yield from _values(reason)


def _values(reason: Reason) -> Iterator[Words]:
    for value in reason.values:
        zh, en = _feeds_named(value)
        yield Words(
            f"　　{value.label.zh}：{value.shown.zh}{zh}",
            f"     {value.label.en}: {value.shown.en}{en}",
        )


def _feeds_named(value: ValueUsed) -> tuple[str, str]:
    if not value.feeds:
        return "", ""
    first = feeds.feed(value.feeds[0])
    return f"（{first.department_zh}，{first.zh}）", f" ({first.department_en}, {first.en})"


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
    """What would have to be different: the conditions themselves, then what trying has shown."""
    if decision.outcome is Outcome.DUE:
        return []
    found = [Words("怎样才会改变：", "What would change it:")]
    for reason in decision.reasons:
        if reason.state == "false":
            found.append(Words(f"　须符合：{reason.zh}", f"  This must hold: {reason.en}"))
        elif reason.state == "unknown" and not reason.condition_id.endswith("-AMOUNT"):
            found.append(Words(f"　须查明：{reason.zh}", f"  This must become known: {reason.en}"))
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
    return found


def _whom_to_ask(decision: Decision) -> list[Words]:
    """The departments behind what stands in the way, for whoever thinks that a fact is wrong."""
    doubtful = [one for one in decision.reasons if one.state != "true"] or list(decision.reasons)
    asked: dict[str, Words] = {}
    for reason in doubtful:
        for value in reason.values:
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
