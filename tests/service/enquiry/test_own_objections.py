"""A resident who is signed in objects to a decision or to a posted list, and reads every answer."""

import pytest
from httpx import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Payment
from service.notices.objections.answer import answer
from service.notices.objections.models import Objection
from service.notices.objections.problems import AnotherOfficerAnswers
from service.residents.models import Division, Person
from tests.factories.officers import OfficerFactory
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.service.batches.reading import text_of
from tests.service.enquiry.asking import code_of, resident
from tests.service.notices.hanging import Hanging, hanging, lines_of
from tests.service.web.browsing import Browser, SignInAs, token_in

pytestmark = pytest.mark.usefixtures("made")
SAID = "我去年满八十五岁，金额应当更高"
WHY = "经核实，出生日期以户籍登记为准"
DECISION = {"code": "MZ15", "month": "2026-10"}


def enter(browser: Browser, session: Session, number: str) -> None:
    browser.submit("/me", {"id_number": number})
    assert browser.submit("/me/code", {"code": code_of(session, number)}).status_code == 303


def send(browser: Browser, what: dict[str, str], text: str = SAID, once: str = "a") -> Response:
    """Answer the question, read it once more, and send it."""
    at = "/me/object/words?" + "&".join(f"{name}={said}" for name, said in what.items())
    checked = browser.submit("/me/object/check", {**what, "text": text}, shown_at=at)
    assert text in checked.text
    form = {**what, "text": text, "once": once}
    token = token_in(checked.text, "/me/object/send")
    sent: Response = browser.post("/me/object/send", data={**form, "form_token": token})
    return sent


def neighbour(session: Session, one: Hanging, serial: int) -> str:
    """Register somebody of the list's village, who signs in with the number."""
    village = lines_of(session, one.batch)[0].division or ""
    session.add(Division(code=f"{village[:9]}000", name="青禾镇", level="township", parent=None))
    session.flush()
    session.add(Division(code=village, name="石桥村", level="village", parent=f"{village[:9]}000"))
    found = resident(serial)
    found.person.division = village
    session.flush()
    return found.number


def test_a_decision_is_objected_to_answered_by_another_and_read(
    browser: Browser, session: Session, sign_in_as: SignInAs
) -> None:
    one = resident(501)
    enter(browser, session, one.number)
    assert "对此决定提出异议" in browser.get("/me/payments").text
    sent = send(browser, DECISION)
    assert (sent.status_code, sent.headers["location"]) == (303, "/me/requests?objected=1")
    kept = session.scalars(select(Objection)).one()
    assert (kept.notice_id, kept.person_id, kept.programme) == (None, one.person.id, "MZ15")
    assert SAID.encode() not in kept.text_sealed
    shown = text_of(browser.get("/me/requests?objected=1").text)
    assert kept.objection_no in shown
    assert "前在此答复" in shown
    assert SAID in shown
    officer = sign_in_as("reviewer")
    assert kept.objection_no in officer.get("/objections").text
    page = officer.get(f"/objections/{kept.objection_no}").text
    assert SAID in page
    assert "维持决定" in page
    answered = officer.submit(
        f"/objections/{kept.objection_no}", {"decision": "dismissed", "reason": WHY}
    )
    assert answered.status_code == 303
    shown = text_of(browser.get("/me/requests").text)
    assert "维持原决定" in shown
    assert WHY in shown
    assert session.get_one(Payment, one.payment.id).state == "paid"


def test_pressing_twice_is_one_and_the_same_decision_is_objected_to_once(
    browser: Browser, session: Session
) -> None:
    enter(browser, session, resident(502).number)
    assert send(browser, DECISION).status_code == 303
    assert send(browser, DECISION).status_code == 303
    again = send(browser, DECISION, once="b")
    assert again.status_code == 409
    assert "您已对该决定提出异议（O" in again.text
    assert len(session.scalars(select(Objection)).all()) == 1


def test_a_line_of_ones_village_waits_and_the_neighbour_is_nowhere_named(
    browser: Browser, session: Session
) -> None:
    one = hanging(session, 3)
    number = neighbour(session, one, 503)
    enter(browser, session, number)
    start = browser.get("/me/object").text
    assert f"/me/object/line?notice={one.notice.number}" in start
    lines = browser.get(f"/me/object/line?notice={one.notice.number}").text
    assert f"notice={one.notice.number}&amp;place=2" in lines
    what = {"notice": one.notice.number or "", "place": "2"}
    assert send(browser, what, "他家去年已搬到县城").status_code == 303
    kept = session.scalars(select(Objection)).one()
    assert (kept.place, kept.who) == (2, "neighbour")
    session.expire_all()
    assert [line.state for line in lines_of(session, one.batch)].count("held") == 1
    shown = text_of(browser.get("/me/requests").text)
    assert f"针对公示名单 {one.notice.number} 第 2 号" in shown
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "objection.lodged"))
    assert all(f'"{kept.person_id}"' not in entry.canonical.decode() for entry in entries)
    assert answer(session, kept, upheld=False, reason=WHY, by=one.people.reviewer)
    assert "该行继续办理" in browser.get("/me/requests").text


