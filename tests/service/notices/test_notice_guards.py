"""Direct SQL cannot approve a list that did not hang, and clocks that jump approve nothing."""

import time
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.approvals.decide import approve
from service.audit.actor import SYSTEM
from service.batches.models import Batch
from service.batches.submit import submit
from service.foundation import clock
from service.ledger.appropriate import appropriate
from service.notices.check import ClocksDiffer, NoticeRunning, require_ended
from service.notices.objections.lodge import Said, lodge
from tests.factories.batches import county_batch
from tests.factories.officers import staff
from tests.service.notices.hanging import hanging, lines_of

_APPROVE = "UPDATE batches SET state = 'approved' WHERE id = :batch"
_CHECKED = (
    "INSERT INTO notice_checks (id, batch_id, lines_root, notice_id, reason, checked_on, checked_at) "
    "SELECT gen_random_uuid(), b.id, b.lines_root, n.id, 'ended', :on, now() "
    "FROM batches b JOIN notices n ON n.batch_id = b.id AND n.lines_root = b.lines_root "
    "WHERE b.id = :batch"
)


@pytest.fixture
def only_notice(made: Session) -> Session:
    """The notice alone stands in the way: approvals and money have guards of their own, tried elsewhere."""
    for other in ("no_step_skipped", "share_of_money"):
        made.execute(text(f"ALTER TABLE batches DISABLE TRIGGER {other}"))
    return made


def refused(session: Session, statement: str, said: str, **values: object) -> None:
    """Run a statement that the database must refuse."""
    with pytest.raises(IntegrityError, match=said), session.begin_nested():
        session.execute(text(statement), values)


def test_sql_approves_no_list_that_never_hung(only_notice: Session) -> None:
    people, batch = staff(), county_batch(only_notice, 2, programme="MZ17")
    submit(only_notice, batch, by=people.maker)
    refused(only_notice, _APPROVE, "hung for all their days", batch=batch.id)


def test_sql_approves_no_running_notice_and_cannot_say_it_ended(only_notice: Session) -> None:
    one = hanging(only_notice, 2)
    refused(only_notice, _APPROVE, "hung for all their days", batch=one.batch.id)
    last = one.notice.ends_on
    refused(only_notice, _CHECKED, "has not ended", batch=one.batch.id, on=last)
    require_ended(only_notice, one.batch, on=last + timedelta(days=1))
    only_notice.execute(text(_APPROVE), {"batch": one.batch.id})


def test_sql_approves_no_other_lines_than_hung(only_notice: Session) -> None:
    one = hanging(only_notice, 2)
    require_ended(only_notice, one.batch, on=one.notice.ends_on + timedelta(days=1))
    for changed in ("lines_root = '\\x00'", "frozen_fen = frozen_fen + 1, lines_root = '\\x01'"):
        refused(
            only_notice,
            f"UPDATE batches SET {changed} WHERE id = :batch",
            "frozen batch is never edited",
            batch=one.batch.id,
        )
    refused(
        only_notice,
        "UPDATE batches SET state = 'approved', lines_root = '\\x00' WHERE id = :batch",
        "hung for all their days|frozen batch is never edited",
        batch=one.batch.id,
    )


def test_sql_shortens_no_notice_and_invents_no_remainder(made: Session) -> None:
    one = hanging(made, 2)
    columns = "level, days, posted_on, lines_root, batch_id"
    refused(
        made,
        f"INSERT INTO notices (id, original_id, ends_on, {columns}) "
        "SELECT gen_random_uuid(), id, posted_on, level, days, posted_on, '\\x00', batch_id "
        "FROM notices WHERE id = :notice",
        "keeps its days",
        notice=one.notice.id,
    )
    refused(
        made,
        "UPDATE notices SET ends_on = posted_on WHERE id = :notice",
        "never changed",
        notice=one.notice.id,
    )


def test_no_line_is_added_to_a_list_that_hangs(made: Session) -> None:
    one = hanging(made, 2)
    line = lines_of(made, one.batch)[0]
    refused(
        made,
        "INSERT INTO payments (batch_id, state, programme, period, subject_kind, subject_id, "
        "amount_fen) SELECT batch_id, 'ready', programme, '2099-01', subject_kind, subject_id, 1 "
        "FROM payments WHERE id = :line",
        "no line is added",
        line=line.id,
    )


def test_sql_puts_no_objected_line_back_unnoticed(only_notice: Session) -> None:
    one = hanging(only_notice, 2, on=date(2026, 10, 1))
    appropriate(only_notice, "MZ17", 2026, 10**8, fund_source="省级", by=SYSTEM)
    lodge(only_notice, one.notice, Said("他不住这里了", place=1), on=one.notice.posted_on)
    line = lines_of(only_notice, one.batch)[0]
    only_notice.execute(
        text("UPDATE payments SET state = 'frozen' WHERE id = :id"), {"id": line.id}
    )
    only_notice.expire_all()
    require_ended(only_notice, one.batch, on=date(2026, 11, 1))
    refused(only_notice, _APPROVE, "with an objection is never approved", batch=one.batch.id)


def test_objections_are_never_edited_or_deleted(made: Session) -> None:
    one = hanging(made, 2)
    lodged = lodge(made, one.notice, Said("他不住这里了", place=1), on=one.notice.posted_on)
    for statement, said in (
        ("UPDATE objections SET due_on = due_on + 30 WHERE id = :id", "never edited"),
        ("UPDATE objections SET state = 'upheld' WHERE id = :id", "answered"),
        ("DELETE FROM objections WHERE id = :id", "never changed or deleted"),
    ):
        refused(made, statement, said, id=lodged.objection.id)


@pytest.mark.parametrize(
    "jump", [timedelta(days=-1), timedelta(days=366), timedelta(hours=1), timedelta(minutes=-6)]
)
def test_a_clock_that_jumped_ends_no_notice(
    made: Session, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    one = hanging(made, 2)
    _jump(monkeypatch, jump)
    with pytest.raises(ClocksDiffer):
        approve(made, one.batch, by=one.people.reviewer, on=clock.today())
    assert one.batch.state == "noticed"


@pytest.mark.parametrize("jump", [timedelta(seconds=1), timedelta(seconds=-1)])
def test_a_leap_second_changes_nothing(
    made: Session, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    one = hanging(made, 2)
    _jump(monkeypatch, jump)
    require_ended(made, one.batch, on=one.notice.ends_on + timedelta(days=1))


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Urumqi"])
def test_days_are_the_countys_in_any_zone_of_the_machine(
    made: Session, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        made.execute(text(f"SET LOCAL TIME ZONE '{zone}'"))
        one = hanging(made, 2)
        with pytest.raises(NoticeRunning):
            require_ended(made, one.batch, on=one.notice.ends_on)
        require_ended(made, one.batch, on=one.notice.ends_on + timedelta(days=1))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_hung_and_ended_is_approved(made: Session) -> None:
    one = hanging(made, 2, on=date(2026, 10, 1))
    appropriate(made, "MZ17", 2026, 10**8, fund_source="省级", by=SYSTEM)
    approve(made, one.batch, by=one.people.reviewer, on=one.notice.ends_on + timedelta(days=1))
    assert made.get_one(Batch, one.batch.id).state == "approved"


def _jump(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + by)
