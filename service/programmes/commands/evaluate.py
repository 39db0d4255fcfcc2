"""``anxin rules evaluate``: facts in, decision out."""

from typing import Any

import typer

from eligibility_rules import Reason, ValueUsed, Words
from eligibility_rules.asking.lines import Line
from service.programmes.commands.asking import (
    Answer,
    AskedMonth,
    FactsFile,
    SinceMonth,
    answer,
)
from service.programmes.commands.shown import (
    AsJson,
    Code,
    CountyFolder,
    InLanguage,
    Language,
    RulesFolder,
    amount_text,
    console,
    paragraph,
    print_json,
    say,
    table,
    words_json,
)

app = typer.Typer()
MARKS = {"true": "✓", "false": "✗", "unknown": "?"}
OUTCOMES = {
    "due": Words("符合，应发", "due"),
    "not_due": Words("不符合", "not due"),
    "unknown": Words("有事实不明，待核实", "unknown: a fact is missing"),
}


@app.command("evaluate")
def evaluate(
    code: Code,
    facts: FactsFile,
    month: AskedMonth,
    since: SinceMonth = "",
    language: InLanguage = Language.ZH,
    rules: RulesFolder = None,
    county: CountyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Decide one programme on given facts; exit code 2 names every wrong fact. 试算：给定事实，得出结论。"""
    found = answer(code, facts, month, since, rules, county, as_json=as_json)
    if as_json:
        print_json(decision_json(found))
    else:
        _print(found, language)


def decision_json(found: Answer) -> dict[str, Any]:
    """The decision as other programs read it; `amount` and the lines' amounts are yuan and fen."""
    programme, month = found.question.programme, found.question.month
    return {
        "programme": programme.code,
        "names": words_json(programme.names),
        "month": str(month),
        "period": programme.period(month),
        "payable": programme.is_payable(month),
        "outcome": found.decision.outcome.name.lower(),
        "amount_fen": found.decision.amount_fen,
        "amount": amount_text(found.decision.amount_fen),
        "rule_digest": found.rules.digest,
        "reasons": [_reason_json(one) for one in found.decision.reasons],
        "lines": [_line_json(one) for one in found.lines],
        "unused": list(found.question.unused),
    }


def _reason_json(reason: Reason) -> dict[str, Any]:
    return {
        "condition": reason.condition_id,
        "state": reason.state,
        "zh": reason.zh,
        "en": reason.en,
        "values": [_value_json(one) for one in reason.values],
    }


def _value_json(value: ValueUsed) -> dict[str, Any]:
    return {
        "name": value.name,
        "label": words_json(value.label),
        "shown": words_json(value.shown),
        "feeds": list(value.feeds),
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "period": line.period,
        "kind": line.kind.value,
        "amount_fen": line.amount_fen,
        "amount": amount_text(line.amount_fen),
        "due_fen": line.due_fen,
        "paid_fen": line.paid_fen,
        **words_json(line.why),
    }


def _print(found: Answer, language: Language) -> None:
    screen = console()
    programme, month = found.question.programme, found.question.month
    decision = found.decision
    paragraph(screen, f"{programme.code} {say(programme.names, language)} {month}")
    outcome = say(OUTCOMES[decision.outcome.name.lower()], language)
    amount = amount_text(decision.amount_fen)
    unit = say(Words("元", " yuan"), language)
    paragraph(screen, outcome if amount is None else f"{outcome}: {amount}{unit}")
    if not programme.is_payable(month):
        said = Words("本月不是发放月。", "Nothing is paid in this month of its period.")
        paragraph(screen, say(said, language))
    reasons = table("", "", "condition 条件", "sentence 内容", "values 依据")
    for one in decision.reasons:
        sentence = one.zh if language is Language.ZH else one.en
        values = "\n".join(
            f"{say(value.label, language)}: {say(value.shown, language)}" for value in one.values
        )
        reasons.add_row(MARKS[one.state], one.condition_id, sentence, values)
    screen.print(reasons)
    if found.lines:
        screen.print(_lines(found.lines, language))
    if found.question.unused:
        said = Words("本项目不看的事实：", "Not looked at by this programme: ")
        paragraph(screen, say(said, language) + ", ".join(found.question.unused))
    paragraph(screen, f"digest {found.rules.digest}")


def _lines(lines: tuple[Line, ...], language: Language) -> Any:
    shown = table("", "period 所属期", "line 性质", "yuan 元", "why 原因")
    for line in lines:
        amount = amount_text(line.amount_fen) or "–"
        shown.add_row(line.period, say(line.kind.words, language), amount, say(line.why, language))
    return shown
