"""The whole text of some explanations, word for word, in both languages.

After a change that is meant, ``python -m tests.service.assessment.test_explanation_texts`` writes the
texts anew, to be read before they are kept.
"""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from eligibility_rules import evaluate
from eligibility_rules.cases import Case, load_cases
from eligibility_rules.explanation import explain_whole
from service.assessment.explain import Whole
from service.assessment.models import Assessment
from service.assessment.told import tell
from service.programmes.catalogue import rules
from service.programmes.telling import as_text
from service.residents import feeds
from service.residents.models import Snapshot
from service.residents.snapshot import Source

GOLDEN = Path(__file__).parent / "golden"
CASES = {
    "MZ15": "86周岁60元",
    "MZ16": "下月1日才满100周岁",
    "MZ01": "未在保，两套住房人均超过当地均值",
    "MZ08": "上月入监，本月暂停",
    "NY01": "抛荒2.5亩，发7.5亩725.81元",
    "CL03": "车辆数据未到，待核",
    "JS02": "整季1314元",
}
"""Programme → the case that is told."""
SILENT = {"WJ_DEATH", "MZ_CREM", "GA_DEREG", "FY_COURT", "SF_PRISON", "GA_MIG"}
SAID = datetime(2026, 9, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", sorted(CASES))
def test_the_text_is_word_for_word(code: str, language: str) -> None:
    kept = (GOLDEN / f"{code}-{language}.txt").read_text(encoding="utf-8")
    assert text_of_case(code, language) == kept


def test_in_english_words_of_closed_lists_come_with_their_meaning() -> None:
    (case,) = (one for one in load_cases(rules())["MZ17"] if one.title.zh == "重250元")
    said = as_text(tell(told_of(case), "en", traced=False))
    assert re.search(r"assessed ability grade: 重 \([A-Z][a-z ]+\)", said)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_programme_and_case_the_text_names_nobody(language: str) -> None:
    for code, cases in load_cases(rules()).items():
        for case in cases:
            said = as_text(tell(told_of(case), language, traced=True))
            assert re.search(r"(?<![0-9a-f-])[0-9]{17}[0-9X](?![0-9a-f])", said) is None, code
            assert ": None" not in said
            assert "{" not in said


def text_of_case(code: str, language: str) -> str:
    """The text of a case, without the digest that changes with every change of the rules."""
    (case,) = (one for one in load_cases(rules())[code] if one.title.zh == CASES[code])
    said = as_text(tell(told_of(case), language, traced=True)) + "\n"
    return said.replace(rules().digest[:16], "…")


def told_of(case: Case) -> Whole:
    """A case as a decision: the register sent a record, the wheelchair's feed never came."""
    programme = rules().programme(case.code)
    others = {
        one: evaluate(rules(), one, case.columns, case.month)
        for one in dict.fromkeys((*programme.depends_on, *programme.rivals))
    }
    explanation = explain_whole(
        rules(), case.code, case.month, evaluate(rules(), case.code, case.columns, case.month),
        case.columns, {code: one.outcome for code, one in others.items()}, None,
        {code: one.amount_fen for code, one in others.items()},
    )  # fmt: skip
    assessment = Assessment(
        month=str(case.month),
        rule_digest=rules().digest,
        assessed_at=datetime(2026, 10, 1, tzinfo=UTC),
    )
    snapshot = Snapshot(digest="5" * 64, manifest={"as_known_at": "2026-09-30T12:00:00+00:00"})
    sources = {code: _source(code) for code in feeds.every() if code != "GA_VEH"}
    return Whole(assessment, snapshot, programme.subject, 17, None, "", explanation, sources)


def _source(code: str) -> Source:
    has_record = code not in SILENT
    return Source(
        f"{code}.csv", SAID, date(2026, 9, 1) if has_record else None, has_record=has_record,
        delivery_id=UUID(int=7), as_of=date(2026, 9, 1), row_no=12 if has_record else None,
    )  # fmt: skip


def write_anew() -> None:
    """Write every text as it is told now."""
    for code in CASES:
        for language in ("zh", "en"):
            path = GOLDEN / f"{code}-{language}.txt"
            path.write_text(text_of_case(code, language), encoding="utf-8")


if __name__ == "__main__":
    write_anew()
