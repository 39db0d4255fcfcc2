"""Estates for programs: two officers, one place, every search counted, and the list by pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.heirs import estates
from service.foundation import clock, ids
from service.officers.models import Officer
from service.residents.models import HeirRegistration, Person
from tests.factories.batches import BatchFactory, PaymentFactory, payee
from tests.factories.exceptions import HoldFactory
from tests.factories.officers import OfficerFactory
from tests.factories.residents import PersonFactory, PersonIdentifierFactory, id_number
from tests.service.web.browsing import SignInAs

API = "/api/heirs"
EAST, WEST = "330523100", "330523200"
NUMBER = id_number(700_002)
CLAIM = {
    "number": NUMBER, "relation": "child", "basis": "notarised", "evidence": "公证书 12 号",
    "reason": "已核对",
}  # fmt: skip


def dead_in(place: str, since: Any = None) -> Person:
    """Somebody who died, with one line that waits."""
    person: Person = PersonFactory.create(division=f"{place}200", name="试样甲")
    batch = BatchFactory.create(built_at=since or clock.now())
    line = PaymentFactory.create(
        batch=batch, state="held", division=person.division, subject_id=person.id,
        payee_person_id=person.id,
    )  # fmt: skip
    HoldFactory.create(payment=line, control="payee_dead")
    return person


@pytest.fixture
def heir(made: Session) -> Person:
    person: Person = payee(name="试样乙")
    PersonIdentifierFactory.create(person=person, number=NUMBER)
    return person


def town(duty: str, place: str = EAST) -> Officer:
    found: Officer = OfficerFactory.create(duties=[duty], division=place)
    return found


def searches(session: Session) -> int:
    counted = select(func.count()).where(AuditEntry.act == "resident.searched")
    return session.scalar(counted) or 0


def test_two_officers_register_once_however_often_it_is_sent(
    made: Session, heir: Person, sign_in_as: SignInAs
) -> None:
    dead = dead_in(EAST)
    steward, reviewer = sign_in_as("steward"), sign_in_as("reviewer")
    (row,) = steward.get(API).json()["estates"]
    assert (row["person_id"], row["lines"], row["approved_share"]) == (dead.id, 1, "0")
    idem = {"Idempotency-Key": "heir-1"}
    path = f"{API}/{dead.id}/registrations"
    first = steward.post(path, json=CLAIM, headers=idem)
    assert (first.status_code, steward.post(path, json=CLAIM, headers=idem).json()) == (
        200, first.json(),
    )  # fmt: skip
    (one,) = first.json()["registrations"]
    assert (one["state"], one["share"], first.json()["left_share"]) == ("unconfirmed", "1/1", "0")
    act = f"{path}/{one['id']}"
    assert steward.post(f"{act}/approve", json={}).status_code == 403
    done = reviewer.post(f"{act}/approve", json={}).json()
    assert done["registrations"][0]["state"] == "approved"
    again = reviewer.post(f"{act}/approve", json={})
    assert (again.status_code, again.json()["code"]) == (409, "already_approved")
    ended = steward.post(f"{act}/end", json={"reason": "重新协商"}).json()
    assert (ended["registrations"][0]["ended_reason"], ended["left_share"]) == ("重新协商", "1/1")
    refused = steward.post(path, json=CLAIM).json()["registrations"][1]["id"]
    told = reviewer.post(f"{path}/{refused}/refuse", json={"reason": "不符"}).json()
    assert [one["state"] for one in told["registrations"]] == ["ended", "ended"]
    for answer in (first, again):
        for word in (NUMBER, "试样甲", "试样乙"):
            assert word not in answer.text


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"number": id_number(700_003)}, "heir_not_found"),
        ({"share": "2"}, "share_unclear"),
        ({"evidence": " "}, "evidence_missing"),
        ({"basis": "will"}, "fields_wrong"),
        ({"heir_person_id": 1}, "fields_wrong"),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(
    heir: Person, sign_in_as: SignInAs, said: dict[str, Any], code: str
) -> None:
    dead = dead_in(EAST)
    details = set()
    for language in ("zh-CN", "en"):
        browser = sign_in_as("steward", language=language)
        answer = browser.post(f"{API}/{dead.id}/registrations", json={**CLAIM, **said})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert NUMBER not in answer.text
        details.add(answer.json()["detail"])
    assert len(details) == 2


def test_a_number_that_is_tried_is_counted_although_nothing_is_registered(
    made: Session, heir: Person, sign_in_as: SignInAs
) -> None:
    dead, steward = dead_in(EAST), sign_in_as("steward")
    wrong = {**CLAIM, "number": id_number(700_003)}
    for said in (wrong, {**CLAIM, "share": "2"}):
        assert steward.post(f"{API}/{dead.id}/registrations", json=said).status_code == 422
    assert searches(made) == 2
    assert steward.submit(f"/heirs/{dead.id}", wrong).status_code == 422
    assert searches(made) == 3
    assert made.scalar(select(func.count()).select_from(HeirRegistration)) == 0


def test_another_townships_estate_is_not_there(
    made: Session, heir: Person, sign_in_as: SignInAs
) -> None:
    here, there = dead_in(EAST), dead_in(WEST)
    county = sign_in_as("steward")
    for dead in (here, there):
        county.post(f"{API}/{dead.id}/registrations", json=CLAIM)
    mine, theirs = (
        made.scalars(select(HeirRegistration.id).where(HeirRegistration.person_id == dead.id)).one()
        for dead in (here, there)
    )
    for duty, acts in (("steward", ("end",)), ("reviewer", ("approve", "refuse"))):
        officer = sign_in_as(officer=town(duty))
        listed = officer.get(API).json()["estates"]
        assert [one["person_id"] for one in listed] == [here.id]
        unknown = officer.get(f"{API}/999999999").json()["detail"]
        refused = [officer.get(f"{API}/{there.id}")]
        for act in acts:
            body = {} if act == "approve" else {"reason": "试探"}
            for dead, registration in ((there, theirs), (here, theirs), (there, mine)):
                path = f"{API}/{dead.id}/registrations/{registration}/{act}"
                refused.append(officer.post(path, json=body))
        if duty == "steward":
            refused.append(officer.post(f"{API}/{there.id}/registrations", json=CLAIM))
        for answer in refused:
            assert (answer.status_code, answer.json()["detail"]) == (404, unknown)
    page = sign_in_as(officer=town("reviewer"))
    assert page.submit(
        f"/heirs/{here.id}/refuse", {"refused": str(theirs), "refuse_reason": "试探"},
        shown_at=f"/heirs/{here.id}",
    ).status_code == 404  # fmt: skip
    states = made.execute(select(HeirRegistration.approved_at, HeirRegistration.ended_at)).all()
    assert [tuple(one) for one in states] == [(None, None), (None, None)]


@pytest.mark.parametrize(("duty", "status"), [("policy", 403), ("auditor", 200), ("maker", 200)])
def test_who_reads_and_does_not_register(
    made: Session, heir: Person, sign_in_as: SignInAs, duty: str, status: int
) -> None:
    dead, browser = dead_in(EAST), sign_in_as(duty)
    assert browser.get(API).status_code == status
    assert browser.get(f"{API}/{dead.id}").status_code == status
    assert browser.post(f"{API}/{dead.id}/registrations", json=CLAIM).status_code == 403


def test_pages_of_estates_follow_one_another_and_a_township_sees_its_last_ones(
    made: Session, sign_in_as: SignInAs
) -> None:
    old = clock.now() - timedelta(days=30)
    west = [dead_in(WEST, old) for _ in range(estates.ROWS_A_PAGE)]
    east = [dead_in(EAST, old + timedelta(days=1)) for _ in range(3)]
    without_lines = PersonFactory.create(division=f"{WEST}200")
    made.add(_registration(without_lines, east[0]))
    made.flush()
    auditor = sign_in_as("auditor")
    first = auditor.get(API).json()
    rest = auditor.get(API, params={"after": first["next"]}).json()
    listed = [one["person_id"] for page in (first, rest) for one in page["estates"]]
    assert listed == [one.id for one in (*west, *east, without_lines)]
    assert rest["next"] == ""
    there = sign_in_as(officer=town("steward"))
    assert [one["person_id"] for one in there.get(API).json()["estates"]] == [
        one.id for one in east
    ]
    shown = auditor.get("/heirs").text
    assert f"after={first['next']}" in shown
    second = auditor.get(f"/heirs?after={first['next']}").text
    assert len(set(re.findall(r'href="/heirs/([0-9]+)"', second))) == 4
    assert auditor.get(API, params={"after": "nowhere"}).json()["code"] == "no_such_place"
    steward, reviewer = sign_in_as("steward"), sign_in_as("reviewer")
    assert ">53<" in steward.get("/").text, "all of them wait, not a page"
    assert f"/heirs/{without_lines.id}" in reviewer.get("/").text


def _registration(dead: Person, heir: Person) -> HeirRegistration:
    return HeirRegistration(
        id=ids.uuid7(), person_id=dead.id, heir_person_id=heir.id, basis="notarised", relation="child",
        evidence="公证书 1 号", reason="已核对", registered_by="somebody", registered_at=clock.now(),
    )  # fmt: skip
