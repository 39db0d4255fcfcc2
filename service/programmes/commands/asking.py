"""What `evaluate` and `explain` share: the question of a person and its answer."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from eligibility_rules import Decision, Fault, RuleSet, RulesInvalid, Words
from eligibility_rules.asking.json_document import BYTES_MAX
from eligibility_rules.asking.lines import Line, decide_months, lines
from eligibility_rules.asking.question import Question, read_question
from service.foundation.not_opened import why_not_opened
from service.programmes.commands.shown import QUESTION_WRONG, leave, rules_of

FactsFile = Annotated[
    str,
    typer.Option(
        "--facts",
        help="JSON with facts by name, or - for standard input. Money is yuan, area 亩, rates "
        'percent, as texts: {"p.birth": "1940-01-31", "hh.income_pc": "900.00"}; or whole numbers '
        'by column: {"hh.income_pc_fen": 90000}. null or absent is unknown. 事实文件。',
    ),
]
AskedMonth = Annotated[str, typer.Option("--month", help="The month, such as 2026-10. 月份。")]
SinceMonth = Annotated[
    str,
    typer.Option(
        "--since",
        help="Decide every month from this one; the file may say "
        '{"facts": {…}, "months": {"2026-08": {…}}, "paid": {"2026-08": 6000}}. 自何月起。',
    ),
]


@dataclass(frozen=True)
class Answer:
    """A question with the decision of the month asked about and the lines that would be paid."""

    rules: RuleSet
    question: Question
    decision: Decision
    lines: tuple[Line, ...]


def answer(
    code: str,
    facts: str,
    month: str,
    since: str,
    folder: Path | None,
    county: Path | None,
    *,
    as_json: bool,
) -> Answer:
    """Read and decide a question; leaves with exit code 2 and every fault if it cannot be answered."""
    rules = rules_of(folder, county, as_json=as_json)
    name = "standard input" if facts == "-" else facts
    raw, unread = _read(facts, name)
    try:
        question = read_question(rules, code, raw, name, month, since)
    except RulesInvalid as invalid:
        leave([*unread, *invalid.faults], QUESTION_WRONG, as_json=as_json)
    if unread:
        leave(unread, QUESTION_WRONG, as_json=as_json)
    decisions = decide_months(rules, question)
    return Answer(rules, question, decisions[question.month], lines(rules, question, decisions))


def _read(place: str, name: str) -> tuple[bytes, list[Fault]]:
    """The file, or a little more than is allowed of it; no facts and a fault if it cannot be read."""
    try:
        if place == "-":
            return sys.stdin.buffer.read(BYTES_MAX + 1), []
        with Path(place).open("rb") as opened:
            return opened.read(BYTES_MAX + 1), []
    except (OSError, ValueError) as error:
        why, why_zh = why_not_opened(error)
        said = Words(f"文件无法读取（{why_zh}）。", f"The file cannot be read: {why}.")
        fault = Fault("file_unreadable", name, 1, said)
        return b"{}", [fault]
