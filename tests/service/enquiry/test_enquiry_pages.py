"""A resident asks on the pages: the same words for everybody, and only the own money."""

import json
import logging
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.enquiry.identify import TRIES_MAX
from service.enquiry.models import EnquiryCode
from service.foundation.settings import settings
from tests.service.enquiry.asking import NOBODY, code_of, resident, wrong
from tests.service.web.browsing import Browser, without_tokens

pytestmark = pytest.mark.usefixtures("made")


def ask(browser: Browser, number: str) -> None:
    """Give the number and arrive at the second question."""
    answer = browser.submit("/me", {"id_number": number})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/code")


def enter(browser: Browser, session: Session, number: str) -> str:
    """Give number and code and return the page with the payments."""
    ask(browser, number)
    answer = browser.submit("/me/code", {"code": code_of(session, number)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/payments")
    return str(browser.get("/me/payments").text)


def test_a_resident_reads_the_own_payment_in_one_sentence(
    browser: Browser, session: Session
) -> None:
    one = resident(1)
    shown = enter(browser, session, one.number)
    assert "2026年10月高龄津贴（80至99周岁） 150.00 元已于2026年10月16日发到尾号" in shown
    assert browser.get("/me").headers["location"] == "/me/payments"


def test_the_payments_of_another_person_are_never_shown(browser: Browser, session: Session) -> None:
    one, other = resident(2, amount_fen=11_111), resident(3, amount_fen=22_222)
    shown = enter(browser, session, one.number)
    assert "111.11" in shown
    assert "222.22" not in shown
    assert other.number not in shown


def test_an_unknown_number_and_a_wrong_code_look_the_same(
    browser: Browser, app: object, session: Session
) -> None:
    known = resident(4).number
    pages = []
    for number in (known, NOBODY):
        ask(browser, number)
        shown = browser.get("/me/code").text
        code = code_of(session, number)
        assert code in shown, "the demonstration shows a code for every number"
        given = wrong(code) if number == known else code
        refused = browser.submit("/me/code", {"code": given})
        assert refused.status_code == 403
        pages.append([without_tokens(one) for one in (shown.replace(code, "CODE"), refused.text)])
    assert pages[0] == pages[1]


def test_a_code_opens_once(browser: Browser, session: Session) -> None:
    number = resident(5).number
    ask(browser, number)
    code = code_of(session, number)
    assert browser.submit("/me/code", {"code": code}).status_code == 303
    browser.submit("/me/leave", shown_at="/me/payments")
    ask(browser, number)
    assert code != code_of(session, number)
    assert browser.submit("/me/code", {"code": code}).status_code == 403


def test_an_older_code_does_not_live_again_after_the_newest_was_used(
    browser: Browser, session: Session
) -> None:
    number = resident(6).number
    ask(browser, number)
    first = code_of(session, number)
    ask(browser, number)
    enter_code = browser.submit("/me/code", {"code": code_of(session, number)})
    assert enter_code.status_code == 303
    # The number is forgotten with success; whoever remembers it and the first code gets nowhere.
    from service.enquiry.identify import CodeRefused
    from service.enquiry.identify import enter as enter_by

    with pytest.raises(CodeRefused):
        enter_by(session, number, first)


def test_wrong_tries_are_kept_and_the_right_code_comes_too_late(
    browser: Browser, session: Session
) -> None:
    number = resident(7).number
    ask(browser, number)
    code = code_of(session, number)
    for _ in range(TRIES_MAX):
        assert browser.submit("/me/code", {"code": wrong(code)}).status_code == 403
    session.expire_all()
    kept = session.scalars(select(EnquiryCode).order_by(EnquiryCode.asked_at.desc())).first()
    assert kept is not None
    assert kept.wrong_tries == TRIES_MAX
    assert browser.submit("/me/code", {"code": code}).status_code == 403


@pytest.mark.parametrize("number", [resident, None])
def test_codes_are_sent_five_times_an_hour_for_any_number(browser: Browser, number: object) -> None:
    asked = resident(8).number if number else NOBODY
    for _ in range(5):
        ask(browser, asked)
    refused = browser.submit("/me", {"id_number": asked})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "3600"
    assert "请 60 分钟后再试" in refused.text


@pytest.mark.parametrize("typed", ["", "123", "330523194506070010", "三三〇五", "x" * 64])
def test_what_is_no_number_is_said_without_looking_anybody_up(
    browser: Browser, session: Session, typed: str
) -> None:
    refused = browser.submit("/me", {"id_number": typed})
    assert refused.status_code == 422
    assert "请核对后重新输入" in refused.text
    # A token of the page may hold any three characters: what was typed is looked for where text stands.
    assert not typed or not re.search(rf'[>"\s]{re.escape(typed)}[<"\s]', refused.text)
    assert session.scalars(select(EnquiryCode)).all() == []


def test_a_number_may_be_typed_with_spaces_and_a_small_x(
    browser: Browser, session: Session
) -> None:
    number = next(
        one.number
        for one in (resident(serial) for serial in range(20, 60))
        if one.number[-1] == "X"
    )
    typed = f" {number[:6]} {number[6:14]} {number[14:].lower()} "
    assert browser.submit("/me", {"id_number": typed}).status_code == 303
    assert code_of(session, number)


def test_nothing_personal_is_in_addresses_pages_or_logs(
    browser: Browser,
    session: Session,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    one = resident(9)
    with caplog.at_level(logging.DEBUG):
        ask(browser, one.number)
        assert one.number not in browser.get("/me/code").text
        code = code_of(session, one.number)
        answer = browser.submit("/me/code", {"code": code})
        shown = browser.get("/me/payments?month=2026-10")
    said = "".join(capsys.readouterr()) + caplog.text
    assert "/me/payments" in said, "the requests were logged, by their routes"
    for secret in (one.number, one.number[-8:], str(one.person.name)):
        assert secret not in said
    # Six digits may stand in a time's fraction or a request's id by chance: only alone they are it.
    assert not re.search(rf"(?<![0-9a-f.]){code}(?![0-9a-f])", said)
    assert one.number not in answer.headers["location"] + str(shown.url) + shown.text
    assert all(one.number not in value for value in browser.cookies.values())
    assert shown.headers["cache-control"] == "no-store"


def test_the_trail_knows_that_it_was_read_but_not_the_number(
    browser: Browser, session: Session
) -> None:
    one = resident(10)
    enter(browser, session, one.number)
    entries = session.scalars(select(AuditEntry)).all()
    acts = [entry.act for entry in entries]
    assert {"code.asked", "resident.entered", "answer.read"} <= set(acts)
    assert all(one.number not in json.dumps(json.loads(e.canonical)) for e in entries)


def test_a_month_without_a_list_does_not_exist(browser: Browser, session: Session) -> None:
    enter(browser, session, resident(11).number)
    assert browser.get("/me/payments?month=1999-01").status_code == 404


def test_nobody_sees_payments_without_a_code_or_after_leaving(
    browser: Browser, session: Session
) -> None:
    assert browser.get("/me/payments").headers["location"] == "/me"
    assert browser.get("/me/code").headers["location"] == "/me"
    enter(browser, session, resident(12).number)
    browser.submit("/me/leave", shown_at="/me/payments")
    assert browser.get("/me/payments").headers["location"] == "/me"


def test_a_forged_cookie_asks_for_nobody(browser: Browser) -> None:
    browser.cookies.set("anxin-asking", "AAAA")
    assert browser.get("/me/code").headers["location"] == "/me"
    browser.cookies.set("anxin-resident", "guess")
    assert browser.get("/me/payments").headers["location"] == "/me"


def test_the_demonstrations_code_is_refused_in_production(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.enquiry import demo_code
    from service.foundation.problems import NotFound

    number = resident(13).number
    ask(browser, number)
    strict = settings().model_copy(update={"profile": "production"})
    monkeypatch.setattr(demo_code, "settings", lambda: strict)
    monkeypatch.setattr("service.enquiry.pages.settings", lambda: strict)
    with pytest.raises(NotFound):
        demo_code.code_for_demo(session, number)
    shown = browser.get("/me/code")
    assert shown.status_code == 200
    assert "演示环境" not in shown.text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("sent", "已交银行办理"),
        ("unknown", "银行尚未就此笔回复"),
        ("rejected", "您的待遇保留"),
        ("returned", "被银行退回"),
        ("held", "暂缓发放"),
        ("ready", "正在审批"),
    ],
)
def test_every_state_has_its_sentence(
    browser: Browser, session: Session, state: str, words: str
) -> None:
    assert words in enter(browser, session, resident(14, state=state).number)


def test_the_same_in_english(browser: Browser, session: Session) -> None:
    browser.headers["accept-language"] = "en"
    shown = enter(browser, session, resident(15).number)
    assert "150.00 yuan of Old-age allowance (80 to 99) (October 2026) went to your" in shown
    assert "on 16 October 2026" in shown
