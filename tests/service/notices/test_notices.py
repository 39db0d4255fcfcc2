"""A list hangs for its days over exactly the lines that are approved afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eligibility_rules.notice import Counting
from service.approvals.decide import send_back
from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.batches.models import Batch, Payment
from service.batches.submit import submit
from service.foundation.working_days import last_day
from service.notices.check import NoticeMissing, NoticeRunning, current, require_ended
from service.notices.models import Notice
from service.notices.post import post
from service.programmes.catalogue import rules
from tests.factories.batches import PAY_DAY, county_batch
from tests.factories.officers import Staff, staff

POSTED = sorted(code for code, one in rules().programmes.items() if one.notice.is_asked)
NOT_POSTED = sorted(set(rules().programmes) - set(POSTED))


def _frozen(made: Session, programme: str) -> tuple[Batch, Staff]:
    people, batch = staff(), county_batch(made, 2, programme=programme)
    submit(made, batch, by=people.maker)
    return batch, people


@pytest.mark.parametrize("programme", POSTED)
def test_the_first_day_is_the_day_after_posting_and_all_days_count(
    made: Session, programme: str
) -> None:
    batch, people = _frozen(made, programme)
    rule = rules().programmes[programme].notice
    notice = post(made, batch, on=PAY_DAY, by=people.maker.actor())
    assert notice is not None
    in_working_days = rule.counted is Counting.WORKING
    assert notice.ends_on == last_day(PAY_DAY, rule.days, working=in_working_days).last
    assert notice.ends_on >= PAY_DAY + timedelta(days=rule.days)
    assert batch.state == "noticed"
    with pytest.raises(NoticeRunning):
        require_ended(made, batch, on=notice.ends_on)
    require_ended(made, batch, on=notice.ends_on + timedelta(days=1))


@pytest.mark.parametrize("programme", NOT_POSTED)
def test_where_nothing_is_posted_nothing_is_waited_for(made: Session, programme: str) -> None:
    batch, people = _frozen(made, programme)
    assert post(made, batch, on=PAY_DAY, by=people.maker.actor()) is None
    assert batch.state == "frozen"
    require_ended(made, batch, on=PAY_DAY)
    assert made.scalars(select(Notice)).all() == []


def test_some_programmes_are_posted_and_a_sensitive_one_is_not() -> None:
    assert POSTED
    assert "WJ06" in NOT_POSTED


def test_lines_that_changed_after_the_notice_must_be_posted_again(made: Session) -> None:
    """Situation 70: what is approved is what hung, by its hash."""
    batch, people = _frozen(made, "MZ17")
    first = post(made, batch, on=PAY_DAY, by=people.maker.actor())
    assert first is not None
    send_back(made, batch, by=people.reviewer, reason="有异议", on=PAY_DAY)
    assert current(made, batch) is None

    line = made.scalars(select(Payment).order_by(Payment.id)).first()
    assert line is not None
    line.payee_name = "更正后"
    made.flush()
    submit(made, batch, by=people.maker)
    with pytest.raises(NoticeMissing):
        require_ended(made, batch, on=PAY_DAY + timedelta(days=30))
    second = post(made, batch, on=PAY_DAY + timedelta(days=10), by=people.maker.actor())
    assert second is not None
    assert second.id != first.id


def test_the_same_lines_submitted_again_keep_the_days_they_have_hung(made: Session) -> None:
    batch, people = _frozen(made, "MZ17")
    first = post(made, batch, on=PAY_DAY, by=people.maker.actor())
    send_back(made, batch, by=people.reviewer, reason="补充说明", on=PAY_DAY)
    submit(made, batch, by=people.maker)
    again = post(made, batch, on=PAY_DAY + timedelta(days=20), by=people.maker.actor())
    assert first is not None
    assert again is not None
    assert (again.id, again.ends_on) == (first.id, first.ends_on)


def test_a_draft_is_not_posted(made: Session) -> None:
    people, batch = staff(), county_batch(made, 2, programme="MZ17")
    assert post(made, batch, on=PAY_DAY, by=people.maker.actor()) is None
    assert made.scalars(select(Notice)).all() == []


def test_posting_twice_is_refused_and_leaves_one_notice(made: Session) -> None:
    batch, people = _frozen(made, "MZ17")
    post(made, batch, on=PAY_DAY, by=people.maker.actor())
    with pytest.raises(IllegalMove):
        post(made, batch, on=PAY_DAY, by=people.maker.actor())
    notice = made.scalars(select(Notice)).one()
    again = Notice(
        number="X-G2", batch_id=batch.id, level="village", days=1, posted_on=PAY_DAY,
        ends_on=PAY_DAY, lines_root=notice.lines_root,
    )  # fmt: skip
    made.add(again)
    with pytest.raises(IntegrityError):
        made.flush()


def test_the_posting_is_recorded_with_its_root_and_nobodys_name(made: Session) -> None:
    batch, people = _frozen(made, "MZ17")
    post(made, batch, on=PAY_DAY, by=people.maker.actor())
    entry = made.scalars(select(AuditEntry).where(AuditEntry.act == "batch.noticed")).one()
    told = entry.canonical.decode()
    assert (batch.lines_root or b"").hex() in told
    assert "试样" not in told
