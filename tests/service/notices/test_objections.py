"""An objection holds one line, is answered by somebody else, and the rest goes on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.approvals.decide import approve, send_back
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.batches.models import PaymentHold
from service.batches.release import NeedsData, release
from service.batches.submit import lines_root, submit
from service.foundation import clock
from service.foundation.encryption import sealer
from service.foundation.working_days import last_day
from service.ledger.appropriate import appropriate
from service.notices.check import EveryLineObjected, NoticeRunning, current, require_ended
from service.notices.objections import lodge as lodging
from service.notices.objections.answer import answer
from service.notices.objections.lodge import Lodged, Said, lodge
from service.notices.objections.problems import (
    AnotherOfficerAnswers,
    AnswerMissing,
    NoSuchAnswer,
    NoticeOver,
    ObjectedTooOften,
    ObjectionIncomplete,
)
from service.notices.objections.track import tracked
from service.notices.objections.waiting import objections_to_answer
from service.notices.post import post
from service.notices.submit import submit_and_post
from service.officers.may import NotAllowed
from tests.factories.batches import PaymentFactory
from tests.factories.officers import OfficerFactory
from tests.service.notices.hanging import Hanging, hanging, lines_of

SAYS = "他去年就搬到县城住了"
WHY = "入户核实，仍在本村居住"


def object_to(session: Session, one: Hanging, place: int | None = 1, **changes: str) -> Lodged:
    """Object from the public page on the first day."""
    said = Said(**{"text": SAYS, **changes}, place=place)
    return lodge(session, one.notice, said, on=one.notice.posted_on)


def states(session: Session, one: Hanging) -> list[str]:
    session.expire_all()
    return [line.state for line in lines_of(session, one.batch)]


def test_one_line_waits_and_the_list_is_approved_without_it(made: Session) -> None:
    """Situation 69: an objection holds the line it is about; the others proceed."""
    one = hanging(made, 3, on=clock.today() - timedelta(days=20))
    before = (one.batch.frozen_count or 0, one.batch.frozen_fen or 0)
    line = lines_of(made, one.batch)[0]
    object_to(made, one)
    assert states(made, one) == ["held", "frozen", "frozen"]
    assert one.batch.frozen_count == before[0] - 1
    assert one.batch.frozen_fen == before[1] - line.amount_fen
    left = current(made, one.batch)
    assert left is not None
    assert (left.original_id, left.ends_on) == (one.notice.id, one.notice.ends_on)
    appropriate(made, "MZ17", 2026, 10**8, fund_source="省级", by=SYSTEM)
    approve(made, one.batch, by=one.people.reviewer, on=one.notice.ends_on + timedelta(days=1))
    assert one.batch.state == "approved"
    assert one.batch.lines_root == lines_root(made, one.batch)


def test_dismissed_in_time_the_line_is_on_the_list_as_it_hung(made: Session) -> None:
    one = hanging(made, 3)
    root = one.batch.lines_root
    lodged = object_to(made, one, 2)
    assert one.batch.lines_root != root
    assert answer(made, lodged.objection, upheld=False, reason=WHY, by=one.people.reviewer), (
        "it is on the list again"
    )
    assert states(made, one) == ["frozen", "frozen", "frozen"]
    assert one.batch.lines_root == root
    require_ended(made, one.batch, on=one.notice.ends_on + timedelta(days=1))


def test_upheld_the_line_stays_off_and_nobody_releases_it(made: Session) -> None:
    one = hanging(made, 2)
    lodged = object_to(made, one, 1)
    assert not answer(made, lodged.objection, upheld=True, reason=WHY, by=one.people.reviewer)
    assert states(made, one) == ["held", "frozen"]
    with pytest.raises(NeedsData):
        release(made, lines_of(made, one.batch)[0], by=one.people.maker, reason="我来放行")


def test_dismissed_after_the_approval_the_line_waits_for_the_next_list(made: Session) -> None:
    one = hanging(made, 2, on=clock.today() - timedelta(days=20))
    lodged = object_to(made, one, 1)
    appropriate(made, "MZ17", 2026, 10**8, fund_source="省级", by=SYSTEM)
    approve(made, one.batch, by=one.people.reviewer, on=clock.today())
    other = OfficerFactory.create(duties=["reviewer"])
    assert not answer(made, lodged.objection, upheld=False, reason=WHY, by=other)
    assert states(made, one) == ["held", "frozen"]
    holds = made.scalars(select(PaymentHold).where(PaymentHold.cleared_at.is_(None))).all()
    assert holds == []


def test_with_two_objections_a_line_waits_for_the_last_answer(made: Session) -> None:
    one = hanging(made, 2)
    first, second = object_to(made, one, 1), object_to(made, one, 1)
    by = one.people.reviewer
    assert not answer(made, first.objection, upheld=False, reason=WHY, by=by)
    assert states(made, one)[0] == "held"
    assert answer(made, second.objection, upheld=False, reason=WHY, by=by)
    assert states(made, one)[0] == "frozen"


def test_two_lines_come_back_in_any_order(made: Session) -> None:
    one = hanging(made, 3)
    root = one.batch.lines_root
    first, second = object_to(made, one, 1), object_to(made, one, 3)
    for lodged in (first, second):
        assert answer(made, lodged.objection, upheld=False, reason=WHY, by=one.people.reviewer)
    assert one.batch.lines_root == root


def test_a_line_that_changed_meanwhile_does_not_come_back(made: Session) -> None:
    one = hanging(made, 2)
    first = object_to(made, one, 1)
    line = lines_of(made, one.batch)[0]
    line.payee_name = "改名后"
    made.flush()
    second = object_to(made, one, 1)
    by = one.people.reviewer
    answer(made, first.objection, upheld=False, reason=WHY, by=by)
    assert not answer(made, second.objection, upheld=False, reason=WHY, by=by)
    assert states(made, one) == ["held", "frozen"]


def test_a_list_of_which_nothing_is_left_is_not_approved(made: Session) -> None:
    one = hanging(made, 1, on=clock.today() - timedelta(days=20))
    object_to(made, one, 1)
    with pytest.raises(EveryLineObjected):
        require_ended(made, one.batch, on=clock.today())


def test_an_objection_to_the_list_holds_nothing(made: Session) -> None:
    one = hanging(made, 2)
    lodged = object_to(made, one, None)
    assert not lodged.line_held
    assert states(made, one) == ["frozen", "frozen"]
    assert not answer(made, lodged.objection, upheld=True, reason=WHY, by=one.people.reviewer)


def test_what_is_left_hangs_on_when_the_list_was_only_returned(made: Session) -> None:
    one = hanging(made, 3, on=clock.today() - timedelta(days=20))
    object_to(made, one, 1)
    send_back(made, one.batch, by=one.people.reviewer, reason="补充说明", on=clock.today())
    submit(made, one.batch, by=one.people.maker)
    again = post(made, one.batch, on=clock.today(), by=one.people.maker.actor())
    assert again is not None
    assert (again.original_id, again.ends_on) == (one.notice.id, one.notice.ends_on)


def test_a_changed_list_is_posted_again_and_the_old_one_takes_no_objection(made: Session) -> None:
    one = hanging(made, 3, on=clock.today() - timedelta(days=20))
    lodged = object_to(made, one, 1)
    send_back(made, one.batch, by=one.people.reviewer, reason="姓名有误", on=clock.today())
    lines_of(made, one.batch)[1].payee_name = "更正后"
    made.flush()
    submit(made, one.batch, by=one.people.maker)
    second = post(made, one.batch, on=clock.today(), by=one.people.maker.actor())
    assert second is not None
    assert second.number == f"{one.batch.batch_no}-G2"
    with pytest.raises(NoticeRunning):
        require_ended(made, one.batch, on=clock.today())
    with pytest.raises(NoticeOver):
        object_to(made, one, 2)
    # The new list never showed the line that was out: it waits for the next list, posted for itself.
    other = OfficerFactory.create(duties=["reviewer"])
    assert not answer(made, lodged.objection, upheld=False, reason=WHY, by=other)
    assert states(made, one) == ["held", "frozen", "frozen"]


def test_rows_added_after_the_notice_ended_put_the_list_on_notice_again(made: Session) -> None:
    one = hanging(made, 2, on=clock.today() - timedelta(days=20))
    send_back(made, one.batch, by=one.people.reviewer, reason="漏了一户", on=clock.today())
    added = PaymentFactory.create(batch=one.batch)
    submit_and_post(made, one.batch, by=one.people.maker, on=clock.today())
    assert added.state == "frozen"
    assert one.batch.state == "noticed"
    appropriate(made, "MZ17", 2026, 10**8, fund_source="省级", by=SYSTEM)
    with pytest.raises(NoticeRunning):
        approve(made, one.batch, by=one.people.reviewer, on=clock.today())


def test_the_answer_has_a_day_in_working_days_and_late_ones_go_up(made: Session) -> None:
    one = hanging(made, 2)
    lodged = object_to(made, one, 1)
    due = last_day(one.notice.posted_on, one.notice.answer_days, working=True).last
    assert lodged.objection.due_on == due
    signer, maker = one.people.signer, one.people.maker
    assert [item.count for item in objections_to_answer(made, one.people.reviewer)] == [1]
    assert [item.count for item in objections_to_answer(made, signer)] == [0]
    assert objections_to_answer(made, maker) == []
    late = hanging(made, 2, on=clock.today() - timedelta(days=60))
    lodge(made, late.notice, Said(SAYS, place=1), on=late.notice.posted_on)
    assert [item.count for item in objections_to_answer(made, signer)] == [1]


def test_what_was_said_is_sealed_and_the_code_is_kept_nowhere(made: Session) -> None:
    one = hanging(made, 2)
    lodged = object_to(made, one, 1, contact="13800000000")
    row = made.execute(text("SELECT o::text AS row FROM objections o")).scalar_one()
    for secret in (SAYS, "13800000000", lodged.code, lodged.code.replace("-", "")):
        assert secret not in row
    one_id = lodged.objection.id
    assert sealer().open(lodged.objection.text_sealed, f"objections:text:{one_id}") == SAYS
    told = b"".join(made.scalars(select(AuditEntry.canonical)).all()).decode()
    assert SAYS not in told
    assert lodged.code not in told


@pytest.mark.parametrize(
    "write", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "]
)
def test_the_objector_reads_the_answer_with_the_code(
    made: Session, write: Callable[[str], str]
) -> None:
    one = hanging(made, 2)
    lodged = object_to(made, one, 1)
    assert tracked(made, write(lodged.code)).state == "open"
    answer(made, lodged.objection, upheld=False, reason=WHY, by=one.people.reviewer)
    assert tracked(made, write(lodged.code)).answer == WHY
    with pytest.raises(NoSuchAnswer):
        tracked(made, "AAAAAA-AAAAAA")


def test_pressing_twice_is_one_objection_with_one_code(made: Session) -> None:
    one = hanging(made, 2)
    said = Said(SAYS, place=1, once="the same form")
    first = lodge(made, one.notice, said, on=one.notice.posted_on)
    second = lodge(made, one.notice, said, on=one.notice.posted_on)
    assert (first.objection.id, first.code) == (second.objection.id, second.code)


@pytest.mark.parametrize(
    "said",
    [
        Said("短", place=1),
        Said("长" * 1_001, place=1),
        Said(SAYS, place=0),
        Said(SAYS, place=-1),
        Said(SAYS, place=99),
        Said(SAYS, place=2**40),
        Said(SAYS, who="king", place=1),
    ],
)
def test_an_incomplete_objection_holds_nothing(made: Session, said: Said) -> None:
    one = hanging(made, 2)
    with pytest.raises(ObjectionIncomplete):
        lodge(made, one.notice, said, on=one.notice.posted_on)
    assert states(made, one) == ["frozen", "frozen"]


def test_who_is_not_shown_cannot_be_pointed_at_from_outside(made: Session) -> None:
    one = hanging(made, 2, programme="WJ02")
    with pytest.raises(ObjectionIncomplete):
        object_to(made, one, 1)
    maker = OfficerFactory.create(duties=["steward"])
    lodged = lodge(made, one.notice, Said(SAYS, place=1), on=one.notice.posted_on, taken_by=maker)
    assert lodged.line_held


def test_from_outside_until_the_last_day_by_an_officer_until_the_approval(made: Session) -> None:
    one = hanging(made, 3)
    ends = one.notice.ends_on
    lodge(made, one.notice, Said(SAYS, place=1), on=ends)
    after = ends + timedelta(days=1)
    with pytest.raises(NoticeOver):
        lodge(made, one.notice, Said(SAYS, place=2), on=after)
    steward = OfficerFactory.create(duties=["steward"])
    assert lodge(made, one.notice, Said(SAYS, place=2), on=after, taken_by=steward).line_held
    auditor = OfficerFactory.create(duties=["auditor"])
    with pytest.raises(NotAllowed):
        lodge(made, one.notice, Said(SAYS, place=3), on=after, taken_by=auditor)


def test_too_many_in_a_short_time_are_refused(
    made: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = hanging(made, 3)
    for _ in range(lodging.OF_LINE_PER_DAY_MAX):
        object_to(made, one, 1)
    with pytest.raises(ObjectedTooOften) as refused:
        object_to(made, one, 1)
    assert refused.value.retry_after_seconds == 24 * 3600
    monkeypatch.setattr(lodging, "OF_NOTICE_PER_HOUR_MAX", 6)
    object_to(made, one, 2)
    with pytest.raises(ObjectedTooOften):
        object_to(made, one, 3)
    monkeypatch.setattr(lodging, "OF_ALL_PER_MINUTE_MAX", 6)
    with pytest.raises(ObjectedTooOften) as refused:
        object_to(made, hanging(made, 1), 1)
    assert refused.value.retry_after_seconds == 60
    steward = OfficerFactory.create(duties=["steward"])
    said = Said(SAYS, place=3)
    assert lodge(made, one.notice, said, on=one.notice.posted_on, taken_by=steward).line_held


def test_another_officer_answers_with_a_reason_once(made: Session) -> None:
    one = hanging(made, 2)
    steward = OfficerFactory.create(duties=["steward", "reviewer"])
    lodged = lodge(made, one.notice, Said(SAYS, place=1), on=one.notice.posted_on, taken_by=steward)
    with pytest.raises(AnotherOfficerAnswers):
        answer(made, lodged.objection, upheld=False, reason=WHY, by=steward)
    with pytest.raises(NotAllowed):
        answer(made, lodged.objection, upheld=False, reason=WHY, by=one.people.maker)
    with pytest.raises(AnswerMissing):
        answer(made, lodged.objection, upheld=False, reason="  ", by=one.people.reviewer)
    answer(made, lodged.objection, upheld=False, reason=WHY, by=one.people.reviewer)
    with pytest.raises(IllegalMove), made.begin_nested():
        answer(made, lodged.objection, upheld=True, reason=WHY, by=one.people.reviewer)


def test_the_database_knows_two_people_too(made: Session) -> None:
    one = hanging(made, 2)
    steward = OfficerFactory.create(duties=["steward"])
    lodged = lodge(made, one.notice, Said(SAYS, place=1), on=one.notice.posted_on, taken_by=steward)
    with pytest.raises(IntegrityError, match="two_people"), made.begin_nested():
        made.execute(
            text(
                "UPDATE objections SET state = 'dismissed', answered_by = taken_by, "
                "answered_at = now(), answer = 'x' WHERE id = :id"
            ),
            {"id": lodged.objection.id},
        )
