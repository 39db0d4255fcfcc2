"""A duty is granted by two who are not the officer, ended by one, and counts at once."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation import clock
from service.foundation.problems import Problem
from service.officers.exclusions import EXCLUSIVE
from service.officers.holding import queries
from service.officers.holding.grant import Wanted, ask, confirm, end, refuse
from service.officers.holding.hold import hold, set_up
from service.officers.may import Matter, may
from service.officers.models import DUTIES, Officer
from service.programmes.catalogue import departments
from tests.service.web.browsing import MakeOfficer, SignInAs

REASON = "乡镇机构改革后新增岗位"
TOWN = "330111001"
CODE = min(departments())


@pytest.fixture
def two(make_officer: MakeOfficer) -> tuple[Officer, Officer]:
    """Two security administrators."""
    return make_officer("security_administrator"), make_officer("security_administrator")


def joined(session: Session, make_officer: MakeOfficer) -> Officer:
    """Return an officer who holds nothing yet."""
    officer = make_officer("maker")
    officer.duties = []
    session.flush()
    return officer


def test_two_grant_a_duty_with_its_place_and_programmes(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer]
) -> None:
    officer = joined(session, make_officer)
    wanted = Wanted("maker", division=TOWN, programmes=[CODE])
    grant = ask(session, officer, wanted, reason=REASON, by=two[0])
    assert not may(officer, "batches.resolve")
    confirm(session, grant.id, by=two[1])
    session.refresh(officer)
    assert may(officer, "batches.resolve", Matter(division=f"{TOWN}002", programme=CODE))
    assert not may(officer, "batches.resolve", Matter(division="330111002001", programme=CODE))
    assert not may(officer, "batches.resolve", Matter(division=f"{TOWN}002", programme="XX99"))
    end(session, grant.id, reason="岗位调整，不再需要该职责", by=two[0])
    session.refresh(officer)
    assert not may(officer, "batches.resolve")
    acts = session.scalars(
        select(AuditEntry.act).where(AuditEntry.act.startswith("duty.")).order_by(AuditEntry.at)
    ).all()
    assert acts == ["duty.asked", "duty.granted", "duty.ended"]


def test_a_departments_programmes_are_those_it_has(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer]
) -> None:
    officer, folder = joined(session, make_officer), departments()[CODE]
    other = next(code for code, its in departments().items() if its != folder)
    grant = ask(session, officer, Wanted("maker", departments=[folder]), reason=REASON, by=two[0])
    confirm(session, grant.id, by=two[1])
    session.refresh(officer)
    assert may(officer, "batches.submit", Matter(programme=CODE))
    assert not may(officer, "batches.submit", Matter(programme=other))


@pytest.mark.parametrize("who", ["asker", "officer"])
def test_nobody_confirms_the_own_request_or_the_own_duty(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer], who: str
) -> None:
    third = make_officer("security_administrator")
    grant = ask(session, third, Wanted("security_administrator", ends_on=clock.today()),
                reason=REASON, by=two[0])  # fmt: skip
    with pytest.raises(Problem) as refusal:
        confirm(session, grant.id, by=two[0] if who == "asker" else third)
    assert refusal.value.code == "second_person_needed"
    with pytest.raises(Problem) as refusal:
        ask(session, two[0], Wanted("security_administrator"), reason=REASON, by=two[0])
    assert refusal.value.code == "second_person_needed"


@pytest.mark.parametrize("duty", [duty for duty in DUTIES if duty != "security_administrator"])
def test_nobody_else_asks_confirms_or_ends(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer], duty: str
) -> None:
    officer, other = joined(session, make_officer), make_officer(duty)
    grant = ask(session, officer, Wanted("maker"), reason=REASON, by=two[0])
    attempts: tuple[Callable[[], object], ...] = (
        lambda: ask(session, officer, Wanted("steward"), reason=REASON, by=other),
        lambda: confirm(session, grant.id, by=other),
        lambda: refuse(session, grant.id, by=other),
        lambda: end(session, grant.id, reason=REASON, by=other),
    )
    for attempt in attempts:
        with pytest.raises(Problem) as refusal:
            attempt()
        assert refusal.value.code == "not_allowed"


@pytest.mark.parametrize(
    ("wanted", "reason", "code"),
    [
        (Wanted("emperor"), REASON, "duty_unknown"),
        (Wanted("maker"), "short", "grant_incomplete"),
        (Wanted("maker", division="33%"), REASON, "grant_incomplete"),
        (Wanted("maker", division="１２"), REASON, "grant_incomplete"),
        (Wanted("maker", division="1" * 13), REASON, "grant_incomplete"),
        (Wanted("auditor", division=TOWN), REASON, "grant_incomplete"),
        (Wanted("maker", programmes=["XX99"]), REASON, "grant_incomplete"),
        (Wanted("maker", departments=["nowhere"]), REASON, "grant_incomplete"),
        (Wanted("maker", starts_on=clock.today() - timedelta(1)), REASON, "grant_incomplete"),
        (Wanted("maker", ends_on=clock.today() - timedelta(1)), REASON, "grant_incomplete"),
    ],
)
def test_what_cannot_be_granted_is_not_asked_for(
    session: Session,
    make_officer: MakeOfficer,
    two: tuple[Officer, Officer],
    wanted: Wanted,
    reason: str,
    code: str,
) -> None:
    with pytest.raises(Problem) as refusal:
        ask(session, joined(session, make_officer), wanted, reason=reason, by=two[0])
    assert refusal.value.code == code


def test_a_duty_that_waits_or_is_held_is_not_asked_for_again(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer]
) -> None:
    officer = joined(session, make_officer)
    grant = ask(session, officer, Wanted("maker"), reason=REASON, by=two[0])
    for _ in ("waits", "is held"):
        with pytest.raises(Problem) as refusal:
            ask(session, officer, Wanted("maker"), reason=REASON, by=two[1])
        assert refusal.value.code == "duty_already_held"
        if grant.state == "asked":
            confirm(session, grant.id, by=two[1])
    ask(session, officer, Wanted("maker", division=TOWN), reason=REASON, by=two[1])


@pytest.mark.parametrize("pair", sorted(map(sorted, EXCLUSIVE)))
def test_exclusive_duties_are_refused_when_granted_by_code_and_by_the_database(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer], pair: list[str]
) -> None:
    officer = joined(session, make_officer)
    set_up(session, officer, pair[0], by=SYSTEM)
    hold(session, officer)
    with pytest.raises(Problem) as refusal:
        ask(session, officer, Wanted(pair[1]), reason=REASON, by=two[0])
    assert refusal.value.code == "duties_exclusive"
    with pytest.raises(IntegrityError), session.begin_nested():
        set_up(session, officer, pair[1], by=SYSTEM)


@pytest.mark.parametrize("pair", list(combinations(DUTIES, 2)))
def test_the_database_lets_every_other_pair_be(
    session: Session, make_officer: MakeOfficer, pair: tuple[str, str]
) -> None:
    if frozenset(pair) in EXCLUSIVE:
        return
    officer = joined(session, make_officer)
    for duty in pair:
        set_up(session, officer, duty, by=SYSTEM)
    hold(session, officer)
    assert set(officer.duties) == set(pair)


@pytest.mark.parametrize("alone", ["auditor", "system_administrator", "security_administrator"])
@pytest.mark.parametrize("other", DUTIES)
def test_direct_sql_gives_no_administrator_a_second_duty(
    session: Session, make_officer: MakeOfficer, alone: str, other: str
) -> None:
    officer = make_officer(alone)
    attack = text("UPDATE officers SET duties = array_append(duties, :duty) WHERE id = :id")
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(attack, {"duty": other, "id": officer.id})


def test_direct_sql_neither_skips_the_second_person_nor_edits_a_grant(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer]
) -> None:
    officer = joined(session, make_officer)
    grant = ask(session, officer, Wanted("maker", division=TOWN), reason=REASON, by=two[0])
    for attack in (
        "UPDATE duty_grants SET state = 'granted' WHERE id = :id",
        "UPDATE duty_grants SET state = 'granted', confirmed_by = asked_by WHERE id = :id",
        "UPDATE duty_grants SET state = 'granted', confirmed_by = officer_id WHERE id = :id",
        "UPDATE duty_grants SET division = '' WHERE id = :id",
        "UPDATE duty_grants SET asked_by = NULL WHERE id = :id",
        "UPDATE duty_grants SET duty = 'signer' WHERE id = :id",
        "UPDATE duty_grants SET state = 'ended', ended_at = now() WHERE id = :id",
        "DELETE FROM duty_grants WHERE id = :id",
        "UPDATE duty_grants SET reviewed_by = officer_id WHERE id = :id",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(attack), {"id": grant.id})


def test_a_request_is_refused_or_taken_back_once(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer]
) -> None:
    officer = joined(session, make_officer)
    own = ask(session, officer, Wanted("maker"), reason=REASON, by=two[0])
    assert refuse(session, own.id, by=two[0]).state == "withdrawn"
    other = ask(session, officer, Wanted("steward"), reason=REASON, by=two[0])
    assert refuse(session, other.id, by=two[1]).state == "refused"
    with pytest.raises(Problem) as refusal:
        confirm(session, other.id, by=two[1])
    assert refusal.value.code == "illegal_move"
    with pytest.raises(Problem) as refusal:
        confirm(session, uuid4(), by=two[1])
    assert refusal.value.code == "not_found"


def test_a_change_counts_for_the_next_request_of_a_session_that_is_open(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer], sign_in_as: SignInAs
) -> None:
    officer = joined(session, make_officer)
    browser = sign_in_as(officer=officer)
    assert browser.get("/batches").status_code == 403
    grant = ask(session, officer, Wanted("maker"), reason=REASON, by=two[0])
    assert browser.get("/batches").status_code == 403
    confirm(session, grant.id, by=two[1])
    session.expire_all()
    assert browser.get("/batches").status_code == 200
    end(session, grant.id, reason=REASON, by=two[1])
    session.expire_all()
    assert browser.get("/batches").status_code == 403


def test_a_duty_that_ran_out_does_not_exclude_another(
    session: Session, make_officer: MakeOfficer, two: tuple[Officer, Officer]
) -> None:
    officer = joined(session, make_officer)
    grant = set_up(session, officer, "maker", by=SYSTEM)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(
        text("UPDATE duty_grants SET starts_on = :day, ends_on = :day WHERE id = :id"),
        {"day": clock.today() - timedelta(days=3), "id": grant.id},
    )
    session.execute(text("SET LOCAL session_replication_role = origin"))
    session.expire_all()
    confirm(
        session,
        ask(session, officer, Wanted("reviewer"), reason=REASON, by=two[0]).id,
        by=two[1],
    )
    session.refresh(officer)
    assert officer.duties == ["reviewer"]
    assert [one.duty for one in queries.of_officer(session, officer)] == ["reviewer", "maker"]
