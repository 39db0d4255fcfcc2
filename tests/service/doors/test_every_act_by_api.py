"""Every act of a page is also an act of the API, and one door's policy is the other's.

A page's act that is written nowhere fails the first test; a route with another policy the last.
"""

import re

from fastapi import FastAPI

from service.doors.door import Door
from service.doors.table import DOORS
from service.officers.table import TABLE
from tests.service.doors.test_addresses import routes

_EXCEPTION = "POST /api/exceptions/{key}"
_RECEIPT = "POST /api/reconciliation/receipts/{line_id}"
_HEIR = "POST /api/heirs/{person_id}/registrations"
_GRANT = "POST /api/officers/duties/{grant_id}"
_TAKEN = "POST /api/reconciliation/exceptions"

BY_API: dict[str, tuple[str, ...]] = {
    # The public and residents.
    "POST /notices/answer": ("POST /api/notices/answers",),
    "POST /notices/{number}/object": ("POST /api/notices/{number}/objections",),
    "POST /me": ("POST /api/enquiry/codes",),
    "POST /me/code": ("POST /api/enquiry/sessions",),
    "POST /me/wrong/send": ("POST /api/enquiry/requests",),
    "POST /me/object/send": ("POST /api/enquiry/objections",),
    # Residents and what departments say.
    "POST /tasks/{task_id}": tuple(
        f"POST /api/tasks/{{task_id}}/{act}" for act in ("answer", "reopen")
    ),
    "POST /residents": ("POST /api/residents/search",),
    "POST /heirs/{person_id}": (_HEIR,),
    "POST /heirs/{person_id}/{heir_id}/approve": (f"{_HEIR}/{{heir_id}}/approve",),
    "POST /heirs/{person_id}/refuse": (f"{_HEIR}/{{heir_id}}/refuse",),
    "POST /heirs/{person_id}/end": (f"{_HEIR}/{{heir_id}}/end",),
    "POST /rules/new": ("POST /api/rules",),
    # Months, lists and what is owed back.
    "POST /months/{month}": ("POST /api/months/{month}/build",),
    "POST /recoveries": ("POST /api/recoveries/look-back",),
    "POST /batches/{batch_no}/findings/{control}": (
        "POST /api/batches/{batch_no}/findings/{control}/clear",
    ),
    "POST /exceptions/{key}": tuple(
        f"{_EXCEPTION}/{act}" for act in ("answer", "give-back", "ask-again", "withdraw")
    ),
    "POST /controls": ("POST /api/controls/switches",),
    "POST /controls/{switch_id}/{act}": ("POST /api/controls/switches/{switch_id}/{act}",),
    "POST /objections/take": ("POST /api/objections",),
    "POST /objections/{objection_no}": ("POST /api/objections/{objection_no}/answer",),
    # Signatures.
    "POST /batches/{batch_no}/sign-with-passkey": ("POST /api/batches/{batch_no}/sign",),
    # Banks and the ledger.
    "POST /dispatch/{file_id}/take-back": ("POST /api/dispatch/take-back/{file_id}",),
    "POST /dispatch/{file_id}/lay-out": ("POST /api/dispatch/lay-out/{file_id}",),
    "POST /reconciliation/files/{file_id}": ("POST /api/reconciliation/files/{file_id}/{act}",),
    "POST /reconciliation/receipts/{line_id}": (f"{_RECEIPT}/assign",),
    "POST /reconciliation/lines/{line_id}/write-off": (f"{_RECEIPT}/write-off",),
    "POST /account-corrections/{correction_id}/rows/{row_id}": tuple(
        f"POST /api/account-corrections/{{correction_id}}/rows/{{row_id}}{act}"
        for act in ("", "/drop")
    ),
    "POST /reconciliation/exceptions": tuple(
        f"{_TAKEN}/{act}" for act in ("take", "hand", "lay-down")
    ),
    "POST /reconciliation/exceptions/{key}": tuple(
        f"{_TAKEN}/{act}" for act in ("take", "hand", "lay-down")
    ),
    "POST /reconciliation/days/{channel}/{day}": (
        "POST /api/reconciliation/days/{channel}/{day}/close",
    ),
    # Who watches, and who says who may do what.
    "POST /oversight/queries/{code}": ("POST /api/oversight/queries/{code}/run",),
    "POST /oversight/hits/{hit_id}": ("POST /api/oversight/hits/{hit_id}/aside",),
    "POST /oversight/samples/new": ("POST /api/oversight/samples",),
    "POST /findings/new": ("POST /api/findings",),
    "POST /officers/{officer_id}/duties": ("POST /api/officers/{username}/duties",),
    "POST /officers/duties/{grant_id}/{act}": tuple(
        f"{_GRANT}/{act}" for act in ("confirm", "refuse", "keep")
    ),
    "POST /officers/{officer_id}/end": (f"{_GRANT}/end",),
    "POST /officers/{officer_id}/move": ("POST /api/officers/{username}/move",),
    "POST /officers/{officer_id}/interests": (
        "POST /api/officers/{username}/interests/{interest_id}/end",
    ),
    "POST /emergency/review": ("POST /api/emergency/{access_id}/review",),
    "POST /officers/{officer_id}/leave": ("POST /api/officers/{username}/leave",),
}
"""Acts of which the route is called otherwise than the page's address with ``/api`` before it."""

