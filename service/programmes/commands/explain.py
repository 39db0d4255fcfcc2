"""``anxin rules explain``: the decision on given facts as a letter in plain words."""

from typing import Any

import typer

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
from service.programmes.letter import letter

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
    lines = letter(found.rules, found.question, found.decision, found.lines)
    if as_json:
        content: dict[str, Any] = {
            "programme": code,
            "month": str(found.question.month),
            "outcome": found.decision.outcome.name.lower(),
            "letter": [words_json(one) for one in lines],
        }
        print_json(content)
        return
    screen = console()
    for one in lines:
        paragraph(screen, say(one, language))
