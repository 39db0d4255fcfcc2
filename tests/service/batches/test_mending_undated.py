"""What departments say of no day mends no month before they said it; what has a day, or a correction, does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from service.batches.models import Payment
from service.batches.recoveries.models import RecoveryCase, RecoveryItem
from tests.foundation.committed import Committed
from tests.service.batches.paid_town import Town

JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 10)
BOTH = ["2026-08", "2026-09"]


@pytest.fixture
def town(committed: Committed) -> Iterator[Town]:
    with time_machine.travel(datetime(2026, 10, 12, 2, 0, tzinfo=UTC), tick=True):
        yield Town(committed)


class Asking:
    """People who asked for the care subsidy (MZ09) in June, and what became of their months."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def person(self, birth: str, **certificate: str) -> str:
        """Somebody whose application was approved; with a certificate if one is given."""
        offices = self.town.offices
        number = offices.resident(birth)
        offices.says(
            "XZ_COLL", number, programme="MZ09", apply_date="2026-06-05", approve_date="2026-06-20"
        )
        offices.says(
            "MZ_ELD", number, assess="完好", selfcare="能", assessed_on="2026-01-05",
            valid_to="2028-01-05",
        )  # fmt: skip
        if certificate:
            self.certificate(number, **certificate)
        return number

    def certificate(self, number: str, **cells: str) -> None:
        """Let the federation say something of a certificate."""
        said = {"status": "正常", "expires_on": "2033-01-01", "category": "肢体", **cells}
        self.town.offices.says("CL_CERT", number, **said)

    def deliver(self, as_of: date) -> None:
        """Deliver what is new, as the data of a day."""
        with self.town.committed.transaction() as session:
            self.town.offices.session = session
            self.town.offices.deliver(as_of)

    def mended(self, number: str) -> tuple[list[str], list[str]]:
        """Return the months a person got lines for by mending, and those asked back."""
        with self.town.committed.transaction() as session:
            self.town.offices.session = session
            person = self.town.offices.person_id(number)
            lines = session.scalars(
                select(Payment.period)
                .where(Payment.subject_id == person, Payment.line_type != "regular")
                .order_by(Payment.period)
            ).all()
            asked = session.scalars(
                select(RecoveryItem.period)
                .join(RecoveryCase, RecoveryCase.id == RecoveryItem.case_id)
                .where(RecoveryCase.subject_id == person)
                .order_by(RecoveryItem.period)
            ).all()
        return list(lines), list(asked)


@pytest.fixture
def asking(town: Town) -> Asking:
    return Asking(town)


def test_a_new_grade_counts_from_its_day_on_and_for_no_month_before(asking: Asking) -> None:
    """Regraded up or down, named no more, or seen first: without a day, past months stay as they are.

    A day given by the record, or a list of an earlier day, mends exactly the months from it on.
    """
    down, redated, gone = (
        asking.person(f"195{n}-03-03", grade="一级", issued_on="2020-05-05") for n in range(3)
    )
    up, reissued, sent_late = (
        asking.person(f"196{n}-03-03", grade="三级", issued_on="2020-05-05") for n in range(3)
    )
    first, first_dated = (asking.person(f"197{n}-03-03") for n in range(2))
    asking.deliver(JULY)
    asking.town.pay("MZ09")
    assert len(asking.town.lines("regular")) == 6
    # A list of the tenth of September that arrives in October.
    asking.certificate(sent_late, grade="一级", issued_on="2020-05-05")
    asking.deliver(date(2026, 9, 10))
    asking.certificate(down, grade="三级", issued_on="2020-05-05")
    asking.certificate(redated, grade="三级", issued_on="2026-09-05")
    asking.certificate(up, grade="一级", issued_on="2020-05-05")
    asking.certificate(reissued, grade="二级", issued_on="2026-09-05")
    asking.certificate(first, grade="一级")
    asking.certificate(first_dated, grade="一级", issued_on="2026-08-05")
    asking.town.offices.forgets("CL_CERT", gone)
    asking.deliver(OCTOBER)
    for _ in range(2):
        asking.town.look_back()
        assert asking.mended(down) == ([], [])
        assert asking.mended(up) == ([], [])
        assert asking.mended(gone) == ([], [])
        assert asking.mended(first) == ([], [])
        assert asking.mended(redated) == ([], ["2026-09"])
        assert asking.mended(reissued) == (["2026-09"], [])
        assert asking.mended(sent_late) == (["2026-09"], [])
        assert asking.mended(first_dated) == (BOTH, [])


def test_a_correction_of_the_wrong_days_list_mends_the_past(asking: Asking) -> None:
    """The federation had mistyped two grades in July; the steward lets its list of that day come again."""
    wrong_up = asking.person("1950-03-03", grade="一级", issued_on="2020-05-05")
    wrong_down = asking.person("1951-03-03", grade="三级", issued_on="2020-05-05")
    asking.deliver(JULY)
    asking.town.pay("MZ09")
    asking.certificate(wrong_up, grade="三级", issued_on="2020-05-05")
    asking.certificate(wrong_down, grade="一级", issued_on="2020-05-05")
    asking.deliver(OCTOBER)
    asking.town.look_back()
    assert (asking.mended(wrong_up), asking.mended(wrong_down)) == (([], []), ([], []))
    # The same words, now as what should have been said on the first of July.
    asking.certificate(wrong_up, grade="三级", issued_on="2020-05-05")
    asking.deliver(JULY)
    asking.town.look_back()
    assert asking.mended(wrong_up) == ([], BOTH)
    assert asking.mended(wrong_down) == (BOTH, [])


def test_a_status_first_said_without_a_day_asks_no_money_back(asking: Asking) -> None:
    """A reservoir's migrant stands on the payroll's list in October: since when, it does not say."""
    offices = asking.town.offices
    undated, dated = (offices.resident(f"196{n}-03-03") for n in range(2))
    for number in (undated, dated):
        offices.says(
            "SL_MIG", number, moved_on="1990-01-01", term_end="2030-01-01", mode="直补",
            registered="是", reservoir_size="大中型",
        )  # fmt: skip
    asking.deliver(JULY)
    asking.town.pay("SL01")
    assert asking.town.lines("regular") == [("SL01", "2026", 60_000)] * 2
    offices.says("CZ_PAY", undated, on_payroll="是")
    offices.says("CZ_PAY", dated, on_payroll="是", from_date="2026-08-01")
    asking.deliver(OCTOBER)
    asking.town.look_back()
    assert asking.mended(undated) == ([], [])
    assert asking.mended(dated) == ([], ["2026"])
