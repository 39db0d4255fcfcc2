"""An officer of a township or of a programme has the overview of the payments he may read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.enquiry.board.fold import Came, fold
from service.enquiry.overview.asked import Wanted
from service.enquiry.overview.count import count_month
from service.enquiry.overview.counts import MANY, places_apart, told_apart
from service.enquiry.overview.models import OverviewCount
from service.foundation import clock
from service.foundation.months import Month
from service.residents.models import Division
from tests.factories import residents
from tests.factories.banks import BankFileFactory
from tests.factories.batches import BatchFactory, PaymentFactory, channel, payee
from tests.factories.officers import OfficerFactory
from tests.service.web.browsing import SignInAs

TOWN, OTHER = "330523100200", "330523101200"
PAY_DAY = date(2026, 10, 16)
OCTOBER = Wanted(Month(2026, 10), Month(2026, 10), "MZ15")
PEOPLE = st.dictionaries(
    st.sampled_from([f"P{number}" for number in range(8)]), st.integers(1, 40), min_size=1
)


@pytest.fixture
def october(session: Session) -> Session:
    """Six people of one township and two of another; two of the six have a second programme."""
    residents.use(session)
    for code, name in ((TOWN, "青禾镇"), (OTHER, "石鼓镇")):
        session.add(Division(code=code[:9] + "000", name=name, level="township", parent=None))
    bank = channel()
    people = [payee().id for _ in range(8)]
    for programme, some in (("MZ15", people), ("MZ09", people[:2])):
        batch = BatchFactory.create(programme=programme, month="2026-10")
        file = BankFileFactory.create(batch=batch, channel_id=bank.id, execution_date=PAY_DAY)
        for at, person in enumerate(some):
            line = PaymentFactory.create(
                batch=batch,
                payee_person_id=person,
                bank_file_id=file.id,
                settled_on=PAY_DAY,
                division=TOWN if at < 6 else OTHER,
            )
            for then in ("frozen", "sent", "paid"):
                line.state = then
                session.flush()
    count_month(session, "2026-10")
    return session


def test_a_township_sees_its_own_and_nothing_of_its_neighbour(
    october: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=OfficerFactory.create(duties=["reviewer"], division=TOWN[:9]))
    page = browser.get("/overview").text
    assert "青禾镇" in page
    assert "石鼓镇" not in page
    assert "800.00" in page  # Six and two lines of a hundred yuan.
    told = browser.get("/api/overview").json()
    assert told["townships"] == {
        TOWN[:9]: {"payments": 8, "people": 8, "amount_fen": 80_000},
    }
    assert {one["programme"] for one in told["trend"]} == {"MZ15", "MZ09"}
    assert told["ages"] == told["outcomes"] == {}
    for part in ("people", "time"):
        assert browser.get(f"/overview?part={part}&programme=MZ15").status_code == 200
    assert "600.00" in browser.get("/overview.csv?what=trend-money&programme=MZ15").text
    assert 'href="/overview"' in page, "the bar leads to it"


def test_a_programme_sees_its_own(october: Session, sign_in_as: SignInAs) -> None:
    scope = {
        "division": "",
        "programmes": ["MZ09"],
        "departments": [],
        "from": "2026-01-01",
        "to": None,
    }
    browser = sign_in_as(officer=OfficerFactory.create(duties=["maker"], scopes={"maker": [scope]}))
    told = browser.get("/api/overview?programme=MZ09").json()
    assert told["trend"][0]["months"]["2026-10"]["amount_fen"] == 20_000
    assert told["outcomes"]["first"]["payments"] == 2
    assert browser.get("/overview?programme=MZ15").status_code == 403
    of_all = browser.get("/api/overview").json()
    assert [one["programme"] for one in of_all["trend"]] == ["MZ09"]


def test_a_village_has_none_of_its_own(october: Session, sign_in_as: SignInAs) -> None:
    officer = OfficerFactory.create(duties=["reviewer"], division=TOWN)
    assert sign_in_as(officer=officer).get("/overview").status_code == 403


@given(people=PEOPLE)
def test_what_is_told_apart_is_what_the_fold_tells_of_the_fewest_there_may_be(
    people: dict[str, int],
) -> None:
    least = [Came(code, frozenset(range(min(n, MANY))), 1) for code, n in people.items()]
    assert told_apart(people) == {one.programme for one in fold(least).rows if one.programme}


@pytest.mark.parametrize(
    "people",
    [
        {"MZ15": 9, "MZ09": 6},
        {"MZ15": 9, "MZ09": 2},
        {"MZ15": 25, "MZ09": 30, "MZ01": 4},
        {"MZ15": 25, "MZ17": 30, "MZ01": 4},
        {"MZ15": 4, "MZ09": 9},
        {"MZ15": 6},
    ],
    ids=str,
)
def test_the_database_tells_the_same_apart(session: Session, people: dict[str, int]) -> None:
    for code, count in people.items():
        session.add(
            OverviewCount(
                month="2026-10", cut="place", programme=code, key=TOWN[:9],
                payments=count, people=count, amount_fen=count, counted_at=clock.now(),
            )
        )  # fmt: skip
    session.flush()
    is_told = "MZ15" in told_apart(people)
    assert places_apart(session, OCTOBER) == ({("2026-10", TOWN[:9])} if is_told else set())
