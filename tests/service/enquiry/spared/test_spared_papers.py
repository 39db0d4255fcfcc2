"""What people were spared: counted once a year for each person and programme, reckoned in the open."""

import re
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.enquiry.spared import drawn
from service.enquiry.spared.count import count_spared
from service.enquiry.spared.models import SparedCount
from service.enquiry.spared.reckon import Assumed, Spared, reckon
from service.programmes.burden import papers
from service.programmes.catalogue import rules
from service.residents.models import Division
from service.web.view_models import Tag
from tests.factories import residents
from tests.factories.batches import BatchFactory, PaymentFactory, payee
from tests.service.web.browsing import Browser

VILLAGE = "330523100200"


@pytest.fixture
def county(session: Session) -> Session:
    residents.use(session)
    session.add(Division(code="330523100000", name="青禾镇", level="township", parent=None))
    session.add(Division(code=VILLAGE, name="石桥村", level="village", parent="330523100000"))
    session.flush()
    return session


def paid(session: Session, batch: Batch, on: date, person: int, division: str | None) -> None:
    line = PaymentFactory.create(
        batch=batch,
        period=f"{on:%Y-%m}",
        payee_person_id=person,
        settled_on=on,
        division=division,
    )
    for then in ("frozen", "sent", "paid"):
        line.state = then
        session.flush()


def test_a_person_counts_once_a_year_and_programme(county: Session) -> None:
    batch, first, second = BatchFactory.create(), payee().id, payee().id
    for on in (date(2025, 12, 16), date(2026, 1, 16), date(2026, 2, 16)):
        paid(county, batch, on, first, VILLAGE)
    paid(county, batch, date(2026, 2, 16), second, None)
    for _ in range(2):  # Counting again changes nothing.
        count_spared(county, "2026")
    found = county.execute(
        select(SparedCount.month, SparedCount.division, SparedCount.people).order_by(
            SparedCount.month
        )
    ).all()
    assert [tuple(one) for one in found] == [("2026-01", VILLAGE, 1), ("2026-02", "", 1)]


def test_the_page_reckons_with_the_minutes_it_is_given(county: Session, browser: Browser) -> None:
    forms, proofs = papers(rules())["MZ15"]
    assert (forms, proofs) == (1, 4)
    batch = BatchFactory.create()
    for _ in range(6):
        paid(county, batch, date(2026, 10, 16), payee().id, VILLAGE)
    paid(county, batch, date(2026, 10, 16), payee().id, "330523100201")
    count_spared(county, "2026")
    shown = browser.get("/burden").text
    assert "2026年群众少填表格 7 张、少开证明 28 份" in shown
    assert "约省 45 小时" in shown  # (7 × 30 + 28 × 90) ÷ 60
    assert "约省 14 小时" in browser.get("/burden?form=0&proof=30").text
    assert browser.get("/burden?proof=601").status_code == 422
    town = browser.get("/burden?township=330523100").text
    assert "石桥村" in town
    # One person of the other village; beside the total, this one's figures would tell of that one.
    assert _rows_of(town) == {
        "石桥村": "人数较少，不公布",
        "330523100201": "人数较少，不公布",
    }
    answer = browser.get("/api/burden?year=2026").json()
    assert (answer["confirmations"], answer["forms"], answer["proofs"]) == (7, 7, 28)


def test_a_month_of_few_is_not_left_over_from_the_others(county: Session, browser: Browser) -> None:
    batch = BatchFactory.create()
    for month, people in ((8, 9), (9, 6), (10, 2)):
        for _ in range(people):
            paid(county, batch, date(2026, month, 16), payee().id, VILLAGE)
    count_spared(county, "2026")
    found = reckon(county, papers(rules()), 2026)
    # The year's sum stands above: told, September would leave October's two.
    assert [one.cells[1:] for one in drawn.papers(found).rows] == [
        [9, 36],
        [Tag("人数较少，不公布"), Tag("人数较少，不公布")],
        [Tag("人数较少，不公布"), Tag("人数较少，不公布")],
    ]
    assert next(row.cells[1] for row in drawn.hours(found, Assumed()).rows) == 58
    assert "人数较少，不公布" in browser.get("/burden").text


def test_a_township_of_few_is_not_told_on_its_own_page(county: Session, browser: Browser) -> None:
    batch = BatchFactory.create()
    for division, people in ((VILLAGE, 9), ("330523101200", 6), ("330523102200", 2)):
        for _ in range(people):
            paid(county, batch, date(2026, 10, 16), payee().id, division)
    count_spared(county, "2026")
    assert "少填表格 9 张" in browser.get("/burden?township=330523100").text
    for few in ("330523101", "330523102"):
        shown = browser.get(f"/burden?township={few}").text
        assert "本年度该乡镇人数较少，不公布" in shown
        assert "少填表格" not in shown


def _rows_of(page: str) -> dict[str, str]:
    """What the table of places says of each beside its name, in its first column."""
    table = page[page.rindex("<tbody>") : page.rindex("</tbody>")]
    rows = re.findall(r'<th scope="row">(.*?)</th><td[^>]*>(.*?)</td>', table)
    return {_words(name): _words(first) for name, first in rows}


def _words(cell: str) -> str:
    return re.sub("<[^>]+>", "", cell).strip()


def test_hours_are_whole_and_rounded_down() -> None:
    one = Spared()
    one.add(3, 1, 2)
    assert one.hours(Assumed(30, 90)) == 10  # 90 + 540 minutes are ten and a half hours.


def test_nothing_counted_says_so(browser: Browser) -> None:
    assert "本年度尚无统计" in browser.get("/burden").text
