"""A thing that a query, a form or a program's JSON names is checked as one in the path is.

Each parameter of `parameters.NAMES` is sent three times by an officer of one township or one
programme: with a thing of the officer's own, with another's, and with one that is not there. The
last two must be answered alike, and the first otherwise, or the test itself would be blind.
"""

import io
import re
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from service.officers.models import Officer
from service.web import cookies
from service.web.form_tokens import FIELD, token
from tests.factories.officers import OfficerFactory
from tests.service.doors.named import CASES_OF, Case, Made, things
from tests.service.doors.parameters import NAMES, PATHS_CHECKED_BEHIND
from tests.service.doors.things import PROGRAMME, TOWN
from tests.service.web.browsing import Browser, SignInAs

__all__ = ["things"]
REFUSED = (403, 404)


def limited(case: Case) -> Officer:
    scope = {"division": "" if case.by_programme else TOWN, "from": "2020-01-01", "to": None,
             "programmes": [PROGRAMME] if case.by_programme else [], "departments": []}  # fmt: skip
    made: Officer = OfficerFactory.create(
        duties=[case.duty], scopes={case.duty: [scope]}, organisation="石桥镇"
    )
    return made


def send(browser: Browser, case: Case, value: Any) -> Any:
    """Ask with one value in the parameter."""
    method, pattern = case.door.split(" ")
    in_path = f"{{{case.name}}}" in pattern
    path = pattern.format(**case.path, **({case.name: value} if in_path else {}))
    sent = dict(case.beside) if in_path else {**case.beside, case.name: value}
    if method == "GET":
        return browser.get(path, params=sent)
    if path.startswith("/api/"):
        if path in _CONFIRMED:
            asked = {one: sent[one] for one in sent if one != "reason"}
            sent["mark"] = browser.post(f"{path}/preview", json=asked).json().get("mark", "none")
        return browser.request(method, path, json=sent)
    if path in _CONFIRMED:
        shown = browser.get("/exceptions/preview", params={**sent, "act": path.rpartition("/")[2]})
        sent["mark"] = (re.findall(r'name="mark" value="(\w+)"', shown.text) or ["none"])[0]
    secret = browser.cookies.get(cookies.SESSION) or ""
    return browser.post(path, data={**sent, FIELD: token(secret, path)})


_CONFIRMED = {f"{api}/exceptions/{act}" for api in ("", "/api") for act in ("clear", "assign")}
"""What is confirmed by the mark of a preview of the same selection, as its page does it."""


def told(answer: Any, value: Any) -> tuple[int, str]:
    """Return an answer without what was sent, what may be chosen, and what is new in every answer."""
    text = _read(answer) + answer.headers.get("location", "")
    # A filter in use is told by the words of its option, which everybody may choose.
    chosen = r'<ul class="chosen".*?</ul>|<option.*?</option>'
    text = re.sub(rf"<head>.*?</head>|<svg.*?</svg>|{chosen}", "", text, flags=re.DOTALL)
    text = re.sub(r'name="form_token" value="[^"]*"|"request_id":"[^"]*"|[0-9a-f]{64}', "", text)
    for one in value if isinstance(value, list) else [value]:
        text = re.sub(rf"(?<![\w<])(?<!</){re.escape(str(one))}(?!\w)", "…", text)
    return answer.status_code, text


def _read(answer: Any) -> str:
    """Return what stands in an answer: of a workbook its cells, for its bytes say when it was made."""
    if "spreadsheetml" not in answer.headers.get("content-type", ""):
        return str(answer.text)
    sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    return "\n".join(str(row) for sheet in sheets for row in sheet.iter_rows(values_only=True))


def wrong(session: Session, sign_in_as: SignInAs, cases: list[Case]) -> list[str]:
    """Return the parameters that tell or do what they must not, or that were never really asked."""
    found = []
    for case in cases:
        browser = sign_in_as(officer=limited(case))
        answers = []
        for value in case.sent:
            with session.begin_nested() as undone:
                answers.append(told(send(browser, case, value), value))
                undone.rollback()
        own, other, absent = answers
        if case.sent[2] is None:
            is_right = other[0] in REFUSED and own[0] not in REFUSED
        else:
            is_right = other == absent and own != absent
        if not is_right:
            limit = "programme" if case.by_programme else "place"
            found.append(
                f"{case.door} {case.name} ({limit}): own {own[0]}, other {other[0]}, "
                f"absent {absent[0]}, alike {other == absent}, blind {own == absent}"
            )
    return found


@pytest.mark.parametrize("what", CASES_OF)
def test_anothers_thing_is_answered_as_one_that_is_not_there(
    what: str, things: Made, session: Session, sign_in_as: SignInAs
) -> None:
    assert wrong(session, sign_in_as, CASES_OF[what](session, things)) == []


ELSEWHERE = {
    # A place in a list of lines or estates is compared, never looked up.
    ("GET /api/batches/{batch_no}/lines", "after"),
    ("GET /batches/{batch_no}", "after"),
    ("GET /batches/{batch_no}", "before"),
    ("GET /heirs", "after"),
    ("GET /api/heirs", "after"),
    # The answer names each list that was sent: `test_several_lists`.
    ("POST /several-lists", "batch"),
    ("POST /api/several-lists", "batches"),
    # The same check as a new proposal's, in `require_files`.
    ("POST /rules/{number}/edit", "name"),
    ("POST /api/rules/{number}/edit", "texts"),
    # Decisions need an assessed county: `test_decision_pages`.
    *((door, "assessment") for door in NAMES if "/decisions/" in door),
}  # fmt: skip
PATHS_ELSEWHERE = {"subject_id", "decision_no"}
"""Also in `test_decision_pages`; what was decided of many is opened by a list's readers (the door)."""


def test_every_named_thing_is_sent(things: Made, session: Session) -> None:
    cases = [one for make in CASES_OF.values() for one in make(session, things)]
    sent = {(one.door, one.name) for one in cases} | ELSEWHERE
    assert {(door, name) for door, names in NAMES.items() for name in names} <= sent
    assert {name for _, name in sent} >= PATHS_CHECKED_BEHIND - PATHS_ELSEWHERE


def two_duties(case: Case) -> Officer:
    """Who does one thing in the township, and another in the whole county: so he sees what he may not touch."""
    narrow = {"division": "" if case.by_programme else TOWN, "from": "2020-01-01", "to": None,
              "programmes": [PROGRAMME] if case.by_programme else [], "departments": []}  # fmt: skip
    wide = {**narrow, "division": "", "programmes": []}
    made: Officer = OfficerFactory.create(
        duties=[case.duty, "reconciler"],
        scopes={case.duty: [narrow], "reconciler": [wide]},
        organisation="石桥镇",
    )
    return made


@pytest.mark.parametrize("what", ["exceptions", "residents", "paths"])
def test_what_one_duty_shows_another_does_not_touch(
    what: str, things: Made, session: Session, sign_in_as: SignInAs
) -> None:
    done = []
    for case in CASES_OF[what](session, things):
        if not case.door.startswith("POST") or case.door in LOOKING:
            continue
        browser = sign_in_as(officer=two_duties(case))
        with session.begin_nested() as undone:
            answer = send(browser, case, case.sent[1])
            undone.rollback()
        if answer.status_code < 400:
            done.append(f"{case.door} {case.name}: {answer.status_code}")
    assert done == []


LOOKING = {
    # These only look, by whatever duty shows it.
    "POST /residents",
    "POST /api/residents/search",
    "POST /api/exceptions/clear/preview",
    "POST /api/exceptions/assign/preview",
}
