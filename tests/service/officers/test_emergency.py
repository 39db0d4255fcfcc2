"""An emergency opens reading for an hour at most, never without a second person, and is looked at."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.problems import Problem
from service.officers.emergency import queries
from service.officers.emergency.access import ask, confirm, end, review
from service.officers.may import may
from service.officers.table import CHANGES_MONEY, TABLE
from tests.service.web.browsing import MakeOfficer

REASON = "防汛应急，须核对受灾户名单"
NOTE = "已核对查阅记录，均与受灾户有关"


def test_a_witnessed_emergency_reads_and_does_nothing_else_until_its_minutes_are_over(
    session: Session, make_officer: MakeOfficer
) -> None:
    officer, witness = make_officer("system_administrator"), make_officer("security_administrator")
    with time_machine.travel(clock.now(), tick=False) as time:
        access = ask(session, minutes=60, reason=REASON, by=officer)
        assert not may(officer, "residents.read")
        confirm(session, access.id, by=witness)
        session.refresh(officer)
        assert may(officer, "residents.read")
        assert may(officer, "batches.read")
        for act in CHANGES_MONEY | {"residents.reveal", "residents.search", "feeds.import"}:
            assert not may(officer, act), act
        time.shift(timedelta(minutes=59, seconds=59))
        assert may(officer, "residents.read")
        time.shift(timedelta(seconds=1))
        assert not any(may(officer, act) for act in TABLE if TABLE[act].emergency)


def test_nobody_witnesses_the_own_emergency(session: Session, make_officer: MakeOfficer) -> None:
    officer = make_officer("security_administrator")
    access = ask(session, minutes=5, reason=REASON, by=officer)
    with pytest.raises(Problem) as refusal:
        confirm(session, access.id, by=officer)
    assert refusal.value.code == "witness_needed"
    for duty in ("maker", "auditor", "system_administrator"):
        with pytest.raises(Problem) as refusal:
            confirm(session, access.id, by=make_officer(duty))
        assert refusal.value.code == "not_allowed"


@pytest.mark.parametrize(("minutes", "reason"), [(61, REASON), (0, REASON), (-1, REASON), (5, " ")])
def test_a_longer_or_unexplained_emergency_is_not_asked_for(
    session: Session, make_officer: MakeOfficer, minutes: int, reason: str
) -> None:
    with pytest.raises(Problem) as refusal:
        ask(session, minutes=minutes, reason=reason, by=make_officer("maker"))
    assert refusal.value.code == "emergency_incomplete"


def test_one_at_a_time_and_ended_before_its_time(
    session: Session, make_officer: MakeOfficer
) -> None:
    officer, witness = make_officer("steward"), make_officer("security_administrator")
    first = ask(session, minutes=5, reason=REASON, by=officer)
    with pytest.raises(Problem) as refusal:
        ask(session, minutes=5, reason=REASON, by=officer)
    assert refusal.value.code == "emergency_standing"
    assert end(session, first.id, by=officer).state == "withdrawn"
    second = ask(session, minutes=5, reason=REASON, by=officer)
    assert end(session, second.id, by=witness).state == "refused"
    third = ask(session, minutes=5, reason=REASON, by=officer)
    confirm(session, third.id, by=witness)
    assert end(session, third.id, by=witness).state == "closed"
    session.refresh(officer)
    assert not may(officer, "batches.read")


def test_the_auditor_knows_at_once_and_looks_when_it_is_over(
    session: Session, make_officer: MakeOfficer
) -> None:
    officer, witness = make_officer("maker"), make_officer("security_administrator")
    auditor = make_officer("auditor")
    with time_machine.travel(clock.now(), tick=False) as time:
        access = ask(session, minutes=10, reason=REASON, by=officer)
        assert queries.unreviewed(session) == (1, access.asked_at)
        confirm(session, access.id, by=witness)
        with pytest.raises(Problem) as refusal:
            review(session, access.id, note=NOTE, by=auditor)
        assert refusal.value.code == "emergency_standing"
        time.shift(timedelta(minutes=10))
        with pytest.raises(Problem) as refusal:
            review(session, access.id, note=NOTE, by=witness)
        assert refusal.value.code == "not_allowed"
        review(session, access.id, note=NOTE, by=auditor)
        assert queries.unreviewed(session) == (0, None)


def test_direct_sql_opens_no_emergency(session: Session, make_officer: MakeOfficer) -> None:
    officer = make_officer("maker")
    access = ask(session, minutes=60, reason=REASON, by=officer)
    for attack in (
        "UPDATE officers SET emergency_until = now() + interval '1 hour' WHERE id = :officer",
        "UPDATE emergency_accesses SET state = 'open' WHERE id = :access",
        (
            "UPDATE emergency_accesses SET state = 'open', confirmed_by = officer_id, "
            "confirmed_at = now(), until = now() + interval '1 hour' WHERE id = :access"
        ),
        "UPDATE emergency_accesses SET minutes = 600 WHERE id = :access",
        "DELETE FROM emergency_accesses WHERE id = :access",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(attack), {"officer": officer.id, "access": access.id})
    confirm(session, access.id, by=make_officer("security_administrator"))
    for attack in (
        "UPDATE emergency_accesses SET until = until + interval '1 day' WHERE id = :access",
        (
            "UPDATE officers SET emergency_until = emergency_until + interval '1 minute' "
            "WHERE id = :officer"
        ),
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(attack), {"officer": officer.id, "access": access.id})
