"""A change of account needs two officers, and nothing changes before the second one agreed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.demo.county.cards import bank_code, card_number
from service.foundation.database import transaction
from service.foundation.encryption import sealer
from service.foundation.problems import NotFound, Problem
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.residents.accounts import (
    confirm_change,
    current_account,
    refuse_change,
    request_change,
    withdraw_change,
)
from service.residents.accounts.problems import (
    AccountNumberWrong,
    BankCodeWrong,
    BankNameMissing,
    ChangeWaiting,
    NotYours,
    SameAccount,
    SecondOfficerNeeded,
)
from service.residents.accounts.queries import changes_of, waiting_changes
from service.residents.identity.merge import merge
from service.residents.identity.problems import ReasonNeeded
from service.residents.models import Account, AccountChange, Person
from tests.factories.batches import account
from tests.factories.officers import OfficerFactory
from tests.factories.residents import PersonFactory
from tests.foundation.committed import Committed
from tests.service.residents.accounts.conftest import Office

NEW = card_number(3, 777_001)


def _asked(session: Session, person: Person, by: Officer, **changes: str) -> AccountChange:
    given = {
        "account": NEW, "bank_code": bank_code(3, 0), "bank_name": "样例农商行",
        "reason": "本人持新卡到场办理。", **changes,
    }  # fmt: skip
    return request_change(session, person.id, by=by, **given)


def test_nothing_changes_before_another_officer_agreed(made: Session, office: Office) -> None:
    person: Person = PersonFactory.create()
    old = account(person)
    change = _asked(made, person, office.maker)
    assert current_account(made, person.id) == old
    new = confirm_change(made, change.id, by=office.reviewer)
    assert current_account(made, person.id) == new
    assert (new.change_id, new.delivery_id, new.status) == (change.id, None, "正常")
    assert (old.known_to, change.decided_by) == (new.known_from, str(office.reviewer.id))
    place = f"accounts:card:{new.card_index.hex()}"
    assert sealer().open(new.card_sealed, place) == NEW


def test_every_step_is_recorded_without_the_number(made: Session, office: Office) -> None:
    change = _asked(made, PersonFactory.create(), office.steward)
    confirm_change(made, change.id, by=office.reviewer)
    entries = made.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_id == str(change.id))
        .order_by(AuditEntry.at, AuditEntry.id)
    ).all()
    assert [one.act for one in entries] == ["account_change.requested", "account_change.confirmed"]
    assert not any(NEW.encode() in one.canonical for one in entries)


def test_whoever_asked_does_not_agree_to_it_as_well(made: Session) -> None:
    both = OfficerFactory.create(duties=["maker", "reviewer"])
    change = _asked(made, PersonFactory.create(), both)
    for decide in (confirm_change, refuse_change):
        with pytest.raises(SecondOfficerNeeded):
            decide(made, change.id, by=both, reason="同意")
    change.state, change.decided_by = "confirmed", change.requested_by
    with pytest.raises(IntegrityError):
        made.flush()


def test_only_whose_duty_it_is_asks_or_agrees(made: Session, office: Office) -> None:
    person = PersonFactory.create()
    with pytest.raises(NotAllowed):
        _asked(made, person, office.reviewer)
    change = _asked(made, person, office.maker)
    with pytest.raises(NotAllowed):
        confirm_change(made, change.id, by=office.steward)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"account": "12345"}, AccountNumberWrong),
        ({"account": "６２１７ 0000 账号"}, AccountNumberWrong),
        ({"bank_code": "123"}, BankCodeWrong),
        ({"bank_code": "102336000018"}, BankCodeWrong),
        ({"bank_name": "  "}, BankNameMissing),
        ({"reason": " "}, ReasonNeeded),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    made: Session, office: Office, changes: dict[str, str], problem: type[Problem]
) -> None:
    with pytest.raises(problem) as refusal:
        _asked(made, PersonFactory.create(), office.maker, **changes)
    assert refusal.value.sentence_zh.endswith("。")
    assert made.scalars(select(AccountChange)).all() == []


def test_one_change_waits_at_a_time_and_the_same_account_is_none(
    made: Session, office: Office
) -> None:
    person = PersonFactory.create()
    change = _asked(made, person, office.maker)
    with pytest.raises(ChangeWaiting):
        _asked(made, person, office.steward, account=card_number(3, 777_002))
    confirm_change(made, change.id, by=office.reviewer)
    with pytest.raises(SameAccount):
        _asked(made, person, office.maker)


def test_a_refused_or_withdrawn_change_changes_nothing(made: Session, office: Office) -> None:
    person = PersonFactory.create()
    old = account(person)
    refused = _asked(made, person, office.maker)
    refuse_change(made, refused.id, by=office.reviewer, reason="证件照片与本人不符。")
    withdrawn = _asked(made, person, office.maker)
    with pytest.raises(NotYours):
        withdraw_change(made, withdrawn.id, by=office.steward, reason="撤回")
    withdraw_change(made, withdrawn.id, by=office.maker, reason="填错账号。")
    assert current_account(made, person.id) == old
    assert [one.state for one in changes_of(made, person.id)] == ["refused", "withdrawn"]
    for change in (refused, withdrawn):
        with pytest.raises(IllegalMove):
            confirm_change(made, change.id, by=office.reviewer)


def test_a_change_nobody_asked_for_is_not_there(made: Session, office: Office) -> None:
    with pytest.raises(NotFound):
        confirm_change(made, office.maker.id, by=office.reviewer)
    with pytest.raises(NotFound):
        request_change(
            made, 99_999_999, account=NEW, bank_code=bank_code(3, 0), bank_name="样例",
            reason="办理", by=office.maker,
        )  # fmt: skip


def test_a_change_replaces_the_accounts_of_every_number_of_the_person(
    made: Session, office: Office
) -> None:
    person, former = PersonFactory.create(), PersonFactory.create()
    account(person)
    account(former)
    merge(made, person.id, former.id, reason="同一人。", by=SYSTEM)
    change = _asked(made, former, office.maker)
    new = confirm_change(made, change.id, by=office.reviewer)
    current = made.scalars(
        select(Account).where(
            Account.person_id.in_([person.id, former.id]), Account.known_to.is_(None)
        )
    ).all()
    assert list(current) == [new]
    assert new.person_id == person.id


def test_the_lists_show_the_ends_of_accounts_and_nothing_more(
    made: Session, office: Office
) -> None:
    person = PersonFactory.create()
    old = account(person)
    _asked(made, person, office.maker)
    shown = waiting_changes(made)[0]
    assert (shown.tail, shown.tail_now, shown.state) == (NEW[-4:], old.tail, "requested")
    assert NEW not in repr(shown)


def test_sixteen_officers_at_once_change_an_account_once(committed: Committed) -> None:
    with committed.transaction() as session:
        person = PersonFactory.create()
        account(person)
        change_id: UUID = _asked(session, person, OfficerFactory.create()).id
        reviewers = [OfficerFactory.create(duties=["reviewer"]) for _ in range(16)]
    together = Barrier(16)

    def agree(officer: Officer) -> str:
        together.wait()
        try:
            with transaction() as session:
                confirm_change(session, change_id, by=officer)
        except IllegalMove as problem:
            return problem.code
        return "confirmed"

    with ThreadPoolExecutor(16) as threads:
        said = list(threads.map(agree, reviewers))
    assert sorted(said) == ["confirmed", *["illegal_move"] * 15]
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 2
        current = session.scalars(select(Account).where(Account.known_to.is_(None))).one()
        assert current.change_id == change_id
