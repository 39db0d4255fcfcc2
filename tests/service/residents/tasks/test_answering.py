"""The department answers with an outcome and a reason; the same records do not ask again."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.residents.models import ReviewTask
from service.residents.tasks import definitions
from service.residents.tasks.answer import OUTCOMES, AnswerIncomplete, AskedAgain, answer, reopen
from service.residents.tasks.queries import tasks, waiting
from tests.service.residents.importing.deliveries import row
from tests.service.residents.tasks.conftest import STEWARD, Departments

WHY = "已与派出所核对，户籍为准，下次报送更正"


@pytest.fixture
def task(county: Departments) -> ReviewTask:
    """A name that differs, open."""
    county.register(1)
    county.send("CZ_PAY", row("CZ_PAY", 1, name="王秀莹"))
    (found,) = county.found("name_differs")
    return found


def test_an_answer_closes_the_task_and_is_in_the_trail(session: Session, task: ReviewTask) -> None:
    answer(session, task.id, by=STEWARD, outcome="stands", reason=WHY)
    assert (task.state, task.outcome, task.closed_by) == ("answered", "stands", STEWARD.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(task.id))).one()
    assert entry.act == "task.answered"
    assert WHY in entry.canonical.decode()
    assert '"outcome":"stands"' in entry.canonical.decode()


@pytest.mark.parametrize(("outcome", "reason"), [("", WHY), ("whatever", WHY), ("stands", " ")])
def test_an_answer_needs_an_outcome_and_a_reason(
    session: Session, task: ReviewTask, outcome: str, reason: str
) -> None:
    with pytest.raises(AnswerIncomplete):
        answer(session, task.id, by=STEWARD, outcome=outcome, reason=reason)
    assert task.state == "open"


def test_nobody_answers_twice_or_what_is_not_there(session: Session, task: ReviewTask) -> None:
    answer(session, task.id, by=STEWARD, outcome="explained", reason=WHY)
    with pytest.raises(IllegalMove):
        answer(session, task.id, by=STEWARD, outcome="stands", reason=WHY)
    with pytest.raises(NotFound):
        answer(session, ids.uuid7(), by=STEWARD, outcome="stands", reason=WHY)


@pytest.mark.parametrize("outcome", ["stands", "explained"])
def test_the_same_records_do_not_ask_again_and_others_do(
    county: Departments, session: Session, task: ReviewTask, outcome: str
) -> None:
    answer(session, task.id, by=STEWARD, outcome=outcome, reason=WHY)
    with time_machine.travel(clock.now() + timedelta(days=200)):
        assert county.found("name_differs") == []
    county.send("CZ_PAY", row("CZ_PAY", 1, name="李秀英"))
    (newer,) = county.found("name_differs")
    assert newer.id != task.id


def test_a_promise_that_was_not_kept_is_asked_again(
    county: Departments, session: Session, task: ReviewTask
) -> None:
    days = definitions.every()["name_differs"].days
    answer(session, task.id, by=STEWARD, outcome="will_correct", reason=WHY)
    with time_machine.travel(clock.now() + timedelta(days=days - 1)):
        assert county.found("name_differs") == []
    with time_machine.travel(clock.now() + timedelta(days=days + 1)):
        assert county.look()["name_differs"].reopened == 1
        (again,) = county.open("name_differs")
        assert again.id == task.id
        assert again.due_on == clock.today() + timedelta(days=days)
        assert again.outcome is None
        assert county.look()["name_differs"].reopened == 0


def test_a_promise_that_was_kept_is_left_alone(
    county: Departments, session: Session, task: ReviewTask
) -> None:
    answer(session, task.id, by=STEWARD, outcome="will_correct", reason=WHY)
    county.say("CZ_PAY", 1)
    with time_machine.travel(clock.now() + timedelta(days=100)):
        assert county.found("name_differs") == []
    assert task.state == "answered"


def test_an_answer_can_be_taken_back_with_a_reason(session: Session, task: ReviewTask) -> None:
    answer(session, task.id, by=STEWARD, outcome="stands", reason=WHY)
    with pytest.raises(AnswerIncomplete):
        reopen(session, task.id, by=STEWARD, reason="")
    reopen(session, task.id, by=STEWARD, reason="核对有误")
    assert (task.state, task.outcome, task.closed_at) == ("open", None, None)
    with pytest.raises(IllegalMove):
        reopen(session, task.id, by=STEWARD, reason="再次")


def test_an_answer_is_not_taken_back_beside_the_same_question(
    county: Departments, session: Session, task: ReviewTask
) -> None:
    answer(session, task.id, by=STEWARD, outcome="stands", reason=WHY)
    county.send("CZ_PAY", row("CZ_PAY", 1, name="李秀英"))
    assert len(county.found("name_differs")) == 1
    with pytest.raises(AskedAgain):
        reopen(session, task.id, by=STEWARD, reason="核对有误")


def test_what_waits_is_counted_by_feed_and_what_is_overdue_apart(
    county: Departments, session: Session, task: ReviewTask
) -> None:
    county.say("CL_CERT", 1, issued_on="2016-01-05", expires_on="2026-01-01", status="正常")
    county.look()
    by_feed = {one.feed: one for one in waiting(session)}
    assert {code: (one.open, one.overdue) for code, one in by_feed.items()} == {
        "CZ_PAY": (1, 0),
        "CL_CERT": (1, 0),
    }
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert {one.feed: one.overdue for one in waiting(session)} == {"CZ_PAY": 1, "CL_CERT": 1}
        assert [one.id for one in tasks(session, feed="CZ_PAY", overdue=True)] == [task.id]
    assert tasks(session, feed="CZ_PAY", overdue=True) == []
    answer(session, task.id, by=STEWARD, outcome="stands", reason=WHY)
    assert [one.feed for one in waiting(session)] == ["CL_CERT"]


def test_an_officer_of_one_township_sees_its_people_only(
    session: Session, task: ReviewTask
) -> None:
    assert tasks(session, division="330523151") == [task]
    assert tasks(session, division="330523152") == []


def test_every_outcome_is_said_in_both_languages() -> None:
    assert all(zh and en for zh, en in OUTCOMES.values())
