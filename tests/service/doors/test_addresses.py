"""Every address, asked by nobody, by each duty of the county, of one township, of one programme.

What must come out is said again here from the officers' table, the scope and the thing's place, not
by asking the code that decides. An address that nobody wrote down fails the first test and, if it
is reached all the same, answers nobody.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy.orm import Session

from service.app import create_app
from service.doors import admit
from service.doors.door import Door
from service.doors.table import DOORS
from service.officers.may import NotAllowed
from service.officers.models import DUTIES, Officer
from service.officers.table import TABLE, Row
from service.web import cookies
from service.web.form_tokens import FIELD, token
from tests.factories import residents
from tests.factories.batches import BatchFactory
from tests.factories.officers import OfficerFactory
from tests.service.doors.things import (
    HERE,
    OTHER_PROGRAMME,
    PROGRAMME,
    THERE,
    TOWN,
    Things,
    things,
)
from tests.service.web.browsing import Browser, SignInAs

UNDOORED = {"/api/openapi.json", "/static"}
"""The description of the API, and files that are the same for everybody."""
NOTHING = Things("", "", "", "", "", "", "", "", "", "")
FIRST_OF_ITS_OWN = {"POST /months/{month}", "POST /recoveries", "POST /api/months/{month}/build"}
"""A run of the whole county: its page asks for the county, its door for the duty."""


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session


@dataclass(frozen=True)
class Kinds:
    """The same things three times."""

    own: Things
    neighbours: Things
    foreign: Things


@pytest.fixture
def kinds(made: Session) -> Kinds:
    """Of here and of the next township on one list; of another township and programme on another."""
    batch, elsewhere = BatchFactory.create(), BatchFactory.create(programme=OTHER_PROGRAMME)
    return Kinds(
        own=things(made, HERE, PROGRAMME, batch),
        neighbours=things(made, THERE, PROGRAMME, batch),
        foreign=things(made, THERE, OTHER_PROGRAMME, elsewhere),
    )


def routes(found: Any) -> Iterator[str]:
    """Yield every address of an app, of routers inside routers too."""
    for route in found.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner)
        elif route.path not in UNDOORED:
            yield from (f"{method} {route.path}" for method in route.methods - {"HEAD"})


def test_every_address_has_a_door_and_every_door_an_address(app: FastAPI) -> None:
    assert sorted(routes(app)) == sorted(DOORS)


def test_every_door_asks_for_acts_of_the_table() -> None:
    assert {act for door in DOORS.values() for act in (*door.acts, *door.one_of)} <= set(TABLE)


def test_an_address_without_a_door_answers_nobody(app: FastAPI, sign_in_as: SignInAs) -> None:
    late = APIRouter()
    late.add_api_route("/late", lambda: {"said": "anything"})
    made = create_app(app.state.transaction)
    (inner,) = [
        one
        for one in (getattr(route, "original_router", None) for route in made.routes)
        if one is not None and any(address == "GET /ledger" for address in routes(one))
    ]
    kept = list(inner.routes)
    inner.include_router(late)
    try:
        asking = Browser(made, follow_redirects=False, cookies=dict(sign_in_as("maker").cookies))
        refused = asking.get("/late")
    finally:
        inner.routes[:] = kept
    assert refused.status_code == 403
    assert "anything" not in refused.text


def limited(duty: str, division: str, programmes: list[str]) -> Officer:
    scope = {"division": division, "programmes": programmes, "departments": [],
             "from": "2020-01-01", "to": None}  # fmt: skip
    made: Officer = OfficerFactory.create(duties=[duty], scopes={duty: [scope]})
    return made


def names_in(path: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", path)


def ask(browser: Browser, door: str, about: Things) -> Any:
    """Ask an address as its form or program would, with nothing filled in."""
    method, pattern = door.split(" ")
    path = about.fill(pattern, names_in(pattern))
    if method == "GET":
        return browser.get(path)
    if path.startswith("/api/"):
        return browser.request(method, path, json={})
    secret = browser.cookies.get(cookies.SESSION) or ""
    return browser.post(path, data={FIELD: token(secret, path)})


def verdict_of_act(
    act: str, duty: str, place: str, codes: list[str], about: Things, path: str
) -> int:
    """Say from the table's row what an act must be answered with: 200 for passing, 403 or 404."""
    row = TABLE[act]
    too_narrow = (row.reach in ("county", "everything") and place) or (
        row.reach == "everything" and codes
    )
    if duty not in row.duties or too_narrow:
        return 403
    return verdict_of_thing(row, place, codes, about, path) if place or codes else 200


def verdict_of_thing(row: Row, place: str, codes: list[str], about: Things, path: str) -> int:
    """Say what a limited duty must be answered with for the thing that a path names."""
    named = set(names_in(path))
    of_programme = {"batch_no", "case_no", "objection_no"} & named
    if row.reach != "everything":
        of_programme |= {"file_id", "recall_id"} & named
    if of_programme and codes and about.programme not in codes:
        return 404
    if {"reference", "case_no", "objection_no", "person_id"} & named:
        return 200 if about.division.startswith(place) else 404
    if "batch_no" not in named or not place:
        return 200
    if about.programme == OTHER_PROGRAMME:
        return 404  # nobody of here is on that list
    return 200 if row.reach == "touching" else 403


def expected(door: Door, name: str, duty: str, place: str, codes: list[str], about: Things) -> int:
    """Say what a door must answer."""
    path = name.split(" ")[1]
    if door.is_open:
        return 200
    given = [verdict_of_act(act, duty, place, codes, about, path) for act in door.acts]
    some = [verdict_of_act(act, duty, place, codes, about, path) for act in door.one_of]
    held = [
        said
        for act, said in zip(door.one_of, some, strict=True)
        if verdict_of_act(act, duty, place, codes, about, "") == 200
    ]
    refused = [said for said in given if said != 200]
    if some and 200 not in some:
        refused.append(held[0] if held else 403)
    return 404 if refused and door.is_hidden else (refused or [200])[0]


