"""Officers read why and why not, print the letter, and only for residents they may see."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.letter import months_later, write_letter
from service.assessment.reveal import reveal
from service.assessment.told import tell
from service.assessment.view import address
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation import clock, ids
from service.foundation.spoken import spoken_day, spoken_period
from service.officers.may import NotAllowed
from service.programmes.telling import Told
from service.residents.models import Person
from service.web.form_tokens import FIELD, token
from tests.factories.assessment import AssessmentFactory
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.service.assessment.explaining import assessed, silence, why
from tests.service.batches.reading import text_of
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import MakeOfficer, SignInAs

ELDER = "1940-03-03"


@pytest.fixture
def elder(county: County) -> Person:
    """An old person with a number, in a county whose month was assessed."""
    silence(county)
    person = county.person(birth=ELDER)
    person.division = "330523100200"
    PersonIdentifierFactory.create(person=person, number=id_number(71, "19400303"))
    assessed(county)
    return person


def decision(person: Person, code: str) -> str:
    """Where a decision of November is shown."""
    return address("2026-11", code, "person", person.id)


def test_a_resident_has_a_page_of_everything_that_was_decided(
    elder: Person, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("auditor")
    assert f"/residents/{elder.id}/decisions" in browser.get(f"/residents/{elder.id}").text
    shown = browser.get(f"/residents/{elder.id}/decisions").text
    for code in ("MZ15", "MZ16", "CL03"):
        assert decision(elder, code) in shown
    assert "满100周岁" in shown
    assert "60.00" in shown
    assert browser.get(f"/residents/{elder.id}/decisions?month=1999-01").status_code == 404


@pytest.mark.parametrize(("language", "paid", "unpaid"), [
    ("zh", "应发60.00元", "自2040年3月起（满100周岁的当月）"),
    ("en", "to be paid: 60.00 yuan", "from 2040-03 on"),
])  # fmt: skip
def test_why_and_why_not_have_a_page(
    elder: Person, sign_in_as: SignInAs, language: str, paid: str, unpaid: str
) -> None:
    browser = sign_in_as("reviewer", language=language)
    assert paid in text_of(browser.get(decision(elder, "MZ15")).text)
    assert unpaid in text_of(browser.get(decision(elder, "MZ16")).text)


def test_the_letter_says_what_the_page_says_and_how_to_object(
    county: County, session: Session, elder: Person, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("reviewer")
    for code in ("MZ15", "MZ16"):
        page = browser.get(decision(elder, code)).text
        letter = browser.get(letter_in(page)).text
        told = without_traces(section_of(page))
        assert told == section_of(letter)
        assert "行政复议" in letter
        whole = why(county, assessed(county), elder, code)
        written = write_letter(whole, "zh", name="试**")
        assert written.told == tell(whole, "zh", traced=False)
        assert f"2026-11-{code}-P{elder.id}" in letter
        assert spoken_day(months_later(clock.today(), 6), "zh") in letter
        assert whole.assessment.rule_digest[:16] in letter


def letter_in(page: str) -> str:
    """Where a page's letter is."""
    found = re.search(r'href="([^"]+/letter[^"]*)"', page)
    assert found, "the page offers no letter"
    return found[1].replace("&amp;", "&")


def section_of(page: str) -> str:
    """The explanation on a page, as text."""
    found = re.search(
        r'<div class="told">(.*?)</div>\s*(?=</main>|<section>|<p|</article>)', page, re.DOTALL
    )
    assert found, "the page has no explanation"
    return text_of(f"<main>{found[1]}</main>")


def without_traces(text: str) -> str:
    """Leave out what only officers read."""
    return re.sub(r"\s+", " ", re.sub(r"报送批次 \S+，文件“[^”]*”(第 \d+ 行)?", "", text)).strip()


