"""Looking for residents: exactly, within the officer's division, on record, and not without end."""

import re
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.audit.record import record
from service.residents.models import Division, Person
from service.residents.record.search import AN_HOUR_MAX, HITS_MAX
from tests.factories.residents import PersonFactory, PersonIdentifierFactory, id_number
from tests.service.residents.record.conftest import FOREIGN, HOME, NUMBER
from tests.service.web.browsing import Browser, MakeOfficer, SignInAs


@pytest.fixture
def steward(sign_in_as: SignInAs) -> Browser:
    return sign_in_as("steward")


@pytest.fixture(autouse=True)
def places(session: Session) -> None:
    """A township with two villages, and a village of another township."""
    for code, name, level in (
        ("330523100000", "青禾镇", "township"),
        (HOME, "石桥村", "village"),
        ("330523100201", "柳湾村", "village"),
        (FOREIGN, "远山村", "village"),
    ):
        session.add(Division(code=code, name=name, level=level, parent=None))
    session.flush()


def ask(browser: Browser, **fields: str) -> Any:
    return browser.submit("/residents", fields)


def entries(session: Session, act: str = "resident.searched") -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.act == act)))


@pytest.mark.parametrize("written", [NUMBER, NUMBER.lower(), f" {NUMBER[:6]} {NUMBER[6:]} "])
def test_the_whole_number_leads_to_the_record(
    steward: Browser, person: Person, written: str
) -> None:
    answer = ask(steward, number=written)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/residents/{person.id}"


@pytest.mark.parametrize("written", [NUMBER[:17], NUMBER[1:], "%", "_" * 18, id_number(999)])
def test_a_part_of_a_number_or_an_unknown_one_finds_nobody(
    steward: Browser, person: Person, written: str
) -> None:
    answer = ask(steward, number=written)
    assert answer.status_code == 200
    assert "没有找到您有权查看的人" in answer.text
    assert "<table" not in answer.text


def test_a_whole_name_is_found_in_its_village_and_its_township(
    steward: Browser, person: Person
) -> None:
    PersonFactory.create(name="舒青禾", division=FOREIGN)
    for division in (HOME, "330523100000"):
        shown = ask(steward, name="舒青禾", division=division).text
        assert shown.count("<tbody>") == 1
        assert f'href="/residents/{person.id}"' in shown
        assert "舒青禾" not in shown, "names are masked until somebody gives a reason"
        assert f"尾号 {NUMBER[-4:]}" in shown
        assert "石桥村" in shown
    assert "没有找到" in ask(steward, name="舒青禾", division="330523100201").text


@pytest.mark.parametrize("name", ["舒青", "舒%", "%", "舒青禾 %", ""])
def test_a_part_of_a_name_finds_nobody(steward: Browser, person: Person, name: str) -> None:
    answer = ask(steward, name=name, division=HOME)
    assert answer.status_code in {200, 422}
    assert f"/residents/{person.id}" not in answer.text


@pytest.mark.parametrize("division", ["", "330523", "33052310020", "%", "330523100200' OR 1=1"])
def test_a_name_is_not_looked_for_outside_one_place(
    steward: Browser, person: Person, division: str
) -> None:
    shown = ask(steward, name="舒青禾", division=division).text
    assert f"/residents/{person.id}" not in shown


def test_with_many_of_one_name_only_the_first_are_listed_and_nobody_is_counted(
    steward: Browser, session: Session
) -> None:
    for _ in range(HITS_MAX + 7):
        PersonFactory.create(name="众人", division=HOME)
    shown = ask(steward, name="众人", division=HOME).text
    assert shown.count('<th scope="row">') == HITS_MAX
    assert "该处同名者较多" in shown
    words = re.sub(r"<[^>]*>", " ", shown[shown.index("<main") :])
    assert str(HITS_MAX + 7) not in words.split()


