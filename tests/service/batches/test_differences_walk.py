"""Differences one by one: each once, forward and back, under every filter; and as a file."""

import csv

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.differences.models import BatchDifference
from service.batches.differences.walk import PER_PAGE, Which, every, walk
from service.batches.models import Batch
from service.batches.walk import NoSuchPlace
from service.foundation.ids import reference_of
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.service.web.browsing import SignInAs

HERE, THERE = "330523100000", "330523101000"
KINDS = (("joined", "begins"), ("left", "death"), ("left", "age"), ("changed", "standard"))


@pytest.fixture
def batch(made: Session) -> Batch:
    """230 differences of four kinds in two townships, written in no order."""
    batch: Batch = BatchFactory.create()
    line = PaymentFactory.create(batch=batch).id
    sums: dict[tuple[str, str], list[int]] = {kind: [0, 0] for kind in KINDS}
    for number in range(230):
        part, cause = KINDS[number * 7 % 4 if number % 10 else 3]
        last, this = (0 if part == "joined" else 100), (0 if part == "left" else 150 + number)
        made.add(
            BatchDifference(
                batch_id=batch.id, subject_kind="person", subject_id=number, part=part, cause=cause,
                township=(HERE, THERE)[number % 3 % 2], last_fen=last, this_fen=this,
                this_line_id=line,
            )
        )  # fmt: skip
        found = sums[part, cause]
        found[0], found[1] = found[0] + 1, found[1] + (last if part == "left" else this - last)
    batch.differences = {
        "causes": [
            {"part": part, "cause": cause, "count": count, "amount_fen": fen}
            for (part, cause), (count, fen) in sums.items()
        ]
    }
    made.flush()
    other = BatchFactory.create()
    made.add(
        BatchDifference(
            batch_id=other.id, subject_kind="person", subject_id=1, part="left", cause="death",
            township=HERE, last_fen=1, this_fen=0, last_line_id=line,
        )
    )  # fmt: skip
    made.flush()
    return batch


def matching(session: Session, which: Which) -> list[BatchDifference]:
    """Return what a plain query gives, in the order of the pages."""
    query = select(BatchDifference).where(BatchDifference.batch_id == which.batch.id)
    for column, wanted in (
        (BatchDifference.part, which.part),
        (BatchDifference.cause, which.cause),
        (BatchDifference.township, which.township),
    ):
        if wanted:
            query = query.where(column == wanted)
    rows = session.scalars(query).all()
    return sorted(rows, key=lambda one: (one.part, one.cause, one.township, one.id))


@pytest.mark.parametrize("township", ["", HERE, "330523199000"])
@pytest.mark.parametrize(
    ("part", "cause"),
    [("", ""), ("left", ""), ("left", "age"), ("", "standard"), ("joined", "age"), ("x", "y")],
)
def test_every_difference_comes_once_with_true_sums(
    made: Session, batch: Batch, part: str, cause: str, township: str
) -> None:
    which = Which(batch, part, cause, township)
    expected = matching(made, which)
    ids = [one.id for one in expected]
    fen = sum(one.this_fen - one.last_fen for one in expected)
    pages, stretch = [], walk(made, which)
    pages.append(stretch)
    while stretch.next:
        stretch = walk(made, which, after=stretch.next)
        pages.append(stretch)
    assert [row.id for page in pages for row in page.rows] == ids
    assert {(page.total, page.fen) for page in pages} == {(len(expected), fen)}
    assert [bool(page.previous) for page in pages] == [False] + [True] * (len(pages) - 1)
    way_back = {row.id for row in stretch.rows}
    while stretch.previous:
        stretch = walk(made, which, before=stretch.previous)
        way_back |= {row.id for row in stretch.rows}
    assert way_back == set(ids)
    assert [row.id for row in stretch.rows] == ids[:PER_PAGE]
    assert [one.id for one in every(made, which)] == ids


def test_a_place_of_no_or_of_another_batch_is_refused(made: Session, batch: Batch) -> None:
    foreign = made.scalars(
        select(BatchDifference.id).where(BatchDifference.batch_id != batch.id)
    ).first()
    assert foreign is not None
    for place in ("x", reference_of(foreign), reference_of(32**9)):
        for asked in ({"after": place}, {"before": place}):
            with pytest.raises(NoSuchPlace):
                walk(made, Which(batch), **asked)


def test_the_page_leads_on_and_the_file_has_all(batch: Batch, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("auditor")
    home = f"/batches/{batch.batch_no}/differences"
    first = browser.get(home).text
    assert "共 230 条" in first
    assert 'rel="prev"' not in first
    assert 'rel="next"' in first
    assert browser.get(home, params={"after": "x"}).status_code == 422
    written = browser.get(f"{home}.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(written.splitlines()))
    assert len(rows) == 230
    assert sum(int(row["this_fen"]) - int(row["last_fen"]) for row in rows) == sum(
        -one["amount_fen"] if one["part"] == "left" else one["amount_fen"]
        for one in batch.differences["causes"]
    )
    left = browser.get(f"{home}.csv", params={"part": "left"}).text
    assert {row["part"] for row in csv.DictReader(left.lstrip("\ufeff").splitlines())} == {"left"}