def test_nobody_outside_the_division_or_unknown_is_told_apart(
    elder: Person, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    far = sign_in_as(officer=make_officer("reviewer", division="330523999"))
    for path in (
        decision(elder, "MZ15"), f"{decision(elder, 'MZ15')}/letter",
        f"/residents/{elder.id}/decisions", address("2026-11", "MZ15", "person", elder.id + 999),
        address("2026-12", "MZ15", "person", elder.id), address("2026-11", "X", "person", elder.id),
    ):  # fmt: skip
        assert far.get(path).status_code == 404, path


def scope_of(division: str = "", *programmes: str) -> dict[str, Any]:
    """A scope as an officer's row has it."""
    return {"division": division, "programmes": list(programmes), "departments": [],
            "from": "2020-01-01", "to": None}  # fmt: skip


def test_decisions_of_another_programme_or_assessment_are_not_there(
    elder: Person, sign_in_as: SignInAs, make_officer: MakeOfficer, session: Session
) -> None:
    one = sign_in_as(
        officer=make_officer("reviewer", scopes={"reviewer": [scope_of("330523100", "MZ15")]})
    )
    assert one.get(decision(elder, "MZ15")).status_code == 200
    absent = one.get(decision(elder, "X")).status_code
    for path in (decision(elder, "MZ18"), f"{decision(elder, 'MZ18')}/letter"):
        assert one.get(path).status_code == absent == 404
    listed = one.get(f"/residents/{elder.id}/decisions").text
    assert "/MZ15/" in listed
    assert "/MZ18/" not in listed
    other_month = AssessmentFactory.create(month="2026-10").id
    for assessment in (other_month, ids.uuid7()):
        path = f"{decision(elder, 'MZ15')}?assessment={assessment}"
        assert one.get(path).status_code == 404


def test_what_is_sensitive_is_written_out_only_where_that_duty_counts(
    elder: Person, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    duties = {"reviewer": [scope_of("330523999")], "reconciler": [scope_of()]}
    officer = make_officer("reviewer", "reconciler", scopes=duties)
    browser, path = sign_in_as(officer=officer), decision(elder, "MZ15")
    assert browser.get(path).status_code == 200
    secret = browser.cookies["anxin"]
    sent = {"purpose": "核对申诉所述情况", FIELD: token(secret, path)}
    assert browser.post(path, data=sent).status_code == 403


def test_an_administrator_sees_no_decision(elder: Person, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("system_administrator")
    assert browser.get(decision(elder, "MZ15")).status_code == 403
    assert browser.get(f"/residents/{elder.id}/decisions").status_code == 403


def test_sensitive_programmes_that_pay_nothing_are_for_those_with_a_reason(
    elder: Person, sign_in_as: SignInAs
) -> None:
    for duty, status in (("reviewer", 200), ("auditor", 200), ("signer", 404)):
        browser = sign_in_as(duty)
        assert browser.get(decision(elder, "WJ02")).status_code == status, duty
        shown = browser.get(f"/residents/{elder.id}/decisions").text
        assert (decision(elder, "WJ02") in shown) is (status == 200), duty


def test_what_the_most_sensitive_feeds_say_is_written_out_once_and_for_some_only(
    county: County, session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    silence(county)
    person = county.person(birth="1950-01-01")
    person.division = "330523100200"
    county.says("SF_PRISON", person, from_date="2025-02-03", execution="收监")
    assessed(county)
    path = decision(person, "MZ08")
    for place in (path, f"{path}/letter"):
        for duty in ("reviewer", "auditor"):
            browser = sign_in_as(duty)
            assert "2025-02-03" not in browser.get(place).text
            told = browser.submit(place, {"purpose": "群众窗口询问"}, shown_at=place)
            assert "2025-02-03" in told.text
            assert "2025-02-03" not in browser.get(place).text
        shown = sign_in_as("reconciler").get(place).text
        assert "2025-02-03" not in shown
        assert 'name="purpose"' not in shown
    with pytest.raises(NotAllowed):
        reveal(
            session,
            make_officer("reconciler"),
            ("persons", person.id),
            division=person.division,
            by=SYSTEM,
            reason="窗口询问",
        )


def test_whether_somebody_lives_is_told_though_a_court_is_among_those_who_may_say_it(
    elder: Person, sign_in_as: SignInAs
) -> None:
    shown = text_of(sign_in_as("reviewer").get(decision(elder, "MZ15")).text)
    assert "高度敏感，此处不显示" not in shown
    assert "法院" not in shown


def test_without_a_reason_nothing_sensitive_is_shown_and_with_one_it_is_recorded(
    county: County, session: Session, sign_in_as: SignInAs
) -> None:
    silence(county)
    person = county.person(birth="1950-01-01")
    person.division = "330523100200"
    county.says("SF_PRISON", person, from_date="2025-02-03", execution="收监")
    assessed(county)
    path = decision(person, "MZ08")
    browser = sign_in_as("reviewer")
    refused = browser.submit(path, {"purpose": " "}, shown_at=path)
    assert refused.status_code == 422
    assert "请写明用途" in refused.text
    assert "2025-02-03" not in refused.text
    browser.submit(path, {"purpose": "核对停发"}, shown_at=path)
    assert browser.post(f"/api{path}", json={"reason": " "}).status_code == 422
    for part in ("", "/letter"):
        told = browser.post(f"/api{path}{part}", json={"reason": "核对停发"})
        assert "2025-02-03" in told.text
        assert (
            sign_in_as("reconciler")
            .post(f"/api{path}{part}", json={"reason": "核对停发"})
            .status_code
            == 403
        )
    kept, *by_program = session.scalars(
        select(AuditEntry).where(AuditEntry.act == "resident.revealed").order_by(AuditEntry.id)
    )
    assert len(by_program) == 2
    said = json.loads(kept.canonical)
    assert (kept.object_type, kept.object_id) == ("persons", str(person.id))
    assert (said["reason"], said["details"]) == ("核对停发", {"shown": ["sensitive"]})


def test_looking_is_recorded_without_any_value(
    elder: Person, session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("reviewer")
    browser.get(decision(elder, "MZ15"))
    browser.get(letter_in(browser.get(decision(elder, "MZ15")).text))
    browser.get(f"/residents/{elder.id}/decisions")
    entries = [
        json.loads(one)
        for one in session.scalars(
            select(AuditEntry.canonical).where(AuditEntry.act == "resident.read")
        )
    ]
    purposes = {entry["details"]["purpose"] for entry in entries}
    assert {"decision.page", "decision.letter", "decisions.page"} <= purposes
    assert not re.search(r"1940-?03", json.dumps([entry["details"] for entry in entries]))


def test_no_text_holds_a_name_or_number(county: County, elder: Person) -> None:
    other = county.person(birth="1971-01-01")
    month = assessed(county)
    secret = [id_number(71, "19400303"), str(elder.name), str(other.name)]
    for code in ("MZ15", "MZ16", "MZ08", "CL03", "WJ06"):
        whole = why(county, month, elder, code)
        for language in ("zh", "en"):
            said = repr(tell(whole, language, traced=True))
            assert not [one for one in secret if one in said]
            assert re.search(r"[0-9]{17}[0-9X]", said.replace(str(whole), "")) is None or _only_ids(
                said
            )


def _only_ids(said: str) -> bool:
    """Whether long runs of digits are parts of delivery ids and digests only."""
    bare = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16}", "", said)
    return re.search(r"[0-9]{17}[0-9X]", bare) is None


def test_periods_and_days_are_spoken() -> None:
    assert spoken_period("2026-Q4", "zh") == "2026年第四季度"
    assert spoken_period("2026-SY", "en") == "school year 2026-2027"
    assert spoken_period("2026-S1", "zh") == "2026-2027学年秋季学期"
    assert spoken_period("once", "en") == "once"
    assert str(months_later(clock.today().replace(year=2026, month=8, day=31), 6)) == "2027-02-28"


def test_a_told_explanation_is_complete(county: County, elder: Person) -> None:
    told: Told = tell(why(county, assessed(county), elder, "MZ15"), "zh", traced=False)
    assert told.lead == "2026年11月“高龄津贴（80至99周岁）”应发 60.00 元，各项条件均符合。"
    assert told.amount is not None
    assert told.amount.tag.text == "据官方文本"
    assert told.laws[0].tag.text == "据转述"
    assert dict(told.basis)["规则版本"]
