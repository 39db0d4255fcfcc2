"""Acts on a resident's page: an account changed by two officers, and what a township saw."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.models import Account, AccountChange, Confirmation, Person
from tests.factories.residents import AccountFactory
from tests.service.residents.record.conftest import FOREIGN
from tests.service.web.browsing import Browser, MakeOfficer, SignInAs

NEW = "6217000012345671175"
ASKED = {
    "account": NEW,
    "bank_code": "102336000013",
    "bank_name": "样例银行",
    "account_reason": "本人持存折到窗口申请，已核对证件。",
}


@pytest.fixture(autouse=True)
def paid(person: Person) -> None:
    AccountFactory.create(person=person, card="6217000012345671186")


def send(browser: Browser, person: Person, part: str, fields: dict[str, str]) -> Any:
    home = f"/residents/{person.id}"
    return browser.submit(f"{home}/{part}", fields, shown_at=home)


def current(session: Session, person: Person) -> list[Account]:
    session.expire_all()
    return list(
        session.scalars(
            select(Account).where(Account.person_id == person.id, Account.known_to.is_(None))
        )
    )


def waiting(session: Session) -> AccountChange:
    return session.scalars(select(AccountChange)).one()


def test_one_officer_asks_and_another_agrees(
    session: Session, sign_in_as: SignInAs, person: Person
) -> None:
    asked = send(sign_in_as("steward"), person, "account", ASKED)
    assert asked.status_code == 303
    assert [one.tail for one in current(session, person)] == ["1186"]
    reviewer = sign_in_as("reviewer")
    assert "他人申请的账户变更" in reviewer.get("/").text
    listed = reviewer.get("/account-changes").text
    assert f'href="/residents/{person.id}#decide"' in listed
    assert NEW not in listed
    shown = reviewer.get(f"/residents/{person.id}").text
    assert "尾号 1175" in shown
    assert NEW not in shown
    agreed = send(reviewer, person, f"account/{waiting(session).id}", {"answer": "confirm"})
    assert agreed.status_code == 303
    assert [one.tail for one in current(session, person)] == ["1175"]
    assert "两人经办变更" in reviewer.get(f"/residents/{person.id}").text
    assert "没有等待确认的变更" in reviewer.get("/account-changes").text


def test_nobody_agrees_to_an_own_request(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, person: Person
) -> None:
    both = sign_in_as(officer=make_officer("steward"))
    send(both, person, "account", ASKED)
    shown = both.get(f"/residents/{person.id}").text
    assert "同意变更" not in shown
    assert "撤回我的申请" in shown
    part = f"account/{waiting(session).id}"
    assert send(both, person, part, {"answer": "confirm"}).status_code == 403
    taken = send(both, person, part, {"answer": "withdraw", "decision_reason": "账号报错了"})
    assert taken.status_code == 303
    assert waiting(session).state == "withdrawn"
    assert [one.tail for one in current(session, person)] == ["1186"]


def test_what_is_wrong_is_said_at_its_field_and_the_number_is_not_sent_back(
    session: Session, sign_in_as: SignInAs, person: Person
) -> None:
    browser = sign_in_as("maker")
    wrong = NEW[:-1] + "?"
    for field, value in (("account", wrong), ("bank_code", "12"), ("account_reason", " ")):
        answer = send(browser, person, "account", ASKED | {field: value})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
        assert wrong not in answer.text
        assert NEW not in answer.text
    assert session.scalars(select(AccountChange)).all() == []


def test_a_change_is_decided_on_its_own_residents_page_only(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, person: Person
) -> None:
    send(sign_in_as("steward"), person, "account", ASKED)
    change = waiting(session)
    village = sign_in_as(officer=make_officer("reviewer", division=FOREIGN))
    assert "没有等待确认的变更" in village.get("/account-changes").text
    assert village.get(f"/residents/{person.id}").status_code == 404
    assert "他人申请的账户变更" not in village.get("/").text
    session.expire_all()
    assert session.get_one(AccountChange, change.id).state == "requested"


def test_the_township_saw_the_person(
    session: Session, sign_in_as: SignInAs, person: Person
) -> None:
    browser = sign_in_as("steward")
    said = {
        "answer": "alive",
        "day": clock.today().isoformat(),
        "organisation": "青禾镇",
        "life_reason": "入户见到本人",
    }
    future = send(browser, person, "life", said | {"day": "2199-01-01"})
    assert future.status_code == 422
    assert 'href="#day"' in future.text
    assert 'value="青禾镇"' in future.text
    assert send(browser, person, "life", said | {"life_reason": ""}).status_code == 422
    assert session.scalars(select(Confirmation)).all() == []
    assert send(browser, person, "life", said).status_code == 303
    assert session.scalars(select(Confirmation)).one().answer == "alive"
    assert "入户见到本人" in browser.get(f"/residents/{person.id}").text


def test_the_forms_are_there_only_for_those_who_may(sign_in_as: SignInAs, person: Person) -> None:
    forms = {
        duty: {
            part
            for part in ("account", "life", "reveal")
            if f'action="/residents/{person.id}/{part}"'
            in sign_in_as(duty).get(f"/residents/{person.id}").text
        }
        for duty in ("maker", "reviewer", "signer", "reconciler", "steward", "auditor")
    }
    assert forms == {
        "maker": {"account", "reveal"},
        "reviewer": {"reveal"},
        "signer": set(),
        "reconciler": set(),
        "steward": {"account", "life", "reveal"},
        "auditor": set(),
    }