FOR_PEOPLE_ALONE = {
    "POST /login": "signing in",
    "POST /logout": "signing out",
    "POST /me/leave": "signing out: a program forgets its token",
    "POST /me/wrong/check": "a form that shows what was typed before it is sent",
    "POST /me/object/check": "a form that shows what was typed before it is sent",
}
"""Acts that no program has to do, and why."""

MISSING: set[str] = set()
"""Acts that no program can do yet. It only ever gets smaller."""

ASKED_BEHIND = {
    # The page's door is wider; the verb behind it asks for exactly what the API's doors ask for.
    "POST /exceptions/clear": {"batches.resolve"},
    "POST /exceptions/assign": {"exceptions.assign"},
    "POST /exceptions/{key}": {"exceptions.answer", "exceptions.assign"},
    "POST /heirs/{person_id}/refuse": {"heirs.approve"},
    "POST /heirs/{person_id}/end": {"heirs.register"},
}


def acts() -> list[str]:
    """Return every act of a page."""
    return [one for one in DOORS if not one.startswith("GET ") and " /api/" not in one]


def routes_of(page: str) -> tuple[str, ...]:
    """Return the API's routes that do what a page's act does."""
    return BY_API.get(page, (page.replace(" /", " /api/", 1),))


def policy(door: Door) -> tuple[frozenset[str], bool]:
    """Return the acts that a door asks for, and whether it is open."""
    return frozenset((*door.acts, *door.one_of)), door.is_open


def test_every_act_of_a_page_is_one_of_the_api() -> None:
    left = {
        page
        for page in acts()
        if page not in FOR_PEOPLE_ALONE and not set(routes_of(page)) <= set(DOORS)
    }
    assert left == MISSING


def test_the_problems_that_routes_announce_are_problems(app: FastAPI) -> None:
    known = {one["code"] for one in app.openapi()["x-problems"]}
    said = {
        (path, code)
        for path, operations in app.openapi()["paths"].items()
        for one in operations.values()
        for sentence in re.findall(r"Problems?: ([^.]*)", one.get("description", ""))
        for code in re.findall(r"``(\w+)``", sentence)
    }
    assert len(said) > 50
    assert [one for one in sorted(said) if one[1] not in known] == []


def test_what_is_written_down_is_there(app: FastAPI) -> None:
    served = set(routes(app))
    assert (set(BY_API) | set(FOR_PEOPLE_ALONE) | set(ASKED_BEHIND)) <= served
    needless = {page for page in BY_API if BY_API[page] == (page.replace(" /", " /api/", 1),)}
    assert needless == set()


def test_a_program_needs_the_duty_that_the_page_needs() -> None:
    wrong = []
    for page in acts():
        if page in FOR_PEOPLE_ALONE or page in MISSING:
            continue
        asked, is_open = policy(DOORS[page])
        given = [policy(DOORS[route]) for route in routes_of(page)]
        must = ASKED_BEHIND.get(page, asked)
        if {one for acts, _ in given for one in acts} != must or {one for _, one in given} != {
            is_open
        }:
            wrong.append(f"{page}: {sorted(must)} but {[sorted(acts) for acts, _ in given]}")
        if {DOORS[route].is_hidden for route in routes_of(page)} != {DOORS[page].is_hidden}:
            wrong.append(f"{page}: hidden for one, shown to the other")
    assert wrong == []
    assert {one for acts in ASKED_BEHIND.values() for one in acts} <= set(TABLE)
