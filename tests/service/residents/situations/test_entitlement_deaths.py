"""Deaths: the month of death is paid whole, and nothing after it, however late it is learned."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.models import Decision
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.models import Payment, PaymentHold
from tests.service.residents.situations.offices import DUE_NOTHING, Decided, Offices

EIGHTIES = ("due", 6_000)


def _dies(offices: Offices, number: str, day: str) -> None:
    """Two sources that agree: the medical certificate and the crematorium."""
    offices.says("WJ_DEATH", number, death_date=day)
    offices.says("MZ_CREM", number, death_date=day, cremated_on=day)


def _holds(session: Session, decided: Decided, person_id: int) -> tuple[str, set[str]]:
    """Build the month's list; return the state of a person's line and what holds it."""
    assert build(session, decided.assessment, "MZ15", by=SYSTEM) is not None
    line = session.scalars(
        select(Payment).where(
            Payment.subject_id == person_id, Payment.period == decided.assessment.month
        )
    ).one()
    found = session.scalars(select(PaymentHold.control).where(PaymentHold.payment_id == line.id))
    return line.state, set(found)


@pytest.mark.parametrize("day", ["2026-10-01", "2026-10-30"])
def test_who_dies_on_whatever_day_is_due_that_whole_month_and_none_after(
    offices: Offices, day: str
) -> None:
    """Situation 1: the full amount for the month of death, no days counted, none from the next."""
    elder = offices.resident("1940-03-03")
    _dies(offices, elder, day)
    assert offices.decide("2026-10").of(elder, "MZ15") == EIGHTIES
    assert offices.decide("2026-11").of(elder, "MZ15") == DUE_NOTHING


def test_a_death_learned_four_months_late_shows_every_month_that_was_too_many(
    offices: Offices,
) -> None:
    """Situation 2: it stops at once, and asking past months again names those after the death.

    The case that asks the heirs to pay back is not written yet: these are the months it will claim.
    """
    elder = offices.resident("1940-03-03")
    months = ["2026-07", "2026-08", "2026-10"]
    assert offices.decide("2026-10").of(elder, "MZ15") == EIGHTIES
    _dies(offices, elder, "2026-07-20")
    assert [offices.decide(month).of(elder, "MZ15") for month in months] == [
        EIGHTIES, DUE_NOTHING, DUE_NOTHING,
    ]  # fmt: skip
    kept = offices.session.scalars(
        select(Decision.outcome)
        .where(Decision.subject_id == offices.person_id(elder), Decision.period == "2026-10")
        .where(Decision.programme == "MZ15")
        .order_by(Decision.id)
    ).all()
    assert kept[0] == "due", "what was decided then stays as it was decided"


def test_a_death_known_when_the_list_is_made_holds_the_line_of_that_month(
    offices: Offices, session: Session
) -> None:
    """Situation 3: the month of death is due, to the heirs: never to the card of the dead."""
    elder = offices.resident("1940-03-03")
    _dies(offices, elder, "2026-10-12")
    october = offices.decide("2026-10")
    assert october.of(elder, "MZ15") == EIGHTIES
    state, holds = _holds(session, october, offices.person_id(elder))
    assert state == "held"
    assert "payee_dead" in holds


def test_a_death_learned_between_the_decision_and_the_list_holds_the_line_too(
    offices: Offices, session: Session
) -> None:
    """Situation 3: the list is screened by what is known when it is made, not when it was decided."""
    elder = offices.resident("1940-03-03")
    october = offices.decide("2026-10")
    _dies(offices, elder, "2026-10-12")
    offices.deliver()
    assert "payee_dead" in _holds(session, october, offices.person_id(elder))[1]


def test_a_yearly_payment_goes_by_its_own_programmes_rule_about_deaths(offices: Offices) -> None:
    """Situation 4: a death in January ends a monthly item then, and a yearly one as its rule says.

    The family planning reward itself is not written yet. Of the two yearly programmes here a
    reservoir migrant's year is paid to its end, a child's ends with the month.
    """
    migrant, child = offices.resident("1950-05-05"), offices.resident("2025-08-08")
    offices.says(
        "SL_MIG",
        migrant,
        moved_on="2008-05-01",
        term_end="2028-05-01",
        mode="直补",
        registered="是",
    )
    offices.says("WJ_FP", child, legal_birth="是", birth_order=1)
    offices.says(
        "XZ_COLL", child, programme="WJ06", apply_date="2025-09-01", approve_date="2025-09-20"
    )
    for person in (migrant, child):
        _dies(offices, person, "2026-01-15")
    september, next_year = offices.decide("2026-09"), offices.decide("2027-01")
    assert september.of(migrant, "SL01") == ("due", 60_000)
    assert september.of(child, "WJ06") == DUE_NOTHING
    assert next_year.of(migrant, "SL01") == DUE_NOTHING
    assert september.fact(migrant, "p__death_date") == date(2026, 1, 15)
