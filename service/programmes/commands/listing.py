"""``anxin rules list``: every programme on one line."""

from typing import Annotated, Any

import typer

from eligibility_rules import Programme
from service.programmes.commands.shown import (
    AsJson,
    CountyFolder,
    InLanguage,
    Language,
    RulesFolder,
    console,
    mark_json,
    print_json,
    rules_of,
    say,
    say_mark,
    table,
    words_json,
)

app = typer.Typer()
_HEADS = {
    Language.ZH: ("代码", "名称", "部门", "周期、对象", "政策", "金额"),
    Language.EN: ("code", "name", "department", "frequency, subject", "policy", "figures"),
}


@app.command("list")
def list_programmes(
    department: Annotated[
        str, typer.Option(help="Only this one: its folder or a part of its name. 部门。")
    ] = "",
    wave: Annotated[int | None, typer.Option(help="Only this wave, such as 1. 批次。")] = None,
    language: InLanguage = Language.ZH,
    rules: RulesFolder = None,
    county: CountyFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the programmes with their evidence marks. 列出全部项目及依据可信度。"""
    loaded = rules_of(rules, county, as_json=as_json)
    found = [
        one
        for _, one in sorted(loaded.programmes.items())
        if _is_of(one, department.casefold()) and wave in {None, one.wave}
    ]
    if as_json:
        print_json([_json(one) for one in found])
        return
    heads = _HEADS[language]
    shown = table(f"{len(found)} / {len(loaded.programmes)}", *heads)
    for one in found:
        shown.add_row(
            one.code,
            say(one.names, language),
            say(one.department.words, language),
            f"{one.frequency.value}, {one.subject.value}",
            say_mark(one.evidence.policy, language),
            say_mark(one.evidence.figures, language),
        )
    console().print(shown)


def _is_of(programme: Programme, wanted: str) -> bool:
    department = programme.department
    said = (department.words.zh, department.words.en.casefold())
    return wanted == department.folder or any(wanted in one for one in said)


def _json(one: Programme) -> dict[str, Any]:
    return {
        "code": one.code,
        "names": words_json(one.names),
        "department": {"folder": one.department.folder, **words_json(one.department.words)},
        "wave": one.wave,
        "frequency": one.frequency.value,
        "subject": one.subject.value,
        "policy": mark_json(one.evidence.policy),
        "figures": mark_json(one.evidence.figures),
    }
