"""Decide a month over a folder of plain Parquet: ``person/``, ``household/`` and ``land/``.

The files of one kind of subject are its parts; whoever lives together stands in one part, so that
parts can be decided one by one or side by side. A pool is shared over all parts: its rate is frozen
in a pass of its own.
"""

from pathlib import Path

from eligibility_rules import (
    Month,
    RuleSet,
    Subject,
    compile_sql,
    freeze_pools,
    required_columns,
)
from service.assessment.engines.engine import Engine
from service.assessment.engines.facts_view import FACTS
from service.foundation.problems import Problem

Figures = dict[str, dict[str, int]]
"""Of each programme: due, not_due, unknown (people or households) and amount_fen."""


class FolderLacks(Problem):
    """The folder has not the files or the columns that the rules need."""

    code = "folder_lacks_facts"
    status = 422
    title = "The folder lacks facts"

    def __init__(self, folder: Path, missing: list[str]) -> None:
        listed = ", ".join(missing)
        super().__init__(
            f"The folder {folder.name} lacks what the rules need: {listed}.",
            f"文件夹 {folder.name} 缺少规则所需的内容：{listed}。",
        )


class FolderTaken(Problem):
    """The output folder holds something already."""

    code = "folder_taken"
    status = 409
    title = "The output folder is not empty"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The folder {folder.name} is not empty; name a new one for the outcomes.",
            f"文件夹 {folder.name} 不是空的；请为结果另指定一个新文件夹。",
        )


def assess_folder(
    engine: Engine,
    rules: RuleSet,
    month: Month,
    facts: Path,
    target: Path,
    codes: tuple[str, ...] = (),
) -> Figures:
    """Write ``target/person/*.parquet`` and so on, the columns of ``compile_sql``; say what is due.

    What the county decides in the month is decided, or the programmes in ``codes``. Raises
    :class:`FolderLacks`, :class:`FolderTaken` and, for a code without rules, RuleFault.
    """
    if target.exists() and any(target.iterdir()):
        raise FolderTaken(target)
    wanted = [rules.programme(code) for code in codes] if codes else rules.assessed(month)
    found: Figures = {}
    for subject in Subject:
        mine = tuple(one.code for one in wanted if one.subject is subject)
        if mine:
            found |= _decide(engine, rules, month, subject, mine, facts, target / subject.value)
    return found


def _decide(
    engine: Engine,
    rules: RuleSet,
    month: Month,
    subject: Subject,
    codes: tuple[str, ...],
    facts: Path,
    target: Path,
) -> Figures:
    parts = sorted((facts / subject.value).glob("*.parquet"))
    if not parts:
        raise FolderLacks(facts, [f"{subject.value}/*.parquet"])
    _check(engine, rules, subject, facts, parts)
    pools = freeze_pools(
        rules,
        subject,
        month,
        FACTS,
        lambda sql: engine.added_up(sql, parts)[0],
        engine.dialect,
        codes,
    )
    sql = compile_sql(
        rules, subject, month, FACTS, codes=codes, pools=pools, dialect=engine.dialect
    )
    engine.keep(sql, parts, target)
    return _figures(engine, codes, sorted(target.glob("*.parquet")))


def _check(
    engine: Engine, rules: RuleSet, subject: Subject, facts: Path, parts: list[Path]
) -> None:
    have = engine.columns(parts)
    missing = [
        f"{subject.value}.{name} ({kind})"
        for name, kind in required_columns(rules, subject).items()
        if have.get(name) != kind
    ]
    if missing:
        raise FolderLacks(facts, missing)


def _figures(engine: Engine, codes: tuple[str, ...], outcomes: list[Path]) -> Figures:
    asked = [
        (
            f"coalesce(sum(CASE WHEN {code}_outcome = 1 THEN 1 ELSE 0 END), 0)",
            f"coalesce(sum(CASE WHEN {code}_outcome = 0 THEN 1 ELSE 0 END), 0)",
            f"coalesce(sum(CASE WHEN {code}_outcome = 2 THEN 1 ELSE 0 END), 0)",
            f"coalesce(sum({code}_amount_fen), 0)",
        )
        for code in codes
    ]
    columns = ", ".join(one for four in asked for one in four)
    numbers = engine.added_up(f"SELECT {columns} FROM {FACTS}", outcomes)  # noqa: S608
    return {
        code: dict(
            zip(
                ("due", "not_due", "unknown", "amount_fen"),
                numbers[4 * place : 4 * place + 4],
                strict=True,
            )
        )
        for place, code in enumerate(codes)
    }
