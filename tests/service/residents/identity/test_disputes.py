"""A number that two people carry blocks both until public security has answered."""

from typing import Any

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntry
from service.foundation.problems import NotFound
from service.officers.may import NotAllowed
from service.residents.identity.corrections import apply_corrections
from service.residents.identity.disputes import listed, open_dispute, open_disputes, resolve
from service.residents.identity.problems import DisputeClosed, ReasonNeeded
from service.residents.models import IdentityDispute, ReviewTask
from tests.factories.officers import OfficerFactory
from tests.service.residents.identity.police import Police


def test_a_number_given_to_another_human_being_is_disputed(police: Police) -> None:
    """Situation 10: name and birth have both changed, so the register speaks of somebody else."""
    person = police.person()
    police.registers(person)
    record = police.registers(person, name_index="bb", birth="1962-07-08")
    police.looked_at(record)
    dispute = police.session.scalars(select(IdentityDispute)).one()
    assert (dispute.person_id, dispute.why) == (person.id, "another_person")
    task = police.asked("number_shared")[0]
    assert (task.person_id, task.feed) == (person.id, "GA_HUKOU")


@pytest.mark.parametrize("said", [{"name_index": "bb"}, {"birth": "1950-01-06"}, {"sex": "男"}])
def test_a_new_name_or_a_corrected_birth_alone_is_the_same_person(
    police: Police, said: dict[str, Any]
) -> None:
    person = police.person()
    police.registers(person)
    assert open_disputes(police.session, police.registers(person, **said).delivery_id) == []


def test_who_comes_back_as_somebody_else_after_a_gap_is_disputed_too(police: Police) -> None:
    person = police.person()
    police.registers(person)
    police.ends(person)
    police.delivers()
    record = police.registers(person, name_index="bb", birth="1962-07-08")
    assert len(open_disputes(police.session, record.delivery_id)) == 1


def test_a_person_met_for_the_first_time_is_no_dispute(police: Police) -> None:
    record = police.registers(police.person())
    assert open_disputes(police.session, record.delivery_id) == []


def test_one_number_has_one_open_dispute_and_one_question(police: Police) -> None:
    person = police.person()
    first, second = police.delivers(), police.delivers()
    one = open_dispute(police.session, person.id, "GA_HUKOU", first.id, why="two_rows")
    same = open_dispute(police.session, person.id, "GA_HUKOU", second.id, why="another_person")
    assert one.id == same.id
    assert len(police.asked("number_shared")) == 1


def test_the_answer_frees_both_and_the_same_delivery_does_not_ask_again(police: Police) -> None:
    session, person = police.session, police.person()
    delivery = police.delivers()
    dispute = open_dispute(session, person.id, "GA_HUKOU", delivery.id, why="two_rows")
    reviewer = OfficerFactory.create(duties=["reviewer"])
    resolve(session, dispute.id, by=reviewer, resolution="公安答复：号码属于户籍登记本人。")
    assert police.asked("number_shared") == []
    answered = session.scalars(select(ReviewTask)).one()
    assert (answered.state, answered.closed_by) == ("answered", str(reviewer.id))
    again = open_dispute(session, person.id, "GA_HUKOU", delivery.id, why="two_rows")
    assert again.resolved_at is not None
    later = open_dispute(session, person.id, "GA_HUKOU", police.delivers().id, why="two_rows")
    assert later.resolved_at is None
    acts = session.scalars(
        select(AuditEntry.act)
        .where(AuditEntry.object_id == str(person.id))
        .order_by(AuditEntry.at, AuditEntry.id)
    ).all()
    assert acts == ["identity.disputed", "identity.resolved", "identity.disputed"]


def test_a_dispute_is_resolved_once_with_a_reason_by_whom_it_is_for(police: Police) -> None:
    session, reviewer = police.session, OfficerFactory.create(duties=["reviewer"])
    delivery = police.delivers()
    dispute = open_dispute(session, police.person().id, "GA_HUKOU", delivery.id, why="two_rows")
    with pytest.raises(NotAllowed):
        resolve(session, dispute.id, by=OfficerFactory.create(), resolution="答复。")
    with pytest.raises(ReasonNeeded):
        resolve(session, dispute.id, by=reviewer, resolution=" ")
    with pytest.raises(NotFound):
        resolve(session, delivery.id, by=reviewer, resolution="答复。")
    resolve(session, dispute.id, by=reviewer, resolution="答复。")
    with pytest.raises(DisputeClosed):
        resolve(session, dispute.id, by=reviewer, resolution="答复。")


def test_a_correction_that_waited_for_the_answer_is_made_after_it(police: Police) -> None:
    session, old, new = police.session, police.person(), police.person()
    dispute = open_dispute(session, old.id, "GA_HUKOU", police.delivers().id, why="two_rows")
    assert police.looked_at(police.corrects(old, new)) == 0
    assert police.asked("identity_conflict") == []
    reviewer = OfficerFactory.create(duties=["reviewer"])
    resolve(session, dispute.id, by=reviewer, resolution="公安答复：同一人。")
    assert apply_corrections(session, dispute.delivery_id) == 1


def test_an_answer_that_came_before_the_dispute_is_on_its_question(police: Police) -> None:
    old, new = police.person(), police.person()
    police.looked_at(police.corrects(old, new, "重号纠错"))
    open_dispute(police.session, old.id, "GA_HUKOU", police.delivers().id, why="two_rows")
    noted = police.asked("number_shared")[0].details["police"]
    assert [one["new_person_id"] for one in noted] == [new.id]


def test_the_list_of_disputes_shows_the_numbers_end_and_nothing_more(police: Police) -> None:
    person = police.person()
    open_dispute(police.session, person.id, "GA_HUKOU", police.delivers().id, why="two_rows")
    shown = listed(police.session)[0]
    assert (shown.person_id, len(shown.tail), shown.why, shown.since_days) == (
        person.id, 4, "two_rows", 0,
    )  # fmt: skip
