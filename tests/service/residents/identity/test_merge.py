"""Two rows become one human being and two again, and nothing that was delivered is rewritten."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation.jobs import Job
from service.foundation.problems import NotFound, Problem
from service.residents.identity.canonical import aliases, canonical, same_person
from service.residents.identity.disputes import open_dispute
from service.residents.identity.find import find
from service.residents.identity.merge import merge
from service.residents.identity.problems import (
    AlreadyMerged,
    BothRegistered,
    DifferentPeople,
    IdentityInDispute,
    MergeWithItself,
    NotMerged,
    ReasonNeeded,
)
from service.residents.identity.split import split
from service.residents.models import FeedRecord, IdentityAct, Person
from tests.factories.residents import id_number
from tests.service.residents.identity.police import Police

WHY = "公安答复：同一人。"


def test_a_merged_row_leads_to_the_one_that_was_kept(police: Police) -> None:
    session = police.session
    old, new = police.person(id_number(901)), police.person(id_number(902))
    act = merge(session, new.id, old.id, reason=WHY, by=SYSTEM)
    assert (act.kind, act.kept_id, act.other_id) == ("merge", new.id, old.id)
    assert canonical(session, old.id) == canonical(session, new.id) == new.id
    assert aliases(session, old.id) == [new.id, old.id]
    assert same_person(session, old.id, new.id)
    for number in (id_number(901), id_number(902)):
        found = find(session, number)
        assert found is not None
        assert found.id == new.id


def test_a_merge_rewrites_no_record_and_a_split_leaves_no_trace_in_them(police: Police) -> None:
    session = police.session
    old, new = police.person(), police.person()
    police.registers(new)
    before = session.execute(select(FeedRecord.id, FeedRecord.person_id, FeedRecord.digest)).all()
    merge(session, new.id, old.id, reason=WHY, by=SYSTEM)
    split(session, new.id, old.id, reason="查明为两人。", by=SYSTEM)
    after = session.execute(select(FeedRecord.id, FeedRecord.person_id, FeedRecord.digest)).all()
    assert after == before
    assert aliases(session, old.id) == [old.id]
    assert aliases(session, new.id) == [new.id]


def test_there_is_never_a_chain_and_a_split_takes_along_who_came_with_it(police: Police) -> None:
    session = police.session
    first, second, third = (police.person().id for _ in range(3))
    merge(session, second, third, reason=WHY, by=SYSTEM)
    merge(session, first, second, reason=WHY, by=SYSTEM)
    assert aliases(session, third) == [first, second, third]
    split(session, first, second, reason="查明为两人。", by=SYSTEM)
    assert aliases(session, first) == [first]
    assert aliases(session, third) == [second, third]


def test_an_earlier_merge_can_be_taken_back_alone(police: Police) -> None:
    session = police.session
    first, second, third = (police.person().id for _ in range(3))
    merge(session, second, third, reason=WHY, by=SYSTEM)
    merge(session, first, second, reason=WHY, by=SYSTEM)
    split(session, third, second, reason="查明为两人。", by=SYSTEM)
    assert aliases(session, second) == [first, second]
    assert aliases(session, third) == [third]


def test_a_merge_and_its_reversal_are_kept_recorded_and_have_their_months_looked_at(
    police: Police,
) -> None:
    session = police.session
    old, new = police.person().id, police.person().id
    made = merge(session, new, old, reason=WHY, by=SYSTEM)
    back = split(session, old, new, reason="查明为两人。", by=SYSTEM)
    assert back.reverses_id == made.id
    acts = session.scalars(
        select(AuditEntry.act).where(
            AuditEntry.object_type == "persons", AuditEntry.object_id == str(new)
        )
    )
    assert sorted(acts) == ["identity.merged", "identity.split"]
    asked = session.scalars(select(Job).where(Job.kind == "assessment.reopen"))
    assert {one.arguments["persons"] for one in asked} == {f"{new},{old}"}
    again = merge(session, new, old, reason=WHY, by=SYSTEM)
    assert again.id != made.id


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nobody_is_merged_or_split_without_a_reason(police: Police, reason: str) -> None:
    one, other = police.person().id, police.person().id
    with pytest.raises(ReasonNeeded):
        merge(police.session, one, other, reason=reason, by=SYSTEM)
    with pytest.raises(ReasonNeeded):
        split(police.session, one, other, reason=reason, by=SYSTEM)


def _refused(session: Session, kept: int, other: int, problem: type[Problem]) -> None:
    with pytest.raises(problem) as refusal:
        merge(session, kept, other, reason=WHY, by=SYSTEM)
    assert refusal.value.sentence.endswith(".")
    assert refusal.value.sentence_zh.endswith("。")
    assert session.scalars(select(IdentityAct)).all() == [] or problem is AlreadyMerged


def test_what_cannot_be_one_human_being_is_refused(police: Police) -> None:
    session = police.session
    one, other = police.person(), police.person()
    _refused(session, one.id, one.id, MergeWithItself)
    _refused(session, one.id, one.id + 10_000_000, NotFound)
    police.registers(one)
    police.registers(other)
    _refused(session, one.id, other.id, BothRegistered)
    police.registers(other, status="迁出", sex="男", birth="1971-02-03", name_index="bb")
    _refused(session, one.id, other.id, DifferentPeople)


@pytest.mark.parametrize("same", ["sex", "birth", "name_index"])
def test_one_thing_in_common_is_enough_for_an_officer_to_decide(police: Police, same: str) -> None:
    one, other = police.person(), police.person()
    police.registers(one)
    said: dict[str, Any] = {"sex": "男", "birth": "1971-02-03", "name_index": "bb"}
    del said[same]
    police.registers(other, status="注销", **said)
    merge(police.session, one.id, other.id, reason=WHY, by=SYSTEM)
    assert same_person(police.session, one.id, other.id)


def test_the_register_counts_for_everybody_who_was_merged_before(police: Police) -> None:
    session = police.session
    one, other, former = police.person(), police.person(), police.person()
    police.registers(one)
    police.registers(former)
    merge(session, other.id, former.id, reason=WHY, by=SYSTEM)
    with pytest.raises(BothRegistered):
        merge(session, one.id, other.id, reason=WHY, by=SYSTEM)


def test_who_was_merged_is_not_merged_again(police: Police) -> None:
    session = police.session
    one, other, third = (police.person().id for _ in range(3))
    merge(session, one, other, reason=WHY, by=SYSTEM)
    for kept, merged in ((third, other), (other, third), (one, other)):
        _refused(session, kept, merged, AlreadyMerged)


def test_a_disputed_number_is_not_merged_before_the_police_answered(police: Police) -> None:
    one, other = police.person(), police.person()
    open_dispute(police.session, one.id, "GA_HUKOU", police.delivers().id, why="two_rows")
    with pytest.raises(IdentityInDispute):
        merge(police.session, one.id, other.id, reason=WHY, by=SYSTEM)


def test_only_what_was_merged_is_split_and_only_once(police: Police) -> None:
    session = police.session
    one, other, third = (police.person().id for _ in range(3))
    merge(session, one, other, reason=WHY, by=SYSTEM)
    for pair in ((one, third), (one, one), (third, other)):
        with pytest.raises(NotMerged):
            split(session, *pair, reason="查明。", by=SYSTEM)
    split(session, one, other, reason="查明。", by=SYSTEM)
    with pytest.raises(NotMerged):
        split(session, one, other, reason="查明。", by=SYSTEM)


def test_nobody_is_merged_by_name(police: Police) -> None:
    """Situation 11: the same name in the same village is two people, and stays two people."""
    session = police.session
    one, other = police.person(), police.person()
    for person in (one, other):
        person.name, person.division = "王秀英", "330523151201"
        police.registers(person)
    assert police.looked_at(police.delivers()) == 0
    assert session.scalars(select(Person.id).where(Person.merged_into.is_not(None))).all() == []
