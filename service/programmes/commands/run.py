"""``anxin rules test``: run the cases that officials check through both engines."""

from typing import Annotated, Any

import typer

from eligibility_rules import Fault, RulesInvalid, Words
from eligibility_rules.cases import load_cases
from eligibility_rules.run_cases import CaseResult, Verdict, run_cases
from service.programmes.commands.shown import (
    RULES_WRONG,
    AsJson,
    CountyFolder,
    InLanguage,
    Language,
    RulesFolder,
    amount_text,
    leave,
    print_json,
    programme_of,
    rules_of,
)

app = typer.Typer()


@app.command("test")
def run(
    codes: Annotated[
        list[str] | None, typer.Argument(help="Codes of programmes; all by default.")
    ] = None,
    rules: RulesFolder = None,
    county: CountyFolder = None,
    language: InLanguage = Language.ZH,  # noqa: ARG001 - faults are said in it
    as_json: AsJson = False,
) -> None:
    """Decide every case in plain Python and in SQL; exit code 1 if one fails. 运行核对用例。"""
    loaded = rules_of(rules, county, as_json=as_json)
    wanted = [programme_of(loaded, code, as_json=as_json).code for code in codes or ()]
    try:
        cases = load_cases(loaded, rules)
    except RulesInvalid as invalid:
        leave(invalid.faults, RULES_WRONG, as_json=as_json)
    codes = wanted or sorted(loaded.programmes)
    missing = [
        Fault(
            "cases_missing",
            f"cases/{code}.yaml",
            1,
            Words(f"项目 {code} 没有用例。", f"There are no cases for {code}."),
        )
        for code in codes
        if not cases.get(code)
    ]
    if missing:
        leave(missing, RULES_WRONG, as_json=as_json)
    chosen = [case for code in codes for case in cases[code]]
    results = list(run_cases(loaded, chosen))
    failed = [one for one in results if not one.passed]
    if as_json:
        print_json(
            {
                "passed": len(results) - len(failed),
                "failed": len(failed),
                "cases": [_json(one) for one in results],
            }
        )
    else:
        for one in failed:
            _print(one)
        typer.echo(f"passed 通过 {len(results) - len(failed)}, failed 未过 {len(failed)}")
    if failed:
        raise typer.Exit(RULES_WRONG)


def _print(result: CaseResult) -> None:
    case = result.case
    typer.echo(
        f"cases/{case.code}.yaml:{case.line}: {case.title.zh} {case.title.en} ({case.month})"
    )
    typer.echo(f"  expected 应为 {_said(result.expected)}")
    if result.interpreter != result.expected:
        typer.echo(f"  interpreter 解释器 {_said(result.interpreter)}")
    if result.sql != result.expected:
        typer.echo(f"  SQL {_said(result.sql)}")


def _said(verdict: Verdict) -> str:
    amount = amount_text(verdict.amount_fen)
    parts = [verdict.outcome, f"{amount} yuan" if amount is not None else ""]
    parts += [f"refused {', '.join(verdict.refused)}" if verdict.refused else ""]
    parts += [f"open {', '.join(verdict.open)}" if verdict.open else ""]
    return "; ".join(part for part in parts if part)


def _json(result: CaseResult) -> dict[str, Any]:
    case = result.case
    return {
        "programme": case.code,
        "file": f"cases/{case.code}.yaml",
        "line": case.line,
        "title": {"zh": case.title.zh, "en": case.title.en},
        "month": str(case.month),
        "passed": result.passed,
        "expected": _verdict_json(result.expected),
        "interpreter": _verdict_json(result.interpreter),
        "sql": _verdict_json(result.sql),
    }


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome,
        "amount_fen": verdict.amount_fen,
        "refused": list(verdict.refused),
        "open": list(verdict.open),
    }