@pytest.mark.parametrize(
    "what",
    [
        {"code": "XX99", "month": "2026-10"},
        {"code": "MZ15", "month": "2031-01"},
        {"notice": "MZ17-2026-10-01-G1", "place": "1"},
        {"notice": "none", "place": ""},
        {**DECISION, "whom": "3f0c9a5d7be1420066aa10b2"},
    ],
)
def test_what_is_not_ones_own_is_not_there(
    browser: Browser, session: Session, what: dict[str, str]
) -> None:
    """A list of another village, a decision of nobody, a ward of somebody else: all the same."""
    hanging(session, 1)
    one = resident(504)
    one.person.division = "330523101299"
    session.flush()
    enter(browser, session, one.number)
    at = "&".join(f"{name}={said}" for name, said in what.items())
    assert browser.get(f"/me/object/words?{at}").status_code == 404
    own = "/me/object/words?code=MZ15&month=2026-10"
    checked = browser.submit("/me/object/check", {**DECISION, "text": SAID}, shown_at=own).text
    for act, shown in (("check", browser.get(own).text), ("send", checked)):
        token = token_in(shown, f"/me/object/{act}")
        form = {**what, "text": SAID, "once": "a", "form_token": token}
        assert browser.post(f"/me/object/{act}", data=form).status_code == 404
    assert session.scalars(select(Objection)).all() == []


def test_too_little_is_asked_again_and_too_many_wait(browser: Browser, session: Session) -> None:
    one = hanging(session, 3)
    enter(browser, session, neighbour(session, one, 505))
    at = "/me/object/words?code=MZ15&month=2026-10"
    short = browser.submit("/me/object/check", {**DECISION, "text": "错"}, shown_at=at)
    assert short.status_code == 422
    what = {"notice": one.notice.number or ""}
    for count in range(5):
        assert send(browser, what, once=f"n{count}").status_code == 303
    sixth = send(browser, DECISION, once="n6")
    assert sixth.status_code == 429
    assert sixth.headers["retry-after"] == str(24 * 60 * 60)


def test_who_made_a_list_of_the_programme_does_not_answer(
    browser: Browser, session: Session
) -> None:
    one = hanging(session, 1)
    person = session.get_one(Person, lines_of(session, one.batch)[0].payee_person_id)
    number = id_number(506, "19450607")
    PersonIdentifierFactory.create(person=person, number=number)
    enter(browser, session, number)
    what = {"code": one.batch.programme, "month": one.batch.month}
    assert send(browser, what).status_code == 303
    kept = session.scalars(select(Objection)).one()
    one.people.maker.duties = ["reviewer"]
    with pytest.raises(AnotherOfficerAnswers):
        answer(session, kept, upheld=True, reason=WHY, by=one.people.maker)
    other = OfficerFactory.create(duties=["reviewer"])
    assert not answer(session, kept, upheld=True, reason=WHY, by=other)
    assert "该决定将予更正" in browser.get("/me/requests").text


@pytest.mark.parametrize("page", ["", "/decision", "/line", "/words"])
def test_nobody_objects_here_without_a_code(browser: Browser, page: str) -> None:
    assert browser.get(f"/me/object{page}").headers["location"] == "/me"
    assert browser.get("/api/enquiry/objections").status_code == 401
    assert browser.post("/api/enquiry/objections", json={"text": SAID}).status_code == 401


def test_programs_object_and_read_the_same(browser: Browser, session: Session) -> None:
    hung = hanging(session, 2)
    bearer = program(browser, session, neighbour(session, hung, 507))
    (known,) = browser.get("/api/enquiry/lists", headers=bearer).json()
    assert (known["number"], known["named"]) == (hung.notice.number, 2)
    given = {"text": SAID, "notice": hung.notice.number, "place": 1}
    line = browser.post("/api/enquiry/objections", json=given, headers=bearer)
    assert (line.status_code, line.json()["line_held"]) == (201, True), line.text
    given = {"text": SAID, "programme": "MZ15", "month": "2026-10"}
    sent = browser.post("/api/enquiry/objections", json=given, headers=bearer)
    assert sent.json()["line_held"] is False
    refused = browser.post("/api/enquiry/objections", json=given, headers=bearer)
    assert refused.json()["code"] == "objection_stands"
    told = browser.get("/api/enquiry/objections", headers=bearer).json()
    assert [one["notice_number"] for one in told] == ["", hung.notice.number]
    assert {one["state"] for one in told} == {"open"}


def program(browser: Browser, session: Session, number: str) -> dict[str, str]:
    """Sign a program in; return what its requests carry."""
    browser.post("/api/enquiry/codes", json={"id_number": number})
    given = {"id_number": number, "code": code_of(session, number)}
    token = browser.post("/api/enquiry/sessions", json=given).json()["token"]
    return {"authorization": f"Bearer {token}"}
