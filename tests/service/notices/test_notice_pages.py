"""The public pages without signing in, the officers' pages, and the API: nothing personal leaks."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.notices import public_api, public_view
from service.notices.objections.models import Objection
from tests.service.batches.reading import text_of
from tests.service.notices.hanging import Hanging, hanging, lines_of
from tests.service.web.browsing import Browser, SignInAs, token_in

SAYS = "这户人家的房子早就卖了，人也不在村里"
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{6}-[0-9A-HJKMNP-TV-Z]{6}")


@pytest.fixture
def one(made: Session) -> Hanging:
    return hanging(made, 3)


def object_from_page(browser: Browser, one: Hanging, **changes: str) -> str:
    """Object to a line as somebody without an account; return the page with the code."""
    home = f"/notices/{one.notice.number}/object"
    shown = browser.get(f"{home}?line=2")
    once = re.search(r'name="once" value="([^"]+)"', shown.text)
    assert once is not None
    data = {"line": "2", "who": "neighbour", "text": SAYS, "once": once[1], **changes}
    return str(browser.submit(home, data).text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_anybody_reads_the_list_and_nobody_a_number(
    browser: Browser, made: Session, one: Hanging, language: str
) -> None:
    line = lines_of(made, one.batch)[0]
    browser.headers["accept-language"] = language
    listed = browser.get("/notices")
    assert listed.status_code == 200
    assert one.notice.number is not None
    assert one.notice.number in listed.text
    shown = browser.get(f"/notices/{one.notice.number}")
    assert shown.status_code == 200
    said = text_of(shown.text)
    assert f"{(line.payee_name or '')[0]}*" in said
    assert (line.payee_name or "") not in said
    assert "100.01" in said
    assert not re.search(r"[0-9]{11}", said.replace(line.division or "-", ""))
    assert "no-store" in shown.headers["cache-control"]


def test_the_paper_has_no_links_to_object_and_the_village_can_be_chosen(
    browser: Browser, made: Session, one: Hanging
) -> None:
    division = lines_of(made, one.batch)[0].division
    paper = browser.get(f"/notices/{one.notice.number}?paper=1&village={division}").text
    assert "/object?line=" not in paper
    assert "100.01" in text_of(paper)
    nowhere = browser.get(f"/notices/{one.notice.number}?village=000000000000").text
    assert "100.01" in text_of(nowhere)


def test_an_objection_from_the_page_and_its_answer_by_code(
    browser: Browser, made: Session, one: Hanging, sign_in_as: SignInAs
) -> None:
    done = text_of(object_from_page(browser, one))
    code = _CODE.search(done)
    assert code is not None
    assert "暂缓" in done
    objection = made.scalars(select(Objection)).one()
    assert objection.place == 2
    shown = text_of(browser.get(f"/notices/{one.notice.number}").text)
    assert "核查中" in shown
    assert SAYS not in shown
    waiting = browser.submit("/notices/answer", {"code": code[0]})
    assert "答复期限" in text_of(waiting.text)
    assert SAYS not in waiting.text

    home = f"/objections/{objection.objection_no}"
    reviewer = sign_in_as("reviewer")
    assert SAYS in reviewer.get(home).text
    assert "答复公示异议" in text_of(reviewer.get("/").text)
    short = reviewer.submit(home, {"decision": "dismissed", "reason": ""}, shown_at=home)
    assert short.status_code == 422
    answered = reviewer.submit(
        home, {"decision": "dismissed", "reason": "入户核实，人在村里"}, shown_at=home
    )
    assert answered.status_code == 303
    read = sign_in_as("auditor").get(home).text
    assert SAYS not in read, "an auditor sees that there was one, not what was said"
    later = browser.submit("/notices/answer", {"code": code[0].lower()}).text
    assert "入户核实，人在村里" in text_of(later)


def test_wrong_input_comes_back_with_what_was_typed(browser: Browser, one: Hanging) -> None:
    for changes in ({"text": "短"}, {"line": "abc"}, {"line": "999"}, {"who": "king"}):
        page = object_from_page(browser, one, **changes)
        assert "请用5至1000字说明情况" in text_of(page), changes
    assert browser.get("/notices/NO-SUCH").status_code == 404
    assert browser.get(f"/notices/{one.notice.number}/object?line=77").status_code == 404
    unknown = browser.submit("/notices/answer", {"code": "000000-000000"})
    assert unknown.status_code == 404
    assert "查询码" in text_of(unknown.text)


def test_at_the_counter_an_officer_takes_one_and_may_not_answer_it(
    browser: Browser, made: Session, one: Hanging, sign_in_as: SignInAs
) -> None:
    steward = sign_in_as("steward")
    listed = steward.get("/objections")
    assert listed.status_code == 200
    object_from_page(browser, one, line="3")
    assert "O00" in steward.get("/objections?state=open").text
    taken = steward.submit(
        "/objections/take",
        {"notice": one.notice.number or "", "line": "1", "who": "other", "text": SAYS},
    )
    assert _CODE.search(text_of(taken.text))
    objection = made.scalars(select(Objection).where(Objection.taken_by.is_not(None))).one()
    home = f"/objections/{objection.objection_no}"
    assert SAYS in steward.get(home).text
    assert 'name="decision"' not in steward.get(home).text
    maker = sign_in_as("maker")
    token = token_in(maker.get("/").text, "/logout")
    refused = maker.post(home, data={"decision": "upheld", "reason": "不给", "form_token": token})
    assert refused.status_code == 403
    assert objection.state == "open"


def test_programs_do_the_same(
    browser: Browser, made: Session, one: Hanging, sign_in_as: SignInAs
) -> None:
    number = one.notice.number
    listed = browser.get("/api/notices").json()
    assert [item["number"] for item in listed] == [number]
    detail = browser.get(f"/api/notices/{number}").json()
    assert [line["place"] for line in detail["lines"]] == [1, 2, 3]
    assert set(detail["lines"][0]) == {"place", "name_masked", "division", "amount_fen"}
    taken = browser.post(
        f"/api/notices/{number}/objections", json={"text": SAYS, "place": 3, "once": "mine"}
    )
    assert taken.status_code == 201
    again = browser.post(
        f"/api/notices/{number}/objections", json={"text": SAYS, "place": 3, "once": "mine"}
    )
    assert again.json() == taken.json()
    code = taken.json()["code"]
    assert browser.post("/api/notices/answers", json={"code": code}).json()["state"] == "open"
    assert browser.get("/api/objections").status_code == 401

    reviewer = sign_in_as("reviewer")
    (waiting,) = reviewer.get("/api/objections").json()
    home = f"/api/objections/{waiting['objection_no']}"
    assert reviewer.get(home).json()["text"] == SAYS
    assert waiting["due_on"] > clock.today().isoformat()


def test_pages_begin_after_the_last_place_of_the_one_before(
    made: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = hanging(made, 5)
    for module in (public_view, public_api):
        monkeypatch.setattr(module, "LINES_A_PAGE", 2)
    home = f"/notices/{one.notice.number}"
    first = browser.get(home).text
    assert 'rel="next"' in first
    assert "after=2" in first
    last = browser.get(f"{home}?after=4").text
    assert 'rel="next"' not in last
    assert [place for place in range(1, 6) if f"object?line={place}" in last] == [5]
    assert f'href="{home}"' in last, "the way back to the first page"
    places, after = [], 0
    while True:
        page = browser.get(f"/api{home}", params={"after": after}).json()
        places.append([line["place"] for line in page["lines"]])
        after = page["next"]
        if not after:
            break
    assert places == [[1, 2], [3, 4], [5]]
    beyond = browser.get(f"/api{home}", params={"after": 5}).json()
    assert (beyond["lines"], beyond["next"]) == ([], 0)
    assert browser.get(home, params={"after": -1}).status_code == 422
