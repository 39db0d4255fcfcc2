"""What the police say about numbers becomes merges, dates and questions, whatever came first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.foundation.jobs import Job
from service.residents.identity.canonical import aliases, same_person
from service.residents.identity.jobs import ask_for_look, look_at_identities
from service.residents.identity.split import split
from service.residents.models import IdentityAct, Person, PersonIdentifier
from tests.factories.residents import FeedRecordFactory
from tests.service.residents.identity.police import Police

OFFICER = Actor(kind="officer", id="0190a1b2-0000-7000-8000-000000000001")


def _dates(session: Session, person_id: int) -> tuple[date | None, date | None]:
    row = session.execute(
        select(PersonIdentifier.valid_from, PersonIdentifier.valid_to).where(
            PersonIdentifier.person_id == person_id
        )
    ).one()
    return row.valid_from, row.valid_to


@pytest.mark.parametrize("reason", ["15位升18位", "生日更正", "其他更正"])
def test_a_corrected_number_is_the_same_person_and_has_its_days(
    police: Police, reason: str
) -> None:
    old, new = police.person(), police.person()
    police.registers(new)
    correction = police.corrects(old, new, reason, on="2026-03-01")
    assert police.looked_at(correction) == 1
    assert aliases(police.session, old.id) == [new.id, old.id]
    assert _dates(police.session, old.id) == (None, date(2026, 3, 1))
    assert _dates(police.session, new.id) == (date(2026, 3, 1), None)
    act = police.session.scalars(select(IdentityAct)).one()
    assert (act.by, act.delivery_id) == ("GA_IDHIST", correction.delivery_id)


def test_a_second_look_changes_nothing(police: Police) -> None:
    old, new = police.person(), police.person()
    correction = police.corrects(old, new)
    assert police.looked_at(correction) == 1
    assert police.looked_at(correction) == 0
    assert police.looked_at(police.delivers()) == 0


def test_the_registered_person_is_kept_and_else_the_one_known_longer(police: Police) -> None:
    (one, two), (three, four) = ((police.person(), police.person()) for _ in range(2))
    police.registers(two)
    police.corrects(one, two)
    police.looked_at(police.corrects(four, three))
    assert aliases(police.session, one.id)[0] == two.id
    assert aliases(police.session, four.id)[0] == three.id


def test_a_number_corrected_twice_is_one_person_with_three_numbers(police: Police) -> None:
    one, two, three = (police.person() for _ in range(3))
    police.corrects(two, three, on="2026-05-01")
    police.looked_at(police.corrects(one, two, on="2026-02-01"))
    assert len(aliases(police.session, two.id)) == 3
    assert _dates(police.session, two.id) == (date(2026, 2, 1), date(2026, 5, 1))


def test_the_same_number_in_its_old_and_new_length_needs_no_merge(police: Police) -> None:
    """Situation 8: fifteen digits are read as their eighteen, so no second person ever exists."""
    person = police.person()
    assert police.looked_at(police.corrects(person, person, "15位升18位")) == 0
    assert aliases(police.session, person.id) == [person.id]


def test_two_who_are_both_registered_are_a_question_for_the_police(police: Police) -> None:
    old, new = police.person(), police.person()
    police.registers(old)
    police.registers(new)
    correction = police.corrects(old, new)
    assert police.looked_at(correction) == 0
    assert police.looked_at(correction) == 0
    task = police.asked("identity_conflict")
    assert [(one.feed, one.details["code"]) for one in task] == [("GA_HUKOU", "both_registered")]
    police.ends(old)
    assert police.looked_at(police.delivers()) == 1
    assert police.asked("identity_conflict") == []
    assert same_person(police.session, old.id, new.id)


def test_a_merge_on_a_feeds_word_ends_when_the_register_holds_two_people(police: Police) -> None:
    old, new = police.person(), police.person()
    police.looked_at(police.corrects(old, new))
    both = police.delivers()
    for person in (old, new):
        police.registers(person, both)
    assert police.looked_at(both) == 1
    assert not same_person(police.session, old.id, new.id)
    assert len(police.asked("identity_conflict")) == 1
    assert _dates(police.session, old.id) == (None, None)


def test_what_an_officer_took_back_is_not_merged_again_by_the_same_word(police: Police) -> None:
    old, new = police.person(), police.person()
    correction = police.corrects(old, new)
    police.looked_at(correction)
    split(police.session, old.id, new.id, reason="查明为两人。", by=OFFICER)
    assert police.looked_at(correction) == 0
    assert not same_person(police.session, old.id, new.id)


def test_a_shared_number_corrected_for_one_makes_nobody_one(police: Police) -> None:
    """Situation 10: the new number goes to the one it was made for; the other keeps the old one."""
    old, new = police.person(), police.person()
    police.registers(old)
    changed = police.registers(old, name_index="bb", birth="1962-07-08")
    police.looked_at(changed)
    police.looked_at(police.corrects(old, new, "重号纠错", on="2026-04-01"))
    assert not same_person(police.session, old.id, new.id)
    task = police.asked("number_shared")[0]
    assert [one["new_person_id"] for one in task.details["police"]] == [new.id]


def test_a_newborns_certificate_leads_to_the_registered_child(police: Police) -> None:
    """Situation 31: known by the birth certificate at first, by the ID number once registered."""
    provisional, child = police.person(), police.person()
    FeedRecordFactory.create(feed="WJ_BIRTH", person=provisional, data={})
    record = police.registers(child, certificate_person_id=provisional.id, birth="2026-09-01")
    assert police.looked_at(record) == 1
    assert aliases(police.session, provisional.id) == [child.id, provisional.id]


def test_twins_stay_two_children_and_a_certificate_named_twice_is_a_question(
    police: Police,
) -> None:
    """Situation 33: each twin has a certificate and a number of its own."""
    certificates = [police.person(), police.person()]
    twins = [police.person(), police.person()]
    delivery = police.delivers()
    for certificate, twin in zip(certificates, twins, strict=True):
        police.registers(twin, delivery, certificate_person_id=certificate.id, birth="2026-09-01")
    assert police.looked_at(delivery) == 2
    assert [aliases(police.session, one.id) for one in twins] == [
        [twins[0].id, certificates[0].id], [twins[1].id, certificates[1].id]
    ]  # fmt: skip
    third = police.person()
    police.looked_at(police.registers(third, certificate_person_id=certificates[0].id))
    assert not same_person(police.session, third.id, twins[0].id)
    assert len(police.asked("identity_conflict")) == 1


def test_a_former_number_carries_the_whole_history_of_one_person(police: Police) -> None:
    """Situation 9: one person, two numbers, and the records of both belong to that person."""
    old, new = police.person(), police.person()
    benefit = FeedRecordFactory.create(feed="MZ_ELD", person=old, data={"assess": "重"})
    police.registers(old)
    police.ends(old)
    police.registers(new)
    police.looked_at(police.corrects(old, new))
    assert benefit.person_id == old.id, "nothing is rewritten"
    assert set(aliases(police.session, new.id)) == {old.id, new.id}


def test_the_job_is_asked_for_after_feeds_that_say_who_people_are(police: Police) -> None:
    old, new = police.person(), police.person()
    correction = police.corrects(old, new)
    for feed in ("GA_IDHIST", "GA_IDHIST", "MZ_SA"):
        ask_for_look(police.session, feed, correction.delivery_id)
    asked = police.session.scalars(select(Job).where(Job.kind == "residents.identity")).one()
    look_at_identities(police.session, **asked.arguments)
    police.session.expire_all()
    assert same_person(police.session, old.id, new.id)


DELIVERIES = ("number corrected", "old number", "new number", "both numbers", "another feed")


@contextmanager
def _undone(session: Session) -> Iterator[None]:
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expire_all()


@given(st.permutations(DELIVERIES), st.sampled_from(["old number", "new number", "both numbers"]))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_order_of_deliveries_ends_in_the_same_picture(
    police: Police, order: list[str], last: str
) -> None:
    """The register is a full list: what its newest delivery names is what it holds."""
    with _undone(police.session):
        people = {"old number": police.person(), "new number": police.person()}
        for what in (*[one for one in order if one != last], last):
            if what == "another feed":
                police.looked_at(
                    FeedRecordFactory.create(feed="MZ_SA", person=people["old number"])
                )
            elif what == "number corrected":
                police.looked_at(police.corrects(people["old number"], people["new number"]))
            else:
                _full(police, people, what)
        together = same_person(police.session, people["old number"].id, people["new number"].id)
        assert together == (last != "both numbers")
        assert len(police.asked("identity_conflict")) == int(last == "both numbers")
        dated = _dates(police.session, people["old number"].id)[1] is not None
        assert dated == together


def _full(police: Police, people: dict[str, Person], named: str) -> None:
    delivery = police.delivers()
    for number, person in people.items():
        if named in (number, "both numbers"):
            police.registers(person, delivery)
        else:
            police.ends(person, at=delivery.received_at)
    police.looked_at(delivery)
