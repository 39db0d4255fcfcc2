"""An upheld objection is handed on as a task with steps, and its objector reads when it is done."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.notices.objections.answer import answer
from service.notices.objections.models import Objection
from service.notices.objections.waiting import being_put_right
from service.programmes.catalogue import rules
from service.residents import feeds
from service.residents.models import ReviewTask
from service.residents.tasks.answer import AnswerIncomplete
from service.residents.tasks.answer import answer as answer_task
from tests.factories.officers import OfficerFactory
from tests.service.batches.reading import text_of
from tests.service.enquiry.asking import resident
from tests.service.enquiry.test_own_objections import DECISION, WHY, enter, neighbour, send
from tests.service.notices.hanging import hanging
from tests.service.web.browsing import Browser, SignInAs

pytestmark = pytest.mark.usefixtures("made")


def test_what_was_upheld_is_a_task_that_leads_to_what_is_to_be_done(
    browser: Browser, session: Session, sign_in_as: SignInAs
) -> None:
    one = resident(701)
    enter(browser, session, one.number)
    send(browser, DECISION)
    kept = session.scalars(select(Objection)).one()
    upholds = OfficerFactory.create(duties=["reviewer"])
    answer(session, kept, upheld=True, reason=WHY, by=upholds)
    task = session.scalars(select(ReviewTask)).one()
    assert (task.id, task.person_id) == (kept.id, one.person.id)
    assert feeds.feed(task.feed).department_zh == rules().programmes["MZ15"].department.words.zh
    assert [(it.count, it.who) for it in being_put_right(session, upholds)] == [(1, "数据管理人员")]
    assert "把数据改对" in text_of(browser.get("/me/requests").text)

    steward = sign_in_as("steward")
    assert "异议已支持" in steward.get("/").text
    assert str(task.id) in steward.get("/tasks?kind=objection_upheld").text
    page = steward.get(f"/tasks/{task.id}").text
    assert f'href="/objections/{kept.objection_no}"' in page
    assert f"--since {kept.month} --programmes MZ15" in page
    for missing in ({"outcome": "stands", "reason": "无误"}, {"outcome": "put_right"}):
        assert steward.submit(f"/tasks/{task.id}", missing).status_code == 422
    done = {"outcome": "put_right", "reason": "民政局已报送更正"}
    assert steward.submit(f"/tasks/{task.id}", done).status_code == 303

    shown = text_of(browser.get("/me/requests").text)
    assert "改对，下次核定按此计算" in shown
    assert "前把数据改对" not in shown
    assert being_put_right(session, upholds)[0].count == 0
    trail = session.scalars(
        select(AuditEntry.act).where(AuditEntry.object_id == str(task.id)).order_by(AuditEntry.id)
    ).all()
    assert [act for act in trail if act.startswith("task.")] == ["task.opened", "task.answered"]


def test_a_neighbour_reads_nothing_of_what_is_put_right_about_the_other(
    browser: Browser, session: Session
) -> None:
    one = hanging(session, 2)
    enter(browser, session, neighbour(session, one, 702))
    number = one.notice.number or ""
    send(browser, {"notice": number, "line": "1"})
    kept = session.scalars(select(Objection)).one()
    answer(session, kept, upheld=True, reason=WHY, by=one.people.reviewer)
    task = session.scalars(select(ReviewTask)).one()
    assert kept.person_id is not None
    assert task.person_id != kept.person_id
    assert "数据" not in text_of(browser.get("/me/requests").text).split("我的异议")[1]


def test_what_was_dismissed_asks_nobody_and_an_answer_must_fit(
    browser: Browser, session: Session
) -> None:
    for serial in (703, 704):
        enter(browser, session, resident(serial).number)
        send(browser, DECISION)
        browser.submit("/me/leave", shown_at="/me/payments")
    first, second = session.scalars(select(Objection).order_by(Objection.number)).all()
    by = OfficerFactory.create(duties=["reviewer"])
    answer(session, first, upheld=False, reason=WHY, by=by)
    assert session.scalars(select(ReviewTask)).all() == []
    answer(session, second, upheld=True, reason=WHY, by=by)
    with pytest.raises(AnswerIncomplete, match="put_right, nothing_due"):
        answer_task(session, second.id, by=by.actor(), outcome="explained", reason=WHY)
