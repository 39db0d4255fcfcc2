"""A guardian or proxy reads whom he looks after, as registered today; nobody else, and never the reverse."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Payment
from service.enquiry.requests.choices import choices
from service.enquiry.requests.track import send
from service.enquiry.wards.acting import theirs, whom
from service.enquiry.wards.find import wards_of
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.notices.objections.models import Objection
from service.residents.models import (
    Account,
    FeedRecord,
    Person,
    ProxyRegistration,
    ResidentRequest,
)
from service.residents.requests.ask import Asked
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.residents import FeedRecordFactory
from tests.service.batches.reading import text_of
from tests.service.enquiry.asking import Resident, code_of, resident
from tests.service.web.browsing import Browser, token_in

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


def test_a_guardian_reports_objects_and_keeps_a_proof_for_a_ward(
    browser: Browser, session: Session
) -> None:
    """Who acted is kept, and read by the ward as well; the number of either stands in no address."""
    guardian, ward = resident(421), resident(422)
    guardian.person.name, ward.person.name = "王秀英", "孙小宝"
    in_care(ward.person, guardian.person)
    enter(browser, session, guardian)
    (known,) = wards_of(session, guardian.person.id)
    page = browser.get("/me/others/1?month=2026-10").text
    assert f"/me/wrong?code=MZ15&amp;month=2026-10&amp;whom={known.key}" in page
    what = {"code": "MZ15", "month": "2026-10", "whom": known.key}
    at = f"/me/wrong/right?code=MZ15&month=2026-10&about=arrival&whom={known.key}"
    form = {**what, "about": "arrival", "right": "孩子的存折上没有这笔钱", "once": "a"}
    checked = browser.submit("/me/wrong/check", form, shown_at=at).text
    assert "孙某某" in checked
    token = token_in(checked, "/me/wrong/send")
    assert browser.post("/me/wrong/send", data={**form, "form_token": token}).status_code == 303
    given = {**what, "text": "孩子的金额少算了两个月", "once": "b"}
    at = f"/me/object/words?code=MZ15&month=2026-10&whom={known.key}"
    checked = browser.submit("/me/object/check", given, shown_at=at).text
    token = token_in(checked, "/me/object/send")
    assert browser.post("/me/object/send", data={**given, "form_token": token}).status_code == 303
    for kept in (
        session.scalars(select(ResidentRequest)).one(),
        session.scalars(select(Objection)).one(),
    ):
        assert kept.person_id == ward.person.id
        assert (kept.acted_by, kept.acted_as) == (guardian.person.id, "guardian")
    shown = text_of(browser.get("/me/requests").text)
    assert shown.count("由您作为孙某某的监护人提出") == 2
    browser.submit("/me/leave", shown_at="/me/payments")
    enter(browser, session, ward)
    shown = text_of(browser.get("/me/requests").text)
    assert shown.count("由您的监护人王某某代您提出") == 2
    assert "秀英" not in shown


def test_a_proof_for_a_ward_says_who_took_it(browser: Browser, session: Session) -> None:
    guardian, ward = resident(423), resident(424)
    in_care(ward.person, guardian.person)
    (known,) = wards_of(session, guardian.person.id)
    enter(browser, session, guardian)
    there = "/me/payments/MZ15/proof?month=2026-10&place=1"
    assert browser.get(f"{there}&whom={known.key}").status_code in {200, 404}
    one = whom(session, guardian.person.id, known.key)
    assert (one.person_id, one.reader) == (ward.person.id, guardian.person.id)
    assert {payment.id for payment in session.scalars(select(Payment).where(theirs(session, one)))} == {
        ward.payment.id
    }  # fmt: skip
    assert browser.get(f"{there}&whom=00").status_code == 404


def test_of_a_ward_only_the_payment_can_be_said_to_be_wrong(session: Session) -> None:
    """What departments know of a ward is not read by choosing what is wrong."""
    guardian, ward = resident(425), resident(426)
    in_care(ward.person, guardian.person)
    (known,) = wards_of(session, guardian.person.id)
    one = whom(session, guardian.person.id, known.key)
    codes = [choice.code for choice in choices(session, one, "2026-10", "MZ15")]
    assert codes == ["arrival", "amount", "account", "other"]
    with pytest.raises(NotFound):
        choices(session, one, "2026-10", "MZ16")


def test_who_looks_after_somebody_no_more_reads_and_sends_no_more(
    browser: Browser, session: Session
) -> None:
    guardian, ward = resident(427), resident(428)
    in_care(ward.person, guardian.person)
    (known,) = wards_of(session, guardian.person.id)
    one = whom(session, guardian.person.id, known.key)
    send(session, one, Asked("MZ15", "2026-10", "amount", "", None, "少了", "a"))
    enter(browser, session, guardian)
    assert "少了" in browser.get("/me/requests").text
    care = session.scalars(select(FeedRecord).where(FeedRecord.feed == "MZ_CHILD")).one()
    care.known_to = clock.now()
    session.flush()
    assert "少了" not in browser.get("/me/requests").text
    with pytest.raises(NotFound):
        whom(session, guardian.person.id, known.key)
