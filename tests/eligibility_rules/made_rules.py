"""Small programmes written for one test, put beside the shipped ones."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml

from eligibility_rules import RuleSet, RulesInvalid, load_rules
from eligibility_rules.load import HOME

MADE = "programmes/minzheng"


def programme(code: str, **changes: object) -> str:
    """The text of a plain programme about a person aged 60, with keys changed or added."""
    whole: dict[str, object] = {
        "code": code,
        "names": {"zh": f"试项{code}", "en": f"Trial {code}"},
        "department": {"zh": "民政", "en": "Civil affairs"},
        "law": [{"title": "试", "number": "试", "evidence": "illustrative"}],
        "subject": "person",
        "unit": "人/月",
        "payee": {"zh": "本人", "en": "the person"},
        "conditions": [
            {"id": f"{code}-C1", "expr": "p.age >= 60", "zh": "满60周岁", "en": "aged 60"}
        ],
        "application": "false",
        "start": {"rule": "MONTH_OF_EVENT", "condition": f"{code}-C1"},
        "amount": {"kind": "flat", "expr": "yuan(100)", "zh": "百元", "en": "a hundred", "figures": "illustrative"},
        "rounding": "fen",
        "frequency": "monthly",
        "stop": [{"event": "DEATH", "action": "stop", "effective": "NEXT_MONTH"}],
        "notice": {"level": "none", "days": "0"},
        "approval_chain": [],
        "feeds": ["GA_HUKOU"],
        "sensitive": "false",
        "back_pay_months": "0",
        "evidence": {"policy": "illustrative", "figures": "illustrative", "refs": []},
    }  # fmt: skip
    return yaml.safe_dump(whole | changes, allow_unicode=True)


def made(**programmes: Mapping[str, object]) -> RuleSet:
    """The shipped rules with made programmes beside them."""
    return load_rules(
        changed={
            f"{MADE}/{code}.yaml": programme(code, **changes)
            for code, changes in programmes.items()
        }
    )


def made_alone(folder: Path, **programmes: Mapping[str, object]) -> RuleSet:
    """Made programmes in an empty folder, with the shipped facts and no other programme: loaded fast."""
    (folder / "parameters").mkdir(parents=True, exist_ok=True)
    (folder / MADE).mkdir(parents=True, exist_ok=True)
    for name in ("facts.yaml", "parameters/meal_aid.yaml"):
        shutil.copy(HOME / name, folder / name)
    changed = {f"{MADE}/{code}.yaml": programme(code, **one) for code, one in programmes.items()}
    return load_rules(folder, changed=changed)


def refused(**programmes: Mapping[str, object]) -> list[tuple[str, str]]:
    """The files and codes of all faults of made programmes."""
    try:
        made(**programmes)
    except RulesInvalid as problem:
        return [(fault.file.rpartition("/")[2], fault.code) for fault in problem.faults]
    return []
