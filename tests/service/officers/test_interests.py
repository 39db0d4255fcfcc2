"""An officer's register of declared interests: who is in it, under every number, and for how long."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation.problems import NotFound
from service.officers.interests import (
    EndReasonMissing,
    InterestUnusable,
    declare,
    end,
    related_persons,
    related_to_any,
    standing_of,
)
from service.residents.models import Person
from tests.service.web.browsing import MakeOfficer

REASON = "申报有误，双方并无亲属关系，已核实"


def persons(session: Session, count: int) -> list[int]:
    made = [Person(name=f"居民{n}", division="330111001001") for n in range(count)]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def test_nobody_is_related_before_something_is_declared(
    session: Session, make_officer: MakeOfficer
) -> None:
    assert related_persons(session, make_officer("maker")) == set()


def test_declared_people_are_found_under_every_number_they_are_kept_under(
    session: Session, make_officer: MakeOfficer
) -> None:
    officer, other = make_officer("maker"), make_officer("reviewer")
    own, old, older, wife, stranger = persons(session, 5)
    for merged in (old, older):
        session.get_one(Person, merged).merged_into = own
    session.flush()
    declare(session, officer, old, "self", by=officer.actor())
    declare(session, officer, wife, "spouse", by=SYSTEM)
    declare(session, other, wife, "sibling", by=SYSTEM)
    assert related_persons(session, officer) == {own, old, older, wife}
    everyone = related_to_any(session)
    assert everyone[wife] == {officer.id, other.id}
    assert everyone[own] == {officer.id}
    assert stranger not in everyone
    other.active = False
    session.flush()
    assert related_to_any(session)[wife] == {officer.id}


def test_an_ended_declaration_counts_no_more_and_stays_on_record(
    session: Session, make_officer: MakeOfficer
) -> None:
    officer = make_officer("maker")
    (friend,) = persons(session, 1)
    interest = declare(session, officer, friend, "business", by=officer.actor())
    with pytest.raises(EndReasonMissing):
        end(session, interest, reason="  no  ", by=SYSTEM)
    end(session, interest, reason=REASON, by=SYSTEM)
    end(session, interest, reason=REASON, by=SYSTEM)
    assert related_persons(session, officer) == set()
    acts = session.scalars(
        select(AuditEntry.act).where(AuditEntry.object_id == str(officer.id))
    ).all()
    assert sorted(acts) == ["officer.interest_declared", "officer.interest_ended"]
    declare(session, officer, friend, "in_law", by=officer.actor())
    assert related_persons(session, officer) == {friend}


@pytest.mark.parametrize(("person", "relation"), [(0, "self"), (1, "spouse"), (1, "cousin")])
def test_a_declaration_that_says_nothing_new_is_refused(
    session: Session, make_officer: MakeOfficer, person: int, relation: str
) -> None:
    officer = make_officer("maker")
    people = persons(session, 2)
    declare(session, officer, people[1], "self", by=SYSTEM)
    with pytest.raises(InterestUnusable):
        declare(session, officer, people[person], relation, by=SYSTEM)
    assert len(standing_of(session, officer)) == 1


def test_nobody_declares_a_person_who_is_not_there(
    session: Session, make_officer: MakeOfficer
) -> None:
    with pytest.raises(NotFound):
        declare(session, make_officer("maker"), 987_654_321, "spouse", by=SYSTEM)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE officer_interests SET person_id = person_id + 1",
        "UPDATE officer_interests SET relation = 'household'",
        "DELETE FROM officer_interests",
        "UPDATE officer_interests SET ended_at = now()",
    ],
)
def test_the_database_keeps_a_declaration_as_it_was_made(
    session: Session, make_officer: MakeOfficer, attack: str
) -> None:
    (person,) = persons(session, 1)
    declare(session, make_officer("maker"), person, "child", by=SYSTEM)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(attack))
