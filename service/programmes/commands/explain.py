"""``anxin rules explain``: the decision on given facts in the sentences of pages and letters."""

from collections.abc import Sequence
from typing import Any

import typer

from eligibility_rules import Decision, RuleSet, Words
from eligibility_rules.asking.lines import Line
from eligibility_rules.asking.question import Question
from eligibility_rules.asking.what_would_change import Ways, ways
from eligibility_rules.explanation import Explanation
from service.foundation.spoken import spoken_period
from service.programmes.commands.asking import AskedMonth, FactsFile, SinceMonth, answer
from service.programmes.commands.shown import (
    AsJson,
    Code,
    CountyFolder,
    InLanguage,
    Language,
    RulesFolder,
    console,
    paragraph,
    print_json,
    say,
    words_json,
)
from service.programmes.telling import Grounds, as_text, tell, words
from service.programmes.telling.periods import periods_told

app = typer.Typer()


@app.command("explain")
def explain(
    code: Code,
    facts: FactsFile,
    month: AskedMonth,
    since: SinceMonth = "",
    language: InLanguage = Language.ZH,
    rules: RulesFolder = None,
    county: CountyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say in plain words why, what would change it and whom to ask. 用通俗的话说明理由。"""
    found = answer(code, facts, month, since, rules, county, as_json=as_json)
    lines = explained(found.rules, found.question, found.decision, found.lines)
    if as_json:
        content: dict[str, Any] = {
            "programme": code,
            "month": str(found.question.month),
            "outcome": found.decision.outcome.name.lower(),
            "rule_digest": found.rules.digest,
            "letter": [words_json(one) for one in lines],
        }
        print_json(content)
        return
    screen = console()
    for one in lines:
        paragraph(screen, say(one, language))


def explained(
    rules: RuleSet, question: Question, decision: Decision, lines: Sequence[Line] = ()
) -> tuple[Words, ...]:
    """The lines of an explanation, in both languages; an empty line parts its sections."""
    said, tried = question.explained(rules, decision), ways(rules, question, decision)
    zh, en = (
        _lines(said, tried, rules, language, lines if len(question.months) > 1 else None)
        for language in ("zh", "en")
    )
    return tuple(Words(one, other) for one, other in zip(zh, en, strict=True))


def _lines(
    said: Explanation,
    tried: Ways,
    rules: RuleSet,
    language: str,
    lines: Sequence[Line] | None,
) -> list[str]:
    basis = {
        "month": spoken_period(str(said.month), language),
        "period": spoken_period(said.period, language),
        "facts": words.in_language(words.ASKED, language),
        "rules": rules.digest[:16],
    }
    told = tell(said, Grounds(basis, None, tried), language, traced=False)
    text = as_text(told).split("\n")
    return text if lines is None else [*text, "", *periods_told(lines, language)]
