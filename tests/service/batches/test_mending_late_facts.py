"""What is learned late becomes lines and cases of exactly the months it is about."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.assessment.models import Decision
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.recoveries.models import RecoveryItem
from tests.factories.batches import account, payee
from tests.factories.mending import Months
from tests.factories.residents import FeedRecordFactory, PersonFactory


@pytest.fixture
def months(made: Session) -> Months:
    return Months(made)


def test_a_death_learned_late_asks_back_exactly_the_months_after_it(months: Months) -> None:
    """Situation 2: died in August, paid until September, known in October; August stays paid."""
    person = payee()
    months.knows(person, "2026-07", "2026-08", "2026-09")
    months.run("2026-07", "2026-08", "2026-09")
    months.knows(person, "2026-09", fen=0)
    mended = months.mend("2026-10", "2026-07", "2026-08", "2026-09")
    assert (mended.batch, mended.cases) == (None, 1)
    assert months.asked(person) == {"2026-09": 10_000}
    (case,) = months.cases(person)
    assert (case.state, case.payee_person_id, case.month) == ("open", person.id, "2026-10")
    assert [line[-1] for line in months.lines(person)] == ["paid"] * 3


def test_a_case_names_the_line_it_mends_and_the_decision_that_says_so(
    months: Months, made: Session
) -> None:
    person = payee()
    months.knows(person, "2026-09")
    months.run("2026-09")
    months.knows(person, "2026-09", fen=4_000)
    months.mend("2026-10", "2026-09")
    item = made.scalars(select(RecoveryItem)).one()
    line = made.scalars(select(Payment)).one()
    assert (item.amount_fen, item.mends_id) == (6_000, line.id)
    assert made.get_one(Decision, item.decision_id).amount_fen == 4_000


def test_a_certificate_learned_late_brings_arrears_within_the_rules_reach(months: Months) -> None:
    """Situation 48: MZ15 pays back twelve months; the month before them stays unpaid."""
    other, late = payee(), payee()
    months.knows(other, "2025-09", "2025-10", "2026-09")
    months.run("2025-09", "2025-10", "2026-09")
    months.knows(late, "2025-09", "2025-10", "2026-09")
    mended = months.mend("2026-10", "2025-09", "2025-10", "2026-09")
    assert mended.batch is not None
    assert (mended.batch.kind, mended.batch.month) == ("mending", "2026-10")
    assert months.lines(late) == [
        ("2025-10", "arrears", 1, 10_000, "ready"),
        ("2026-09", "arrears", 1, 10_000, "ready"),
    ]
    assert len(months.lines(other)) == 3


def test_a_programme_that_pays_nothing_back_brings_no_arrears(made: Session) -> None:
    """Situation 48: dibao counts from its approval on."""
    months = Months(made, programme="MZ01")
    other, late = payee(), payee()
    months.knows(other, "2026-09")
    months.run("2026-09")
    months.knows(late, "2026-09")
    assert months.mend("2026-10", "2026-09").batch is None
    months.knows(other, "2026-09", fen=11_000)
    assert months.mend("2026-10", "2026-09").batch is not None
    assert months.lines(other)[-1] == ("2026-09", "supplementary", 1, 1_000, "ready")
    assert not months.lines(late)


def test_a_standard_raised_back_to_july_pays_everybody_for_the_months_each_was_due(
    months: Months, made: Session
) -> None:
    """Alive, dead since August, moved away since July: each for his own months, no others."""
    alive, dead, moved = payee(), payee(), payee()
    months.knows(alive, "2026-07", "2026-08", "2026-09")
    months.knows(dead, "2026-07", "2026-08")
    months.knows(moved, "2026-07")
    months.run("2026-07", "2026-08", "2026-09")
    for feed in ("WJ_DEATH", "MZ_CREM"):
        FeedRecordFactory.create(feed=feed, person=dead, data={"death_date": "2026-08-20"})
    months.knows(alive, "2026-07", "2026-08", "2026-09", fen=12_000)
    months.knows(dead, "2026-07", "2026-08", fen=12_000)
    months.knows(dead, "2026-09", fen=0)
    months.knows(moved, "2026-07", fen=12_000)
    months.knows(moved, "2026-08", "2026-09", fen=0)
    mended = months.mend("2026-10", "2026-07", "2026-08", "2026-09")
    new = [line[:4] for line in months.lines(alive) if line[-1] == "ready"]
    assert new == [(f"2026-0{n}", "supplementary", 1, 2_000) for n in (7, 8, 9)]
    assert [line for line in months.lines(moved) if line[-1] == "ready"] == [
        ("2026-07", "supplementary", 1, 2_000, "ready")
    ]
    # The heirs' money waits: it may not go to the account of somebody who died.
    held = [line for line in months.lines(dead) if line[-1] == "held"]
    assert [line[0] for line in held] == ["2026-07", "2026-08"]
    assert "payee_dead" in set(made.scalars(select(PaymentHold.control)))
    assert mended.cases == 0
    links = made.execute(
        select(Payment.period, Payment.mends_id).where(Payment.line_type == "supplementary")
    ).all()
    for period, mends_id in links:
        assert mends_id is not None
        assert made.get_one(Payment, mends_id).period == period


def test_what_is_not_known_mends_nothing(months: Months) -> None:
    person = payee()
    months.knows(person, "2026-09")
    months.run("2026-09")
    months.knows(person, "2026-09", fen=None)
    mended = months.mend("2026-10", "2026-09")
    assert (mended.batch, mended.cases) == (None, 0)


def test_who_is_in_none_of_the_facts_is_not_asked_back(months: Months) -> None:
    """Absent is not "not due": a person whom no file names any more may have moved registers."""
    person = payee()
    months.knows(person, "2026-09")
    months.run("2026-09")
    months.due.clear()
    assert months.mend("2026-10", "2026-09").cases == 0


def test_a_line_whose_fate_is_open_is_not_mended(months: Months) -> None:
    waiting = PersonFactory.create()  # No account: held.
    sent = payee()
    months.knows(waiting, "2026-09")
    months.knows(sent, "2026-09")
    months.build("2026-09")
    months.knows(waiting, "2026-09", fen=12_000)
    months.knows(sent, "2026-09", fen=0)
    mended = months.mend("2026-10", "2026-09")
    assert (mended.batch, mended.cases) == (None, 0)
    months.pay()
    assert months.mend("2026-10", "2026-09").cases == 1


def test_nothing_is_asked_back_while_more_is_on_its_way_for_the_month(months: Months) -> None:
    """One case about all of it, once the bank has paid the supplement that was too much as well."""
    person = payee()
    months.knows(person, "2026-09")
    months.run("2026-09")
    months.knows(person, "2026-09", fen=12_000)
    months.mend("2026-10", "2026-09")
    months.knows(person, "2026-09", fen=9_000)
    assert months.mend("2026-10", "2026-09").cases == 0
    months.pay()
    assert months.mend("2026-10", "2026-09").cases == 1
    assert months.asked(person) == {"2026-09": 3_000}


def test_a_held_line_of_a_past_month_is_freed_once_it_is_right(months: Months) -> None:
    person = PersonFactory.create()
    months.knows(person, "2026-09")
    months.build("2026-09")

    account(person)
    months.session.query(Batch).update({"state": "frozen"})
    mended = months.mend("2026-10", "2026-09")
    assert mended.freed is not None
    assert (mended.freed.kind, mended.freed.month) == ("mending", "2026-10")
    assert months.lines(person) == [("2026-09", "regular", 1, 10_000, "ready")]


def test_a_failed_line_goes_through_reissue_and_brings_no_arrears(months: Months) -> None:
    person = payee()
    months.knows(person, "2026-09")
    months.build("2026-09")
    months.pay()
    months.session.execute(
        update(Payment).where(Payment.subject_id == person.id).values(state="returned")
    )
    assert months.mend("2026-10", "2026-09").batch is None
    months.knows(person, "2026-09", fen=0)
    assert months.mend("2026-10", "2026-09").cases == 0, "the money is back already"


def test_months_before_the_first_list_were_paid_by_somebody_else(months: Months) -> None:
    person = payee()
    months.knows(person, "2026-08", "2026-09")
    months.run("2026-09")
    assert months.mend("2026-10", "2026-08", "2026-09").batch is None


def test_a_corrected_birth_date_counts_from_its_correction_on(months: Months) -> None:
    """Situation 9: what age brought in months before is neither asked back nor paid late."""
    older, younger = payee(), payee()
    for person in (older, younger):
        months.knows(person, "2026-08", "2026-09")
    months.run("2026-08", "2026-09")
    corrected = datetime(2026, 9, 10, tzinfo=UTC)
    for person in (older, younger):
        said = {"feed": "GA_HUKOU", "person": person}
        FeedRecordFactory.create(
            **said, data={"birth": "1946-08-01"}, known_from=datetime(2026, 1, 5, tzinfo=UTC),
            known_to=corrected,
        )  # fmt: skip
        FeedRecordFactory.create(**said, data={"birth": "1947-01-01"}, known_from=corrected)
    months.knows(older, "2026-08", "2026-09", fen=12_000)
    months.knows(younger, "2026-08", "2026-09", fen=0)
    months.mend("2026-10", "2026-08", "2026-09")
    assert [line[:2] for line in months.lines(older)[2:]] == [("2026-09", "supplementary")]
    assert months.asked(younger) == {"2026-09": 10_000}
