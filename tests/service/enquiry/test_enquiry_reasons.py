"""A resident reads why and why not, in the words officers read, and prints them as a letter."""

import json
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.build import build
from service.programmes.catalogue import rules
from service.residents.models import Person
from tests.factories.batches import account, channel
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.service.assessment.explaining import assessed, silence, why
from tests.service.batches.reading import text_of
from tests.service.enquiry.asking import code_of
from tests.service.residents.snapshot.conftest import county
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import Browser, SignInAs

__all__ = ["county"]
NUMBER = id_number(31, "19400601")
MONTH = "2026-11"


@pytest.fixture
def elder(county: County) -> Person:
    """Somebody who is paid the old-age allowance of November and nothing else."""
    silence(county)
    person = county.person(birth="1940-06-01")
    person.division = "330523100200"
    PersonIdentifierFactory.create(person=person, number=NUMBER)
    channel("rural")
    account(person)
    build(county.session, assessed(county, MONTH), "MZ15", by=SYSTEM)
    return person


def enter(browser: Browser, session: Session, number: str = NUMBER) -> str:
    """Ask with number and code; return the page of payments."""
    browser.submit("/me", {"id_number": number})
    browser.submit("/me/code", {"code": code_of(session, number)})
    return str(browser.get(f"/me/payments?month={MONTH}").text)


def told_in(page: str) -> str:
    """The explanation on a page, as text."""
    found = re.search(r'<div class="told">(.*?)</dl>', page, re.DOTALL)
    assert found, "the page has no explanation"
    # What unfolds a part on the resident's page says nothing of the decision.
    unfolded = re.sub(r"<summary>.*?</summary>", "", found[1])
    return text_of(f"<main>{unfolded}</main>")


def test_every_line_and_every_refusal_leads_to_its_reasons(
    elder: Person, browser: Browser, session: Session
) -> None:
    """Situation 72: who is not paid reads why, rule by rule, with the source of each value."""
    shown = enter(browser, session)
    assert f"/me/payments/MZ15?month={MONTH}" in shown
    assert f"/me/payments/MZ16?month={MONTH}" in shown
    paid = text_of(browser.get(f"/me/payments/MZ15?month={MONTH}").text)
    assert "应发60.00元" in paid
    assert "户籍登记，公安" in paid
    unpaid = text_of(browser.get(f"/me/payments/MZ16?month={MONTH}").text)
    assert "自2040年6月起（满100周岁的当月）" in unpaid


def test_sensitive_programmes_are_not_among_what_is_not_paid(
    elder: Person, browser: Browser, session: Session
) -> None:
    shown = enter(browser, session)
    assert rules().programmes["WJ02"].sensitive
    listed = [one.names.zh for one in rules().programmes.values() if one.sensitive]
    assert [name for name in listed if name in shown] == []
    assert "WJ02" not in shown
    assert browser.get(f"/me/payments/WJ02?month={MONTH}").status_code == 404
    assert browser.get(f"/me/payments/WJ02/letter?month={MONTH}").status_code == 404
    assert browser.get(f"/me/payments/XX99?month={MONTH}").status_code == 404
    assert browser.get("/me/payments/MZ15?month=1999-01").status_code == 404


def test_page_letter_and_the_officers_page_say_the_same(
    county: County, elder: Person, browser: Browser, session: Session, sign_in_as: SignInAs
) -> None:
    enter(browser, session)
    officer = sign_in_as("reviewer")
    for code in ("MZ15", "MZ16"):
        page = browser.get(f"/me/payments/{code}?month={MONTH}").text
        letter = browser.get(f"/me/payments/{code}/letter?month={MONTH}").text
        path = f"/months/{MONTH}/decisions/{code}/person/{elder.id}"
        desk = officer.submit(path, {"purpose": "窗口核对"}, shown_at=path).text
        assert told_in(page) == told_in(letter)
        traced = re.sub(r"报送批次 \S+，文件“[^”]*”(第 \d+ 行)?", "", told_in(desk))
        assert " ".join(traced.split()) == told_in(page)
        assert "行政复议" in letter
        assert NUMBER not in page + letter
        assert str(elder.name) not in page + letter


def test_the_letter_for_a_line_that_is_not_there_is_not_there(
    elder: Person, browser: Browser, session: Session
) -> None:
    enter(browser, session)
    path = f"/me/payments/MZ15/letter?month={MONTH}"
    assert browser.get(f"{path}&place=1").status_code == 200
    assert browser.get(f"{path}&place=2").status_code == 404
    assert browser.get(f"{path}&place=0").status_code == 422


def test_without_a_session_nothing_is_explained(elder: Person, browser: Browser) -> None:
    for path in ("", "/letter"):
        answer = browser.get(f"/me/payments/MZ15{path}?month={MONTH}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/me")


def test_whoever_is_paid_for_a_child_reads_the_childs_reasons(
    county: County, session: Session, browser: Browser
) -> None:
    silence(county)
    parent = county.person(birth="1990-01-01")
    PersonIdentifierFactory.create(person=parent, number=NUMBER)
    child = county.person(birth="2025-03-01")
    county.says("WJ_FP", child, claimant_person_id=parent.id, legal_birth=True, birth_order=1)
    for person in (parent, child):
        person.division = "330523100200"
    county.says(
        "XZ_COLL", child, programme="WJ06", apply_date="2026-01-10", approve_date="2026-01-20"
    )
    channel("rural")
    account(parent)
    month = assessed(county, MONTH)
    assert why(county, month, child, "WJ06").explanation.amount_fen == 360_000
    build(session, month, "WJ06", by=SYSTEM)
    enter(browser, session)
    page = text_of(browser.get(f"/me/payments/WJ06?month={MONTH}").text)
    assert "应发3600.00元" in page
    assert "2025年3月1日" in page


def test_reading_reasons_is_recorded(elder: Person, browser: Browser, session: Session) -> None:
    enter(browser, session)
    browser.get(f"/me/payments/MZ16?month={MONTH}")
    entries = session.scalars(
        select(AuditEntry.canonical).where(AuditEntry.act == "answer.read")
    ).all()
    details = [json.loads(entry)["details"] for entry in entries]
    assert {"month": MONTH, "programme": "MZ16"} in details
