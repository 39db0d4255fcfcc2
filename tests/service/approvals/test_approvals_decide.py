"""A second person decides over exactly the lines that were submitted, and the money follows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.approvals.decide import LinesChanged, approve, send_back
from service.audit.actor import SYSTEM
from service.audit.moves import IllegalMove
from service.batches import queries
from service.batches.acts import AlreadyActed
from service.batches.instalments.fair import MoneyContested
from service.batches.models import Batch, BatchAct, Payment
from service.batches.release import ReasonMissing
from service.batches.submit import submit
from service.foundation.jobs import Job
from service.ledger.appropriate import AppropriationExceeded, appropriate
from service.ledger.models import Appropriation
from service.ledger.queries import balance, balances
from service.notices.check import NoticeMissing, NoticeRunning
from service.notices.post import post
from service.officers.may import NotAllowed
from service.officers.models import Officer
from tests.factories.batches import PAY_DAY, approved, county_batch, frozen, prepared
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.foundation.committed import Committed


def _money(session: Session, cap_fen: int = 10**9, programme: str = "MZ15") -> None:
    appropriate(session, programme, 2026, cap_fen, fund_source="省级", by=SYSTEM)


def _all_duties(officer: Officer) -> Officer:
    """Give an officer every duty of the chain, as only direct SQL could."""
    officer.duties = ["maker", "reviewer", "signer"]
    return officer


def test_an_approval_moves_the_batch_commits_its_money_and_asks_for_its_files(
    made: Session, data_dir: object
) -> None:
    batch = approved(made, county_batch(made), staff())
    assert batch.state == "approved"
    assert balance(made, "commitments:MZ15") == batch.frozen_fen == 40_010
    assert balance(made, "available:MZ15") == 10**9 - 40_010
    assert made.scalars(select(Appropriation)).one().committed_fen == 40_010
    # Money was given to the programme beforehand, and what waited for money is looked for.
    assert set(made.scalars(select(Job.kind))) == {"instalments.release", "dispatch.prepare"}


def test_the_maker_cannot_approve_even_with_the_duty(made: Session) -> None:
    people, batch = staff(), county_batch(made)
    frozen(made, batch, people)
    _money(made)
    with pytest.raises(NotAllowed):
        approve(made, batch, by=people.maker, on=PAY_DAY)
    with pytest.raises(AlreadyActed), made.begin_nested():
        approve(made, batch, by=_all_duties(people.maker), on=PAY_DAY)
    made.refresh(batch)
    assert batch.state == "frozen"
    assert balance(made, "commitments:MZ15") == 0


@pytest.mark.parametrize(
    "duty", ["signer", "reconciler", "steward", "auditor", "system_administrator"]
)
def test_nobody_else_approves(made: Session, duty: str) -> None:
    batch = frozen(made, county_batch(made), staff())
    _money(made)
    with pytest.raises(NotAllowed):
        approve(made, batch, by=OfficerFactory.create(duties=[duty]), on=PAY_DAY)


def test_a_second_approval_is_refused(made: Session, data_dir: object) -> None:
    people = staff()
    batch = approved(made, county_batch(made), people)
    for by in (people.reviewer, OfficerFactory.create(duties=["reviewer"])):
        with pytest.raises((AlreadyActed, IllegalMove)), made.begin_nested():
            approve(made, batch, by=by, on=PAY_DAY)
        made.refresh(batch)
    assert balance(made, "commitments:MZ15") == 40_010


def test_nobody_is_written_twice_into_a_round_by_direct_sql(made: Session) -> None:
    people = staff()
    batch = frozen(made, county_batch(made), people)
    again = text(
        "INSERT INTO batch_acts (batch_id, round, officer_id, act, at) "
        "VALUES (:batch, 1, :officer, 'approved', now())"
    )
    with pytest.raises(IntegrityError, match="pk_batch_acts"), made.begin_nested():
        made.execute(again, {"batch": batch.id, "officer": people.maker.id})
    for change in (
        "UPDATE batch_acts SET officer_id = gen_random_uuid()",
        "DELETE FROM batch_acts",
    ):
        with pytest.raises(IntegrityError, match="never changed or deleted"), made.begin_nested():
            made.execute(text(change))


def test_a_batch_whose_notice_runs_is_not_approved_before_the_day_after_its_end(
    made: Session,
) -> None:
    people, batch = staff(), county_batch(made, programme="MZ17")
    _money(made, programme="MZ17")
    submit(made, batch, by=people.maker)
    with pytest.raises(NoticeMissing):
        approve(made, batch, by=people.reviewer, on=PAY_DAY)
    notice = post(made, batch, on=PAY_DAY, by=people.maker.actor())
    assert notice is not None
    assert notice.ends_on == PAY_DAY + timedelta(days=7)
    for days in (0, 1, 6, 7):
        with pytest.raises(NoticeRunning):
            approve(made, batch, by=people.reviewer, on=PAY_DAY + timedelta(days=days))
    approve(made, batch, by=people.reviewer, on=PAY_DAY + timedelta(days=8))
    assert batch.state == "approved"


@pytest.mark.parametrize(
    "edit",
    [
        "amount_fen = amount_fen + 1",
        "payee_name = '另一人'",
        "payee_person_id = payee_person_id + 1",
        "account_id = account_id + 1",
        "subject_id = subject_id + 999999",
        "period = '2026-09'",
        "attempt = 2",
        "state = 'held'",
    ],
)
def test_lines_changed_behind_every_trigger_are_not_approved(
    committed: Committed, edit: str
) -> None:
    with committed.transaction() as session:
        people, batch = staff(), county_batch(session)
        frozen(session, batch, people)
        _money(session)
        line = session.scalars(select(Payment.id).order_by(Payment.id)).first()
    committed.as_superuser(f"UPDATE payments SET {edit} WHERE id = {line}")
    with pytest.raises(LinesChanged), committed.transaction() as session:
        approve(session, queries.locked(session, batch.id), by=people.reviewer, on=PAY_DAY)
    with committed.transaction() as session:
        assert session.scalars(select(Batch.state)).one() == "frozen"
        assert balances(session)["available:MZ15"] == 10**9


def test_a_line_added_behind_every_trigger_is_not_approved(committed: Committed) -> None:
    with committed.transaction() as session:
        people, batch = staff(), county_batch(session)
        frozen(session, batch, people)
        _money(session)
    columns = (
        "batch_id, state, programme, period, line_type, subject_kind, payee_person_id, "
        "payee_name, division, account_id, channel_id, amount_fen, decision_id"
    )
    committed.as_superuser(
        f"INSERT INTO payments ({columns}, subject_id, attempt) "
        f"SELECT {columns}, subject_id + 777777, 1 FROM payments LIMIT 1"
    )
    with pytest.raises(LinesChanged), committed.transaction() as session:
        approve(session, queries.locked(session, batch.id), by=people.reviewer, on=PAY_DAY)


def test_what_the_year_does_not_cover_is_not_approved_and_changes_nothing(made: Session) -> None:
    people, batch = staff(), county_batch(made)
    frozen(made, batch, people)
    _money(made, 40_009)
    with pytest.raises(AppropriationExceeded), made.begin_nested():
        approve(made, batch, by=people.reviewer, on=PAY_DAY)
    made.expire_all()
    assert batch.state == "frozen"
    assert [act.act for act in made.scalars(select(BatchAct))] == ["submitted"]
    assert balance(made, "available:MZ15") == 40_009


@pytest.mark.parametrize("state", ["frozen", "noticed", "approved", "prepared"])
def test_a_return_gives_everything_back_to_the_fen_and_begins_a_new_round(
    made: Session, data_dir: object, state: str
) -> None:
    people, programme = staff(), "MZ17" if state == "noticed" else "MZ15"
    batch = county_batch(made, programme=programme)
    by = people.reviewer
    if state in {"approved", "prepared"}:
        (prepared if state == "prepared" else approved)(made, batch, people)
        by = people.signer
    else:
        _money(made, programme=programme)
        frozen(made, batch, people)
    assert batch.state == state
    send_back(made, batch, by=by, reason="名单有误", on=PAY_DAY)
    assert (batch.state, batch.round) == ("returned", 2)
    assert (batch.frozen_count, batch.frozen_fen, batch.lines_root) == (None, None, None)
    lines = made.scalars(select(Payment)).all()
    assert {line.state for line in lines} == {"ready"}
    assert {line.bank_file_id for line in lines} == {None}
    assert balance(made, f"available:{programme}") == 10**9
    assert balance(made, f"commitments:{programme}") == 0
    assert made.scalars(select(Appropriation)).one().committed_fen == 0
    assert sum(balances(made).values()) == 0
    submit(made, batch, by=people.maker)
    assert batch.state == "frozen", "the same people may act again in a new round"


def test_two_rounds_of_approval_and_return_leave_the_money_as_it_was(
    made: Session, data_dir: object
) -> None:
    batch = county_batch(made)
    for _ in range(3):
        people = staff()
        prepared(made, batch, people)
        assert balance(made, "commitments:MZ15") == 40_010
        send_back(made, batch, by=people.signer, reason="再核", on=PAY_DAY)
        assert balance(made, "commitments:MZ15") == 0
        assert balance(made, "available:MZ15") == 10**9
    assert batch.round == 4


def test_a_return_needs_a_reason_and_the_duty_of_whoever_decides_next(
    made: Session, data_dir: object
) -> None:
    people = staff()
    batch = frozen(made, county_batch(made), people)
    for reason in ("", "  \n"):
        with pytest.raises(ReasonMissing):
            send_back(made, batch, by=people.reviewer, reason=reason, on=PAY_DAY)
    for officer in (people.maker, people.signer):
        with pytest.raises(NotAllowed):
            send_back(made, batch, by=officer, reason="x", on=PAY_DAY)
    _money(made)
    approve(made, batch, by=people.reviewer, on=PAY_DAY)
    with pytest.raises(NotAllowed):
        send_back(
            made, batch, by=OfficerFactory.create(duties=["reviewer"]), reason="x", on=PAY_DAY
        )


def test_of_reviewers_at_once_one_decides(committed: Committed) -> None:
    with committed.transaction() as session:
        batch = frozen(session, county_batch(session), staff())
        _money(session)
        reviewers = [OfficerFactory.create(duties=["reviewer"]) for _ in range(8)]
    together = Barrier(8)

    def decide(reviewer: Officer) -> bool:
        together.wait(timeout=60)
        try:
            with committed.transaction() as session:
                approve(session, queries.locked(session, batch.id), by=reviewer, on=PAY_DAY)
        except IllegalMove:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, reviewers)) == 1
    with committed.transaction() as session:
        acts = session.scalars(select(BatchAct.act).order_by(BatchAct.at)).all()
        assert acts == ["submitted", "approved"]
        assert balances(session)["commitments:MZ15"] == 40_010


def test_batches_that_race_for_money_that_pays_three_of_them_are_approved_by_none(
    committed: Committed,
) -> None:
    with committed.transaction() as session:
        people, batches = staff(), []
        for number in range(8):
            batch = county_batch(session, 1, month=f"2026-{number + 1:02d}")
            batches.append(frozen(session, batch, people).id)
        _money(session, 3 * 10_001 + 500)

    def race() -> int:
        together = Barrier(8)

        def decide(batch_id: UUID) -> bool:
            together.wait(timeout=60)
            try:
                with committed.transaction() as session:
                    batch = queries.locked(session, batch_id)
                    approve(session, batch, by=people.reviewer, on=PAY_DAY)
            except MoneyContested:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(decide, batches))

    assert race() == 0
    with committed.transaction() as session:
        assert set(session.scalars(select(Batch.state))) == {"frozen"}
        assert balances(session)["available:MZ15"] == 3 * 10_001 + 500
        _money(session, 8 * 10_001 + 500)
    assert race() == 8
    with committed.transaction() as session:
        assert set(session.scalars(select(Batch.state))) == {"approved"}
        assert balances(session)["available:MZ15"] == 500


def test_people_of_one_chain_are_all_different(made: Session, data_dir: object) -> None:
    people: Staff = staff()
    batch = prepared(made, county_batch(made), people)
    acted = [act.officer_id for act in queries.acts_of(made, batch)]
    assert acted == [people.maker.id, people.reviewer.id]
