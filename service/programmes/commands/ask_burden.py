"""``anxin rules burden``: which proofs and forms the rules spare people, and what is still asked."""

from typing import Any

import typer

from eligibility_rules.proofs import Ask
from service.programmes.burden import FORMS_BEFORE, PROOFS_BEFORE, Burden, burden
from service.programmes.commands.shown import (
    AsJson,
    CountyFolder,
    InLanguage,
    Language,
    RulesFolder,
    console,
    paragraph,
    print_json,
    rules_of,
    say,
    table,
    words_json,
)

app = typer.Typer()


@app.command("burden")
def show_burden(
    language: InLanguage = Language.ZH,
    rules: RulesFolder = None,
    county: CountyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Count the proofs and forms that nobody has to bring any more. 减免的证明和表格。"""
    found = burden(rules_of(rules, county, as_json=as_json))
    if as_json:
        print_json(_json(found))
    else:
        _print(found, language)


def percent(count: int, of: int) -> str:
    """A share in percent with one decimal, rounded half up; of nothing, nothing."""
    if not of:
        return "0.0"
    tenths = (2000 * count + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}"


def _json(found: Burden) -> dict[str, Any]:
    return {
        "proofs": {
            "before": PROOFS_BEFORE,
            "replaced": found.proofs_replaced,
            "percent": percent(found.proofs_replaced, PROOFS_BEFORE),
            "each": [
                {
                    "code": one.code,
                    **words_json(one.words),
                    "national": one.national,
                    "feeds": list(one.feeds),
                    "programmes": list(one.programmes),
                }
                for one in found.proofs
            ],
        },
        "forms": {
            "before": FORMS_BEFORE,
            "named": found.forms_named,
            "replaced": found.forms_replaced,
            "percent": percent(found.forms_replaced, found.forms_named),
            "each": [
                {
                    "name": one.name,
                    "remark": one.remark,
                    "kept": one.kept,
                    "programmes": list(one.programmes),
                }
                for one in found.forms
            ],
        },
        "still_asked": [
            {"programme": one.code, "asks_for": [_ask_json(ask) for ask in one.asks_for]}
            for one in found.asking
        ],
        "applications": list(found.applying),
    }


def _ask_json(ask: Ask) -> dict[str, Any]:
    return {
        "kind": ask.kind.value,
        "code": ask.code,
        "names": words_json(ask.names),
        "reason": words_json(ask.reason),
    }


def _print(found: Burden, language: Language) -> None:
    screen = console()
    proofs = table("Proofs 证明", "code", "proof 证明", "feeds 数据源", "programmes 项目")
    for one in found.proofs:
        proofs.add_row(
            one.code,
            say(one.words, language),
            " ".join(one.feeds),
            " ".join(one.programmes) or "–",
        )
    forms = table("Forms 表格", "form 表格", "remark 说明", "programmes 项目")
    for form in found.forms:
        forms.add_row(form.name, form.remark or "–", " ".join(form.programmes))
    screen.print(proofs)
    screen.print(forms)
    for name, count, before in (
        (
            "proofs replaced, of those counted at the start 减免证明",
            found.proofs_replaced,
            PROOFS_BEFORE,
        ),
        (
            "different forms replaced, of those that the programmes name 减免表格（按不同表格计）",
            found.forms_replaced,
            found.forms_named,
        ),
    ):
        paragraph(screen, f"{name}: {count} / {before} ({percent(count, before)} %)")
    paragraph(screen, f"forms counted at the start 起始统计表格: {FORMS_BEFORE}")
    asked = [
        f"{one.code} {say(ask.names, language)} ({say(ask.reason, language)})"
        for one in found.asking
        for ask in one.asks_for
    ]
    paragraph(screen, f"still asked for 仍需提供: {'; '.join(asked) or 'nothing 无'}")
    paragraph(screen, f"begin with an application 须申请: {' '.join(found.applying) or '–'}")
