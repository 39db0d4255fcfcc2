"""``anxin rules check``: load rules and their cases, and say everything that is wrong with them."""

from pathlib import Path
from typing import Annotated

import typer

from eligibility_rules import RulesInvalid
from eligibility_rules.cases import load_cases
from service.programmes.commands.shown import (
    RULES_WRONG,
    AsJson,
    CountyFolder,
    InLanguage,
    Language,
    leave,
    print_json,
    rules_of,
)

app = typer.Typer()


@app.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of rules; the shipped ones by default.")
    ] = None,
    county: CountyFolder = None,
    language: InLanguage = Language.ZH,  # noqa: ARG001 - faults are said in it
    as_json: AsJson = False,
) -> None:
    """Load the rules and print every fault as file:line: code: sentence. 校验规则，列出全部错误。"""
    rules = rules_of(folder, county, as_json=as_json)
    try:
        cases = load_cases(rules, folder)
    except RulesInvalid as invalid:
        leave(invalid.faults, RULES_WRONG, as_json=as_json)
    counts = {
        "programmes": len(rules.programmes),
        "parameters": len(rules.parameters),
        "facts": len(rules.facts.facts) + len(rules.facts.derived),
        "proofs": len(rules.proofs),
        "cases": sum(len(found) for found in cases.values()),
    }
    if as_json:
        print_json({**counts, "digest": rules.digest, "faults": []})
        return
    typer.echo(", ".join(f"{count} {name}" for name, count in counts.items()))
    typer.echo(f"digest {rules.digest}")
