"""A programme's trend is the sum of what village boards tell, so that nothing can be taken away from it."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.enquiry.board.view import board, village_of
from service.enquiry.boards.count import KIND, count_boards, count_month
from service.enquiry.boards.view import came_of, months_of
from service.foundation.jobs.handlers import KINDS
from service.foundation.months import Month
from service.residents.models import Division
from tests.factories.batches import BatchFactory
from tests.service.batches.reading import text_of
from tests.service.enquiry.board.test_village_board import OLD, TOWN, VILLAGE, paid, village
from tests.service.web.browsing import Browser

__all__ = ["village"]

pytestmark = pytest.mark.usefixtures("village")
OTHER = "330523100300"
AUTUMN = ("2026-09", "2026-10")


def two_villages(session: Session) -> None:
    """Six and one of a merged village, seven, and three of whom no board tells by name."""
    session.add(Division(code=OTHER, name="河口村", level="village", parent=TOWN))
    session.flush()
    old_age, care = BatchFactory.create(), BatchFactory.create(programme="MZ17")
    paid(session, old_age, 6, fen=15_000)
    paid(session, old_age, 1, fen=20_000, division=OLD)
    paid(session, old_age, 7, fen=10_000, division=OTHER)
    paid(session, care, 3, fen=30_000, division=OTHER)
    paid(session, care, 6, fen=30_000)
    paid(session, old_age, 5, fen=15_000, settled_on=date(2026, 9, 16))
    paid(session, old_age, 4, fen=15_000, settled_on=date(2026, 9, 16), division=OTHER)
    count_boards(session, "2026-10-16")
    count_month(session, Month.parse("2026-09"))


def test_the_sum_is_that_of_the_boards_and_of_nothing_else(session: Session) -> None:
    two_villages(session)
    told: Counter[tuple[str, str]] = Counter()
    for code in (VILLAGE, OTHER):
        for month in AUTUMN:
            view = board(session, village_of(session, code), date(2026, 10, 31), month)
            assert str(view.month) == month
            for row in view.told.rows:
                told[month, row.programme] += row.amount_fen
    found = {
        (one.month, one.programme): one.amount_fen
        for code in ("MZ15", "MZ17")
        for one in months_of(session, code)
    }
    assert found == {at: fen for at, fen in told.items() if at[1]}
    # The three of the other village took their neighbours' programme with them.
    assert found["2026-10", "MZ17"] == 6 * 30_000
    assert ("2026-10", "MZ15") in found
    assert found["2026-10", "MZ15"] == 6 * 15_000 + 20_000


def test_the_guide_draws_it_with_its_numbers_and_nothing_where_nothing_is_told(
    session: Session, browser: Browser
) -> None:
    assert came_of(session, "MZ15") is None
    assert "全县发了多少" not in browser.get("/programmes/MZ15").text
    two_villages(session)
    page = browser.get("/programmes/MZ15").text
    assert "2026年10月至少有 7 人领到本项补贴，共 1,100.00 元到卡" in text_of(page)
    assert page.count('class="plot"') == 2
    assert "<caption>每月金额</caption>" in page
    assert 'class="end s1"' not in page
    assert "全县发了多少" not in browser.get("/programmes/MZ01").text
    # One month is a sentence and no line.
    assert "全县发了多少" in browser.get("/programmes/MZ17").text
    assert 'class="plot"' not in browser.get("/programmes/MZ17").text
    asked = browser.get("/api/programmes/MZ15/came").json()
    assert [(one["month"], one["people"]) for one in asked] == [("2026-09", 5), ("2026-10", 7)]
    assert browser.get("/api/programmes/XX99/came").status_code == 404


def test_counting_again_changes_nothing_and_a_closed_day_asks_for_it(session: Session) -> None:
    two_villages(session)
    before = [(one.month, one.people) for one in months_of(session, "MZ15")]
    count_boards(session, "2026-10-16")
    session.expire_all()
    assert [(one.month, one.people) for one in months_of(session, "MZ15")] == before
    assert KINDS[KIND].handler is count_boards
