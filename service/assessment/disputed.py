"""Which fact somebody disputes: its column and type in snapshots, its department, and a value for it."""

import json
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from eligibility_rules import Fact, Programme, RulesInvalid, required_columns
from eligibility_rules.asking.question import read_question
from eligibility_rules.reading.read_programme import facts_used
from service.assessment.explain import subjects_of
from service.assessment.models import Assessment
from service.foundation.problems import NotFound, Problem
from service.programmes.catalogue import rules
from service.residents.corrections import About, Disputed
from service.residents.models import Snapshot


class FactNotDisputable(Problem):
    """The programme does not look at such a fact, or it is worked out from others."""

    code = "fact_not_disputable"
    status = 422
    title = "This fact cannot be corrected like this"

    def __init__(self, fact: str, code: str) -> None:
        super().__init__(
            f"{code} looks at no fact {fact} that a department says; its own facts are listed by "
            f"`anxin rules show {code}`.",
            f"项目 {code} 不使用由部门报送的事实 {fact}；可用 anxin rules show {code} 查看。",
        )


class ValueUnusable(Problem):
    """The value is none of the fact's kind."""

    code = "value_unusable"
    status = 422
    title = "The value cannot be used"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The value cannot be taken: {why}", f"该数值无法采用，请按规定格式填写：{why}"
        )


def disputed(code: str, name: str) -> Disputed:
    """Return a fact that a programme looks at; raises NotFound, :class:`FactNotDisputable`."""
    programme, fact = _fact(code, name)
    column = fact.column(code)
    kind = required_columns(rules(), programme.subject, [code])[column]
    return Disputed(name, column, kind, fact.feeds[0])


def about_whom(session: Session, assessment: Assessment, person_id: int, code: str) -> About:
    """Return whose fact it is for a programme: the person's, or the household's as then known.

    Raises NotFound where the person belongs to no such household.
    """
    wanted = _programme(code).subject
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    for subject, subject_id in subjects_of(session, snapshot, person_id):
        if subject is wanted:
            return About(subject.value, subject_id, person_id)
    raise NotFound("household")


def value_of(code: str, name: str, given: str) -> str:
    """Return a value as a snapshot writes it, from how a person writes it; raises :class:`ValueUnusable`.

    Money is yuan, area 亩, rates percent; yes and no are ``true`` and ``false``.
    """
    _fact(code, name)
    raw: Any = {"true": True, "false": False}.get(given.strip().lower(), given.strip())
    content = json.dumps({name: raw}).encode()
    try:
        asked = read_question(rules(), code, content, "value", "2026-01")
    except RulesInvalid as invalid:
        raise ValueUnusable(" ".join(one.sentence for one in invalid.faults)) from None
    (found,) = asked.facts[asked.month].values()
    if found is None:
        raise ValueUnusable(f"{name} must be known.")
    if isinstance(found, bool):
        return str(found).lower()
    return found.isoformat() if isinstance(found, date) else str(found)


def _programme(code: str) -> Programme:
    found = rules().programmes.get(code)
    if found is None:
        raise NotFound("programme")
    return found


def _fact(code: str, name: str) -> tuple[Programme, Fact]:
    programme = _programme(code)
    fact = programme.facts.facts.get(name)
    is_usable = fact is not None and name in facts_used(programme) and bool(fact.feeds)
    if fact is None or not is_usable or fact.per_programme or programme.subject.value == "land":
        raise FactNotDisputable(name, code)
    return programme, fact