def test_nobody_outside_the_officers_division_is_found(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, person: Person
) -> None:
    township = sign_in_as(officer=make_officer("steward", division="330523200"))
    foreign, unknown = ask(township, number=NUMBER), ask(township, number=id_number(998))
    assert foreign.status_code == unknown.status_code == 200
    assert shorn(foreign.text) == shorn(unknown.text), "foreign and unknown look the same"
    assert "没有找到" in ask(township, name="舒青禾", division=HOME).text
    shown = township.get("/residents").text
    assert "远山村" in shown
    assert "石桥村" not in shown
    own = PersonFactory.create(name="舒青禾", division=FOREIGN)
    assert f"/residents/{own.id}" in ask(township, name="舒青禾", division=FOREIGN).text


def shorn(page: str) -> str:
    """Return a page without what differs between any two answers."""
    main = page[page.index("<main") : page.index("</main>")]
    return "".join(line for line in main.splitlines() if "form_token" not in line)


def test_a_former_number_and_a_merged_row_lead_to_the_person_of_today(
    steward: Browser, person: Person
) -> None:
    old = id_number(77, "19510405")
    merged = PersonFactory.create(name="舒青禾", division=HOME, merged_into=person.id)
    PersonIdentifierFactory.create(number=old, person=merged)
    assert ask(steward, number=old).headers["location"] == f"/residents/{person.id}"
    listed = ask(steward, name="舒青禾", division=HOME).text
    assert listed.count('<th scope="row">') == 1


def test_every_search_is_on_record_with_its_kind_and_hits_and_never_the_question(
    steward: Browser, session: Session, person: Person
) -> None:
    ask(steward, number=NUMBER)
    ask(steward, name="舒青禾", division=HOME)
    ask(steward, number=id_number(998))
    found = entries(session)
    said = [one.canonical.decode() for one in found]
    assert ['"hits":1' in one for one in said] == [True, True, False]
    assert ['"kind":"number"' in one for one in said] == [True, False, True]
    for one in said:
        assert NUMBER not in one
        assert "舒青禾" not in one
        assert HOME not in one
    assert all(one.object_type == "officers" for one in found)


def test_an_empty_question_is_no_search(steward: Browser, session: Session) -> None:
    answer = ask(steward, number=" ", name="")
    assert answer.status_code == 422
    assert "请输入完整证件号码" in answer.text
    assert entries(session) == []


def test_searching_without_end_is_refused_and_raises_an_alarm_once(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, person: Person
) -> None:
    officer = make_officer("steward")
    browser = sign_in_as(officer=officer)
    for _ in range(AN_HOUR_MAX - 1):
        record(session, "resident.searched", by=officer.actor(), on=("officers", officer.id))
    session.flush()
    # So that only the hour's measure is met.
    minutes_ago(session, 30)
    assert ask(browser, number=NUMBER).status_code == 303
    assert len(entries(session, "resident.search_alarmed")) == 1
    for _ in range(3):
        refused = ask(browser, number=NUMBER)
        assert refused.status_code == 429
        assert "短时间内查询次数过多" in refused.text
    assert len(entries(session, "resident.search_alarmed")) == 1
    other = sign_in_as("maker")
    assert ask(other, number=NUMBER).status_code == 303, "others are not slowed down by it"


def minutes_ago(session: Session, minutes: int) -> None:
    """Let everything in the trail have happened earlier."""
    session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
    session.execute(
        text("UPDATE audit_entries SET at = at - make_interval(mins => :minutes)"),
        {"minutes": minutes},
    )
    session.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))
    session.expire_all()


def test_thirty_a_minute_is_the_most(steward: Browser, session: Session, person: Person) -> None:
    answers = [ask(steward, number=NUMBER).status_code for _ in range(32)]
    assert answers == [303] * 30 + [429] * 2


def test_whoever_may_not_search_does_not(sign_in_as: SignInAs) -> None:
    for duty in ("auditor", "system_administrator"):
        assert sign_in_as(duty).get("/residents").status_code == 403