def differs(door: str, must: int, answer: Any) -> bool:
    """Return whether an answer is not what must come; who passes may find nothing behind the door."""
    said = answer.status_code
    if must != 200:
        return bool(said != must)
    if said in (401, 500):
        return True
    # Behind the door each page asks for more: a state, an own case, a file, a reason.
    passed_on = door in BEHIND or "_id}" in door or "/me" in door or door.startswith("POST")
    return said in (403, 404) and not passed_on


BEHIND = {
    # These ask for a thing that the test does not make: a manifest, a code, a proposal.
    *(f"GET /batches/{{batch_no}}/{one}" for one in
      ("recount", "bundle.zip", "voucher", "voucher.pdf", "findings/{control}")),
    "GET /exceptions/preview", "GET /exceptions/{key}", "GET /exceptions/assignments/{assignment_no}",
    "GET /exceptions/decisions/{decision_no}",
    "GET /reconciliation/exceptions/{key}", "GET /api/reconciliation/exceptions/{key}",
    "GET /api/exceptions/{key}", "GET /api/exceptions/assignments/{assignment_no}",
    "GET /api/exceptions/decisions/{decision_no}",
    "GET /banks/{code}", "GET /api/banks/{code}",
    "GET /api/batches/{batch_no}/manifest", "GET /rules/{name}", "GET /rules/{name}/effects.csv",
    "GET /rules/figures/{name}", "GET /api/rules/{name}",
    "GET /rules/{number}/edit", "GET /notices/{number}", "GET /api/notices/{number}",
    "GET /notices/{number}/object", "GET /programmes/{code}", "GET /notices/answer",
    "GET /api/feeds/{feed}/pushes/{number}",
    "GET /oversight/queries/{code}", "GET /api/oversight/queries/{code}/hits",
    "GET /findings/{finding_no}", "GET /api/findings/{finding_no}", "GET /several-lists/{key}",
    *(f"GET /oversight/samples/{{sample_no}}{one}" for one in
      ("", "/lines.csv", "/population.txt", "/lines/{drawn}")),
    *(f"GET /api/oversight/samples/{{sample_no}}{one}" for one in ("", "/population", "/lines")),
    "GET /api/months/{month}/run", "GET /api/batches/{batch_no}/findings",
}  # fmt: skip


def opens(door: Door, duty: str) -> bool:
    """Return whether a duty opens a door to anything at all."""
    return any(duty in TABLE[act].duties for act in (*door.acts, *door.one_of))


def matters(door: Door, name: str, duty: str, about: Things, *, limit: bool) -> bool:
    """Return whether a question adds anything: a limit does only where the duty opens the door."""
    if not limit:
        # Who has no duty for it is asked for once over the wire, and of the door for every duty.
        return opens(door, duty) or duty == "system_administrator"
    has_thing = set(names_in(name)) & set(vars(about))
    return opens(door, duty) and (
        bool(has_thing) or about.division == HERE or about.programme == OTHER_PROGRAMME
    )


def wrong_answers(
    session: Session, browser: Browser, duty: str, place: str, codes: list[str], about: Things
) -> list[str]:
    """Return every address that answers another way than its door says."""
    wrong = []
    for name, door in DOORS.items():
        if door.is_open or not matters(door, name, duty, about, limit=bool(place or codes)):
            continue
        must = expected(door, name, duty, place, codes, about)
        if must == 200 and name in FIRST_OF_ITS_OWN and (place or codes):
            must = 403
        with session.begin_nested() as undone:
            answer = ask(browser, name, about)
            undone.rollback()
        if differs(name, must, answer):
            wrong.append(f"{name}: {answer.status_code} instead of {must}")
    return wrong


def test_nobody_passes_but_where_everybody_does(browser: Browser, kinds: Kinds) -> None:
    for name, door in DOORS.items():
        answer = ask(browser, name, kinds.own)
        if door.is_open:
            continue
        api = "/api/" in name
        said = (answer.status_code, answer.headers.get("location", "").split("?")[0])
        assert said == ((401, "") if api else (303, "/login")), name


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize(("place", "codes"), [("", []), (TOWN, []), ("", [PROGRAMME])])
def test_a_door_stays_shut_for_every_duty_that_it_does_not_name(
    duty: str, place: str, codes: list[str], made: Session
) -> None:
    officer = limited(duty, place, codes)
    for name, door in DOORS.items():
        if not opens(door, duty) and (door.acts or door.one_of):
            with pytest.raises(NotAllowed):
                admit.pass_through(made, officer, door, {})
            assert expected(door, name, duty, place, codes, NOTHING) in (403, 404)


@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_of_the_county_passes_where_the_table_says(
    duty: str, made: Session, kinds: Kinds, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=limited(duty, "", []))
    assert wrong_answers(made, browser, duty, "", [], kinds.neighbours) == []


@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_of_a_township_passes_to_its_own_things_only(
    duty: str, made: Session, kinds: Kinds, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=limited(duty, TOWN, []))
    for about in (kinds.own, kinds.neighbours, kinds.foreign):
        assert wrong_answers(made, browser, duty, TOWN, [], about) == []


@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_of_a_programme_passes_to_its_own_things_only(
    duty: str, made: Session, kinds: Kinds, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=limited(duty, "", [PROGRAMME]))
    for about in (kinds.neighbours, kinds.foreign):
        assert wrong_answers(made, browser, duty, "", [PROGRAMME], about) == []
