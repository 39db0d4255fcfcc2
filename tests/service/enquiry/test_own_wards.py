"""A guardian or proxy reads whom he looks after, as registered today; nobody else, and never the reverse."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.enquiry.wards.find import wards_of
from service.foundation import clock, ids
from service.residents.models import Account, Person, ProxyRegistration
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.residents import FeedRecordFactory
from tests.service.batches.reading import text_of
from tests.service.enquiry.asking import Resident, code_of, resident
from tests.service.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("made")


def enter(browser: Browser, session: Session, one: Resident) -> None:
    browser.submit("/me", {"id_number": one.number})
    assert browser.submit("/me/code", {"code": code_of(session, one.number)}).status_code == 303


def in_care(ward: Person, guardian: Person, **more: Any) -> None:
    said = {"guardian_person_id": guardian.id, "recognised_on": "2020-01-01", **more}
    FeedRecordFactory.create(feed="MZ_CHILD", person=ward, data=said)


def test_a_guardian_reads_the_childs_payments_and_whose_they_are(
    browser: Browser, session: Session
) -> None:
    guardian, ward = resident(401), resident(402, amount_fen=23_100)
    ward.person.name = "孙小宝"
    in_care(ward.person, guardian.person)
    PaymentFactory.create(
        batch=BatchFactory.create(month="2026-10", programme="MZ11"), state="ready",
        payee_person_id=guardian.person.id, subject_kind="person", subject_id=ward.person.id,
        amount_fen=120_000, account_id=guardian.payment.account_id, programme="MZ11",
        period="2026-10",
    )  # fmt: skip
    enter(browser, session, guardian)
    assert "孙某某的补贴" in browser.get("/me/others").text
    page = browser.get("/me/others/1").text
    shown = text_of(page)
    mine, theirs = shown.index("发到您的账户"), shown.index("发到其本人账户")
    assert mine < shown.index("1,200.00 元") < theirs < shown.index("231.00 元")
    assert "小宝" not in page
    acts = [json.loads(one.canonical) for one in session.scalars(select(AuditEntry))]
    looks = [one for one in acts if one.get("details", {}).get("as") == "guardian"]
    assert [one["actor"]["id"] for one in looks] == [str(guardian.person.id)]


def test_a_child_does_not_read_the_guardian(browser: Browser, session: Session) -> None:
    guardian, ward = resident(403), resident(404)
    in_care(ward.person, guardian.person)
    enter(browser, session, ward)
    assert "没有登记由您监护或代领的人员" in browser.get("/me/others").text
    assert browser.get("/me/others/1").status_code == 404


def test_what_has_ended_or_not_begun_lets_nobody_look(session: Session) -> None:
    guardian = resident(405).person
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    in_care(resident(406).person, guardian, ended_on=clock.today().isoformat())
    in_care(resident(407).person, guardian, recognised_on=tomorrow)
    assert wards_of(session, guardian.id) == []
    in_care(resident(408).person, guardian, ended_on=tomorrow)
    assert [one.relation for one in wards_of(session, guardian.id)] == ["guardian"]


def proxied(session: Session, ward: Person, card: bytes, **more: Any) -> ProxyRegistration:
    given: dict[str, Any] = {
        "registered_by": "a", "approved_by": "b", "approved_at": clock.now(),
        "valid_from": date(2020, 1, 1), "valid_to": None, **more,
    }  # fmt: skip
    made = ProxyRegistration(
        id=ids.uuid7(), card_index=card, person_id=ward.id, kind="other", reason="书面委托",
        registered_at=clock.now(), **given,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_the_holder_of_a_registered_account_looks_once_two_officers_said_so(
    session: Session,
) -> None:
    holder, one, two = resident(409), resident(410).person, resident(411).person
    account = session.get_one(Account, holder.payment.account_id)
    waits = proxied(session, one, account.card_index, approved_by=None, approved_at=None)
    proxied(session, two, account.card_index, valid_to=clock.today() - timedelta(days=1))
    assert wards_of(session, holder.person.id) == []
    waits.approved_by, waits.approved_at = "b", clock.now()
    session.flush()
    (found,) = wards_of(session, holder.person.id)
    assert (found.person_id, found.relation) == (one.id, "proxy")
    assert wards_of(session, one.id) == []


def test_who_is_only_paid_through_an_account_does_not_read_its_others(session: Session) -> None:
    """Two wards on one card: the bank says that it is neither's."""
    holder, one, two = resident(412), resident(413).person, resident(414).person
    account = session.get_one(Account, holder.payment.account_id)
    for ward in (one, two):
        own = session.scalars(select(Account).where(Account.person_id == ward.id)).one()
        own.card_index = account.card_index
        proxied(session, ward, account.card_index)
    session.flush()
    assert wards_of(session, one.id) == []
    assert {found.person_id for found in wards_of(session, holder.person.id)} == {one.id, two.id}


@pytest.mark.parametrize("page", ["/me/others", "/me/others/1"])
def test_nobody_looks_without_a_code(browser: Browser, page: str) -> None:
    assert browser.get(page).headers["location"] == "/me"
    assert browser.get(f"/api/enquiry{page.removeprefix('/me')}?month=2026-10").status_code == 401
