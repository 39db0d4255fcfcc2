"""A list of lines narrowed by place, difference, amount and reference, on the page and as the same file."""

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.compared import picture
from service.batches.differences.models import BatchDifference
from service.batches.models import Batch, Payment
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs

HERE, THERE = "330523100200", "330523101201"


@pytest.fixture
def lines(made: Session) -> tuple[Batch, list[Payment]]:
    """Sixty lines of 100 yuan, then one of 250.50 in another township, which joined."""
    batch: Batch = BatchFactory.create()
    found = [
        PaymentFactory.create(batch=batch, division=HERE, amount_fen=10_000) for _ in range(60)
    ]
    last = PaymentFactory.create(batch=batch, division=THERE, amount_fen=25_050)
    made.add(
        BatchDifference(
            batch_id=batch.id, subject_kind=last.subject_kind, subject_id=last.subject_id, part="joined",
            cause="age", township=f"{THERE[:9]}000", last_fen=0, this_fen=25_050, this_line_id=last.id,
        )
    )  # fmt: skip
    made.flush()
    return batch, [*found, last]


@pytest.mark.parametrize(
    "asked", ["place=330523101000", f"place={THERE}", "least=250.50", "part=joined", "reference"]
)
def test_each_filter_leaves_the_one_line(
    lines: tuple[Batch, list[Payment]], sign_in_as: SignInAs, asked: str
) -> None:
    batch, every = lines
    asked = f"reference={every[-1].reference}" if asked == "reference" else asked
    browser = sign_in_as("maker")
    page = browser.get(f"/batches/{batch.batch_no}?{asked}").text
    assert "共 1 笔" in text_of(page)
    assert f"/batches/{batch.batch_no}/lines/{every[-1].reference}" in page
    file = browser.get(f"/batches/{batch.batch_no}/lines.csv?{asked}").text
    assert [row.split(",")[0] for row in file.splitlines()[1:]] == [every[-1].reference]


def test_filters_stay_on_the_next_page_and_in_the_file_which_is_recorded(
    lines: tuple[Batch, list[Payment]], sign_in_as: SignInAs, made: Session
) -> None:
    batch, every = lines
    browser = sign_in_as("maker")
    page = browser.get(f"/batches/{batch.batch_no}?most=100&state=ready").text
    assert "共 60 笔" in text_of(page)
    assert "most=100&amp;state=ready&amp;after=" in page
    assert f'href="/batches/{batch.batch_no}/lines.csv?state=ready&amp;most=100"' in page
    answer = browser.get(f"/batches/{batch.batch_no}/lines.csv?most=100&state=ready")
    name = f"{batch.programme}-{batch.month}-ready.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert len(answer.text.splitlines()) == 61
    assert every[0].payee_name not in answer.text
    kept = made.scalars(select(AuditEntry).where(AuditEntry.act == "people.exported")).all()
    assert [one.object_id for one in kept] == [str(batch.id)]


def test_what_is_no_amount_is_said_so(
    lines: tuple[Batch, list[Payment]], sign_in_as: SignInAs
) -> None:
    answer = sign_in_as("maker").get(f"/batches/{lines[0].batch_no}?least=much")
    assert answer.status_code == 422
    assert "不是金额" in answer.text


def test_the_picture_stands_where_the_sum_does() -> None:
    parts = {"last": 100_000, "joined": 10_000, "left": 5_000, "changed": -5_000, "this": 100_000}
    drawn = picture({name: {"count": 1, "amount_fen": fen} for name, fen in parts.items()})
    assert drawn is not None
    last, joined, left, changed, this = drawn.bars
    assert joined.left == last.left + last.width
    assert abs(left.left + left.width - joined.left - joined.width) <= 1
    assert abs(changed.left + changed.width - left.left) <= 1
    assert abs(changed.left - this.width) <= 1
    assert (last.width, last.shown, left.shown) == (this.width, "1,000.00", "-50.00")
    assert drawn.begins
    assert picture({}) is None


@pytest.mark.parametrize(
    "asked",
    ["place=330523101000", "least_fen=25050", "part=joined", "reference", "least_fen=1&most_fen=9"],
)
def test_a_program_filters_as_the_page_does(
    lines: tuple[Batch, list[Payment]], sign_in_as: SignInAs, asked: str
) -> None:
    batch, every = lines
    expected = [] if asked.endswith("=9") else [every[-1].reference]
    asked = f"reference={every[-1].reference}" if asked == "reference" else asked
    told = sign_in_as("auditor").get(f"/api/batches/{batch.batch_no}/lines?{asked}").json()
    assert [one["reference"] for one in told["lines"]] == expected
    assert (told["total"], told["is_more"]) == (len(expected), False)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("state=lost", "state"),
        ("control=none", "control"),
        ("part=left", "part"),
        ("place=here", "place"),
        ("reference=00", "reference"),
        ("least_fen=3&most_fen=2", "least_fen"),
        ("most_fen=much", "most_fen"),
        ("least_fen=-1", "least_fen"),
    ],
)
def test_a_program_is_told_which_parameter_is_wrong(
    lines: tuple[Batch, list[Payment]], sign_in_as: SignInAs, asked: str, named: str
) -> None:
    answer = sign_in_as("auditor").get(f"/api/batches/{lines[0].batch_no}/lines?{asked}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in str(answer.json())


def test_no_more_lines_are_counted_than_the_page_says(
    lines: tuple[Batch, list[Payment]], sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.batches.walk.COUNTED_MAX", 40)
    browser = sign_in_as("maker")
    home = f"/batches/{lines[0].batch_no}"
    page = text_of(browser.get(f"{home}?most=100").text)
    assert "超过 40 笔" in page
    assert "超过 40 条" in page
    told = browser.get(f"/api{home}/lines?most_fen=10000").json()
    assert (told["total"], told["is_more"], len(told["lines"])) == (40, True, 50)
    assert "共 60 笔" in text_of(browser.get(f"{home}?place=330523100000").text)


def test_the_sheet_has_what_the_file_has(
    lines: tuple[Batch, list[Payment]], sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, _ = lines
    PaymentFactory.create(batch=batch, division=HERE, amount_fen=10_000, period="=1+1")
    browser = sign_in_as("maker")
    home = f"/batches/{batch.batch_no}"
    answer = browser.get(f"{home}/lines.xlsx?most=100")
    name = f"{batch.programme}-{batch.month}-all.xlsx"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows())
    file = list(csv.reader(io.StringIO(browser.get(f"{home}/lines.csv?most=100").text[1:])))
    assert [[str(one.value) for one in row] for row in rows[2:-1]] == file
    assert {one.data_type for row in rows[3:-1] for one in row[:-1]} == {"s"}
    assert {row[-1].data_type for row in rows[3:-1]} == {"n"}
    monkeypatch.setattr("service.batches.lines_file.SHEET_LINES_MAX", 61)
    assert browser.get(f"{home}/lines.xlsx?most=100").status_code == 200
    refused = browser.get(f"{home}/lines.xlsx")
    assert refused.status_code == 409
    assert "最多 61 笔" in refused.text
