"""An office that decided after the law's deadline: paid as from the deadline, and booked as its fault."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.models import Decision
from service.batches.mending.mend import mend
from service.batches.models import Batch, Payment
from service.foundation.months import Month
from tests.factories.assessment import DecisionFactory
from tests.factories.batches import payee
from tests.factories.mending import MAKER, Months
from tests.factories.officers import staff
from tests.foundation.committed import Committed
from tests.service.batches.paid_town import Town
from tests.service.batches.reading import text_of
from tests.service.notices.hanging import born, lines_of, posted
from tests.service.web.browsing import SignInAs

TODAY = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
MEANS = {
    "income_pc_fen": "1000.00", "monthly_income_fen": "0", "cash_pc_fen": "0", "cars": 0,
    "houses": 1, "nonres_house": "否", "equity_total_fen": "0", "authorised": "是",
    "refused_check": "否", "report_date": "2026-01-05",
}  # fmt: skip


@pytest.fixture
def town(committed: Committed) -> Iterator[Town]:
    with time_machine.travel(TODAY, tick=True):
        yield Town(committed)


def test_an_office_that_was_late_pays_from_the_month_of_its_deadline(town: Town) -> None:
    """Situation 49: approved in October; the months since the statutory deadline are paid, and say why.

    Without a deadline, or with one that was kept, the programme pays nothing back, as its rule says.
    """
    offices = town.offices
    due, july, september, kept, untold = (offices.resident(f"194{n}-03-03") for n in range(5))
    for person in (due, july, september, kept, untold):
        offices.says("MZ_CHECK", person, **MEANS)
        offices.says("MZ_ELD", person, assess="中", assessed_on="2026-01-05", valid_to="2028-01-05")
    offices.says(
        "MZ_SA", due, household_no="H1", head=due, category="低保", size=1,
        approved_date="2026-01-10", status="在保",
    )  # fmt: skip
    offices.says(
        "XZ_COLL", due, programme="MZ17", apply_date="2026-05-05", approve_date="2026-05-20"
    )
    town.pay("MZ17", "MZ01")
    assert len(town.lines("regular")) == 4
    late = {"programme": "MZ17", "apply_date": "2026-06-05", "approve_date": "2026-10-08"}
    offices.says("XZ_COLL", july, **late, decide_by="2026-07-31")
    offices.says("XZ_COLL", september, **late, decide_by="2026-09-01")
    offices.says("XZ_COLL", kept, **late, decide_by="2026-10-31")
    offices.says("XZ_COLL", untold, **late)
    offices.says(
        "MZ_SA", july, household_no="H2", head=july, category="低保", size=1,
        approved_date="2026-10-08", decide_by="2026-08-31", status="在保",
    )  # fmt: skip
    town.deliver()
    for _ in range(2):
        town.look_back()
        assert town.lines("arrears") == [
            ("MZ01", "2026-09", 17_500), ("MZ17", "2026-08", 12_500), ("MZ17", "2026-09", 12_500),
        ]  # fmt: skip
        assert town.asked() == []
    with town.committed.transaction() as session:
        found = session.scalars(
            select(Decision.is_office_late)
            .join(Payment, Payment.decision_id == Decision.id)
            .where(Payment.line_type == "arrears")
        ).all()
        assert found == [True] * 3
        regular = session.scalars(
            select(Decision.is_office_late)
            .join(Payment, Payment.decision_id == Decision.id)
            .where(Payment.line_type == "regular")
        ).all()
        assert not any(regular)


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "补发-机关原因"), ("en", "arrears: the office was late")],
)
def test_list_line_and_notice_say_that_the_office_was_late(
    made: Session, sign_in_as: SignInAs, language: str, said: str
) -> None:
    """Situation 49: whoever reads the list, a line of it or the notice sees whose fault it was."""
    months = Months(made, programme="MZ17")
    other, late = payee(), payee()
    months.knows(other, "2026-09")
    months.run("2026-09")
    past = months.assess("2026-09")
    DecisionFactory.create(
        assessment=past, programme="MZ17", subject_id=late.id, payee_person_id=late.id,
        amount_fen=10_000, is_office_late=True,
    )  # fmt: skip
    batch = mend(made, "MZ17", Month(2026, 10), [past], by=MAKER).batch
    assert batch is not None
    (line,) = lines_of(made, batch)
    browser = sign_in_as("reviewer", language=language)
    listed = browser.get(f"/batches/{batch.batch_no}")
    assert said in text_of(listed.text)
    assert said in text_of(browser.get(f"/batches/{batch.batch_no}/lines/{line.reference}").text)
    born(made, line, "1950-02-03")
    one = posted(made, made.get_one(Batch, batch.id), staff())
    hung = browser.get(f"/notices/{one.notice.number}").text
    assert said in text_of(hung)
