"""What the commands about rules share: options, the rules of a folder, faults as sentences, words."""

import json
from collections.abc import Iterable
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from eligibility_rules import (
    Fault,
    Month,
    Programme,
    RuleFault,
    RuleSet,
    RulesInvalid,
    Words,
    load_rules,
)
from eligibility_rules.evidence import Mark
from eligibility_rules.explanation.show_values import decimal_text
from eligibility_rules.words import printable
from service.programmes import catalogue

RULES_WRONG = 1
"""Exit code when the rules themselves hold faults, or a case fails."""
QUESTION_WRONG = 2
"""Exit code when what was asked cannot be answered: a wrong code, month or fact."""


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


Code = Annotated[str, typer.Argument(help="Code of the programme, for example MZ15. 项目代码。")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_asked_in: ContextVar[Language] = ContextVar("rules_language", default=Language.ZH)
"""The language of the command that runs: faults are said in it, wherever they are found."""


def _heard(language: Language) -> Language:
    _asked_in.set(Language(language))
    return language


InLanguage = Annotated[Language, typer.Option(help="zh or en. 语言。", callback=_heard)]
RulesFolder = Annotated[
    Path | None,
    typer.Option("--rules", help="A folder of rules instead of the shipped ones. 规则目录。"),
]
CountyFolder = Annotated[
    Path | None,
    typer.Option("--county", help="A county's own folder of figures and waves. 县级标准目录。"),
]

_EVIDENCE = {
    "sourced": Words("官方原文", "official text"),
    "secondary": Words("转述", "report of the text"),
    "derived": Words("推算", "calculated"),
    "memory": Words("未核实", "from memory"),
    "illustrative": Words("示例", "illustrative"),
    "mixed": Words("部分示例", "partly illustrative"),
}


def rules_of(folder: Path | None, county: Path | None = None, *, as_json: bool = False) -> RuleSet:
    """The rules of a folder and a county; those of this installation if neither is named.

    Prints every fault and leaves with exit code 1 if they hold any.
    """
    try:
        if folder is None and county is None:
            return catalogue.rules()
        return load_rules(folder, county=county)
    except RulesInvalid as invalid:
        leave(invalid.faults, RULES_WRONG, as_json=as_json)


def programme_of(rules: RuleSet, code: str, *, as_json: bool = False) -> Programme:
    """One programme; leaves with exit code 2 and the nearest code if there is none."""
    found = rules.programmes.get(code)
    if found is None:
        fault = Fault("programme_unknown", "CODE", 1, rules.unknown(code))
        leave([fault], QUESTION_WRONG, as_json=as_json)
    return found


def month_of(text: str, *, as_json: bool = False) -> Month:
    """The month of `--month`; leaves with exit code 2 if it is none."""
    try:
        return Month.parse(text)
    except RuleFault as fault:
        found = Fault(fault.code, "--month", 1, fault.words, value=printable(text))
        leave([found], QUESTION_WRONG, as_json=as_json)


def leave(faults: Iterable[Fault], code: int, *, as_json: bool) -> NoReturn:
    """Print faults, `file:line: code: sentence` or JSON on standard output, and end.

    The sentence is in the language that the command was asked in; JSON holds both.
    """
    found = list(faults)
    if as_json:
        print_json({"faults": [fault_json(one) for one in found]})
    else:
        language = _asked_in.get()
        for one in found:
            place = f"{printable(one.file, 200)}:{one.line}"
            typer.echo(f"{place}: {one.code}: {say(one.words, language)}")
    raise typer.Exit(code)


def fault_json(fault: Fault) -> dict[str, Any]:
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "code": fault.code,
        "value": fault.value,
        "sentence": fault.sentence,
        "sentence_zh": fault.sentence_zh,
    }


def print_json(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def say(words: Words, language: Language) -> str:
    return words.zh if language is Language.ZH else words.en


def words_json(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def mark_json(mark: Mark) -> dict[str, str]:
    return {"evidence": mark.evidence.value, "remark": mark.remark}


def say_mark(mark: Mark, language: Language) -> str:
    """The evidence mark in words, with what it rests on."""
    word = say(_EVIDENCE[mark.evidence.value], language)
    return f"{word}（{mark.remark}）" if mark.remark else word


def amount_text(amount_fen: int | None) -> str | None:
    """Whole fen as yuan, such as 60.00."""
    return None if amount_fen is None else decimal_text(amount_fen, 2)


def console() -> Console:
    """Where commands about rules print; brackets of rules are no mark-up."""
    return Console(markup=False, highlight=False)


def table(title: str, *headers: str) -> Table:
    """An empty table; the codes of its first column stay whole."""
    made = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for number, header in enumerate(headers):
        made.add_column(header, overflow="fold", no_wrap=number == 0)
    return made


def paragraph(screen: Console, text: str) -> None:
    """Print a line whole, whatever the width of the screen."""
    screen.print(text, soft_wrap=True)
