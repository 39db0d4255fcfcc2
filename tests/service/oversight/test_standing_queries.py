"""Each standing query finds the case it was made for, and leaves the one beside it alone."""

import json
import re

import pytest
from sqlalchemy.orm import Session

from service.oversight.standing.catalogue import BY_CODE, QUERIES
from service.oversight.standing.engine import look
from service.oversight.standing.words import says
from tests.service.oversight import standing_more_cases
from tests.service.oversight.standing_cases import CASES, TODAY, triggers_asleep

assert standing_more_cases.CASES is CASES, "both modules register what they make"


@pytest.mark.parametrize("code", sorted(CASES))
def test_it_hits_the_case_and_nothing_beside_it(code: str, made: Session) -> None:
    triggers_asleep(made)
    wanted, unwanted = CASES[code](made)
    query = BY_CODE[code]
    seen = look(made, query, today=TODAY)
    found = {hit.subject: hit for hit in seen.hits}
    assert wanted <= found.keys()
    assert not unwanted & found.keys()
    again = look(made, query, today=TODAY.replace(day=29))
    assert {hit.digest for hit in again.hits} == {hit.digest for hit in seen.hits}, (
        "evidence that grows from day to day would be a new hit each night"
    )
    for one in sorted(wanted):
        evidence = found[one].evidence
        for language in ("en", "zh"):
            said = says(query, evidence, language)
            assert "{" not in said
        named = set(re.findall(r"\{(\w+)[:}]", query.says_en + query.says_zh))
        assert named <= evidence.keys(), "a sentence speaks only of its evidence"
        assert "试样" not in json.dumps(evidence, ensure_ascii=False), "names are no evidence"


def test_each_query_has_a_case_words_and_the_audit_it_answers() -> None:
    assert set(CASES) == set(BY_CODE)
    assert len(QUERIES) == len(BY_CODE)
    for query in QUERIES:
        assert query.answers, query.code
        assert all(one.where and one.en and one.zh for one in query.answers), query.code
        assert set(re.findall(r"\{(\w+)[:}]", query.says_en)) == set(
            re.findall(r"\{(\w+)[:}]", query.says_zh)
        ), query.code
    assert len({query.digest for query in QUERIES}) == len(QUERIES)


def test_what_is_one_is_told_as_one() -> None:
    query = BY_CODE["village_official_family"]
    one = {"people": 1, "lines": 1, "fen": 7026, "ties": "household", "programmes": "NY01"}
    assert "1 person around" in says(query, one, "en")
    assert "in 1 line of" in says(query, one, "en")
    assert "2 people around" in says(query, one | {"people": 2}, "en")
    assert "— lines" in says(query, {"people": 1}, "en")
