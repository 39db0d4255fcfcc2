"""A resident as a program of an office finds, opens and changes one: as on the page, and once."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock
from service.residents.models import Account, AccountChange, Confirmation, Division, Person
from service.web.models import KeptAnswer
from tests.factories.residents import AccountFactory, id_number
from tests.service.residents.record.conftest import FOREIGN, HOME, NUMBER
from tests.service.web.browsing import MakeOfficer, SignInAs

NEW, OLD = "6217000012345671175", "6217000012345671186"
ASKED = {"account": NEW, "bank_code": "102336000013", "bank_name": "样例银行",
         "reason": "本人持存折到窗口申请，已核对证件。"}  # fmt: skip
KEY = {"idempotency-key": "r-1"}


@pytest.fixture(autouse=True)
def paid(person: Person) -> None:
    AccountFactory.create(person=person, card=OLD)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_a_program_looks_for_a_resident_and_nothing_personal_is_in_the_address(
    session: Session, sign_in_as: SignInAs, person: Person
) -> None:
    session.add(Division(code=HOME, name="石桥村", level="village", parent=None))
    session.flush()
    browser, path = sign_in_as("steward"), "/api/residents/search"
    found = browser.post(path, json={"number": NUMBER})
    assert found.json() == {
        "found": [
            {"person_id": person.id, "name": "舒**", "division": HOME, "id_tail": NUMBER[-4:]}
        ],
        "more": False,
    }
    assert browser.post(path, json={"name": "舒青禾", "division": HOME}).json() == found.json()
    assert browser.post(path, json={"number": id_number(999)}).json()["found"] == []
    assert code(browser.post(path, json={})) == (422, "search_incomplete")
    assert browser.post(path, json={"number": NUMBER, "other": "x"}).status_code == 422
    assert code(sign_in_as("system_administrator").post(path, json={"number": NUMBER}))[0] == 403
    kept = session.scalars(select(AuditEntry).where(AuditEntry.act == "resident.searched")).all()
    assert len(kept) == 3
    assert NUMBER not in b"".join(one.canonical for one in kept).decode()


def test_a_program_opens_what_it_asks_for_with_a_reason_and_no_more(
    session: Session, sign_in_as: SignInAs, person: Person, make_officer: MakeOfficer
) -> None:
    browser, path = sign_in_as("reviewer"), f"/api/residents/{person.id}/reveal"
    assert code(browser.post(path, json={"what": ["identity"], "reason": " "})) == (
        422, "reveal_reason_missing",
    )  # fmt: skip
    assert browser.post(path, json={"what": [], "reason": "核对材料"}).status_code == 422
    told = browser.post(path, json={"what": ["identity"], "reason": "核对材料"}).json()
    assert (told["name"], told["numbers"], told["accounts"]) == ("舒青禾", [NUMBER], [])
    told = browser.post(path, json={"what": ["account"], "reason": "核对材料"}).json()
    assert (told["name"], told["numbers"], told["accounts"]) == ("舒**", [], [OLD])
    far = sign_in_as(officer=make_officer("reviewer", division=FOREIGN))
    body = {"what": ["identity"], "reason": "核对材料"}
    assert far.post(path, json=body).status_code == 404
    assert sign_in_as("maker").post(path, json=body).status_code in (200, 403)
    kept = session.scalars(select(AuditEntry).where(AuditEntry.act == "resident.revealed")).all()
    assert {one.object_id for one in kept} == {str(person.id)}


def test_two_programs_change_an_account_and_its_number_is_kept_nowhere_in_the_open(
    session: Session, sign_in_as: SignInAs, person: Person
) -> None:
    path = f"/api/residents/{person.id}/account"
    steward, reviewer = sign_in_as("steward"), sign_in_as("reviewer")
    assert code(reviewer.post(path, json=ASKED)) == (403, "not_allowed")
    assert code(steward.post(path, json={**ASKED, "account": "12"}))[0] == 422
    asked = steward.post(path, json=ASKED, headers=KEY)
    assert (asked.status_code, asked.json()["state"], asked.json()["tail"]) == (
        201,
        "requested",
        "1175",
    )
    assert NEW not in asked.text
    assert steward.post(path, json=ASKED, headers=KEY).json() == asked.json()
    assert code(steward.post(path, json=ASKED)) == (409, "account_change_waiting")
    assert len(session.scalars(select(AccountChange)).all()) == 1
    assert NEW not in str([one.answer for one in session.scalars(select(KeptAnswer))])
    one = f"{path}/{asked.json()['id']}"
    assert steward.post(one, json={"answer": "confirm"}).status_code == 403
    assert reviewer.post(one, json={"answer": "other"}).status_code == 422
    assert reviewer.post(one, json={"answer": "confirm"}).json()["state"] == "confirmed"
    now = session.scalars(
        select(Account.tail).where(Account.person_id == person.id, Account.known_to.is_(None))
    )
    assert list(now) == ["1175"]
    assert steward.post(one, json={"answer": "withdraw", "reason": "填错"}).status_code == 409


def test_a_program_keeps_that_the_township_saw_the_person(
    session: Session, sign_in_as: SignInAs, person: Person
) -> None:
    browser, path = sign_in_as("steward"), f"/api/residents/{person.id}/life"
    body = {"answer": "alive", "day": clock.today().isoformat(), "organisation": "青禾镇",
            "reason": "入户见到本人"}  # fmt: skip
    assert code(browser.post(path, json={**body, "day": "2199-01-01"})) == (422, "day_impossible")
    assert browser.post(path, json={**body, "day": "yesterday"}).status_code == 422
    assert code(sign_in_as("policy").post(path, json=body))[0] == 403
    kept = browser.post(path, json=body, headers=KEY)
    assert (kept.status_code, kept.json()["answer"]) == (201, "alive")
    assert browser.post(path, json=body, headers=KEY).json() == kept.json()
    assert len(session.scalars(select(Confirmation)).all()) == 1
