"""A walk through a list: every line once, the same back, along whatever filter and whoever looks."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment, PaymentHold
from service.batches.walk import LINES_PER_PAGE, NoSuchPlace, Wanted, walk
from service.foundation import clock
from service.foundation.ids import reference_of
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.officers import OfficerFactory
from tests.service.web.browsing import SignInAs

HERE, THERE = "330523100200", "330523101201"


@pytest.fixture
def batch(made: Session) -> Batch:
    """180 lines of three states and two townships, in no order; some held ones have open holds."""
    batch: Batch = BatchFactory.create()
    states = ("ready", "held", "ready", "frozen", "held")
    for number in range(180):
        state = states[number % 5]
        line = PaymentFactory.create(
            batch=batch, state="ready" if state == "frozen" else state,
            division=(HERE, THERE, HERE)[number % 3],
        )  # fmt: skip
        if state == "frozen":
            line.state = "frozen"
        if state == "held" and number % 2:
            made.add(PaymentHold(payment_id=line.id, control="no_account", found_at=clock.now()))
            made.add(PaymentHold(payment_id=line.id, control="payee_dead", found_at=clock.now()))
    made.flush()
    PaymentFactory.create_batch(3, batch=BatchFactory.create(), state="held")
    return batch


def there(session: Session, wanted: Wanted) -> tuple[list[list[int]], int]:
    """Walk from the first page to the last; return the pages and the count that each of them told."""
    pages, totals, after = [], set(), ""
    while True:
        stretch = walk(session, wanted, after=after)
        pages.append(stretch.ids)
        totals.add(stretch.total)
        assert bool(stretch.previous) == (len(pages) > 1)
        if not stretch.next:
            break
        after = stretch.next
    assert len(totals) == 1
    return pages, totals.pop()


def back(session: Session, wanted: Wanted) -> list[list[int]]:
    """Walk to the last page and back; return the pages of the way back, last first."""
    stretch = walk(session, wanted)
    while stretch.next:
        stretch = walk(session, wanted, after=stretch.next)
    pages = [stretch.ids]
    while stretch.previous:
        stretch = walk(session, wanted, before=stretch.previous)
        pages.append(stretch.ids)
    return pages


def counted(session: Session, batch: Batch, more: str = "true") -> list[int]:
    """Return what a plain query gives: held lines first, then by number."""
    rows = session.scalars(
        text(
            f"SELECT id FROM payments p WHERE batch_id = :batch AND ({more}) "
            "ORDER BY state <> 'held', id"
        ),
        {"batch": batch.id},
    )
    return list(rows)


OPEN = "EXISTS (SELECT FROM payment_holds h WHERE h.payment_id = p.id AND h.control = 'no_account')"


@pytest.mark.parametrize(
    ("state", "control", "same"),
    [
        ("", "", "true"),
        ("held", "", "state = 'held'"),
        ("ready", "", "state = 'ready'"),
        ("paid", "", "false"),
        ("", "no_account", OPEN),
        ("held", "no_account", OPEN),
        ("ready", "no_account", "false"),
        ("", "charset_unsendable", "false"),
        ("no such state", "", "false"),
    ],
)
@pytest.mark.parametrize("limited", [False, True])
def test_every_line_comes_once_in_order_with_a_true_count(
    made: Session, batch: Batch, state: str, control: str, same: str, limited: bool
) -> None:
    officer = OfficerFactory.create(duties=["maker"], division=HERE[:9])
    wanted = Wanted(batch, state, control, officer if limited else None)
    expected = counted(made, batch, f"{same} AND division LIKE '{HERE[:9]}%'" if limited else same)
    pages, total = there(made, wanted)
    assert [one for page in pages for one in page] == expected
    assert total == len(expected)
    assert all(len(page) == LINES_PER_PAGE for page in pages[:-1])
    # On the way back pages are cut elsewhere, but the first is the first page again.
    on_the_way = back(made, wanted)
    assert on_the_way[-1] == pages[0]
    assert {one for page in on_the_way for one in page} == set(expected)


def test_lines_that_come_and_go_shift_no_page(made: Session, batch: Batch) -> None:
    wanted = Wanted(batch, "held")
    first = walk(made, wanted)
    assert first.next
    made.get_one(Payment, first.ids[3]).state = "ready"
    made.flush()
    shown = set(first.ids)
    expected = [one for one in counted(made, batch, "state = 'held'") if one not in shown]
    assert walk(made, wanted, after=first.next).ids == expected
    # Even the line that the place was named by may be gone from where it was.
    made.get_one(Payment, first.ids[-1]).state = "ready"
    made.flush()
    assert walk(made, wanted, after=first.next).ids == expected


@pytest.mark.parametrize(
    "place", ["x", "h", "h123", "x000000000000", "o" + "0" * 12 + "1", "ħ" * 14]
)
def test_a_place_that_is_none_is_refused(made: Session, batch: Batch, place: str) -> None:
    for asked in ({"after": place}, {"before": place}):
        with pytest.raises(NoSuchPlace, match="names no place"):
            walk(made, Wanted(batch), **asked)


def test_a_place_beyond_either_end_is_an_empty_or_the_first_page(
    made: Session, batch: Batch
) -> None:
    beyond = walk(made, Wanted(batch), after=f"o{reference_of(32**9)}")
    assert (beyond.ids, beyond.total) == ([], 180)
    assert (
        walk(made, Wanted(batch), before=f"h{reference_of(0)}").ids == walk(made, Wanted(batch)).ids
    )


def test_pages_and_programs_follow_the_links_to_the_end(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("maker")
    home = f"/batches/{batch.batch_no}"
    first = browser.get(home).text
    assert "共 180 条" in first
    assert 'rel="prev"' not in first
    after = walk(made, Wanted(batch)).next
    assert f'href="{home}?after={after}#lines"' in first
    second = browser.get(home, params={"after": after}).text
    assert 'rel="prev"' in second
    assert "第一页" in second
    found, told = [], ""
    while True:
        said = browser.get(f"/api{home}/lines", params={"after": told}).json()
        found += [one["reference"] for one in said["lines"]]
        assert said["total"] == 180
        told = said["next"]
        if not told:
            break
    assert found == [reference_of(one) for one in counted(made, batch)]


def test_a_filter_in_use_is_taken_away_with_the_place(batch: Batch, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    home = f"/batches/{batch.batch_no}"
    asked = {"state": "ready", "after": f"o{reference_of(0)}"}
    page = browser.get(home, params=asked).text
    assert f'<li><a href="{home}">' in page


def test_an_officer_without_a_line_of_a_batch_does_not_find_it(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    elsewhere = OfficerFactory.create(duties=["maker"], division="330523109")
    browser = sign_in_as(officer=elsewhere)
    assert browser.get(f"/batches/{batch.batch_no}").status_code == 404
    assert batch.batch_no not in browser.get("/batches").text
    here = OfficerFactory.create(duties=["maker"], division=HERE[:9])
    browser = sign_in_as(officer=here)
    assert batch.batch_no in browser.get("/batches").text
    assert made.scalars(select(Payment.id).where(Payment.batch_id == batch.id)).first()
    assert "共 120 条" in browser.get(f"/batches/{batch.batch_no}").text
