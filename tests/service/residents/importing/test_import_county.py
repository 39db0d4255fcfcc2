"""A whole synthetic county, dirt included, is taken over; every planted fault is found."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.county import CountySummary, make_county
from service.residents.identity.find import find
from service.residents.importing import import_folder
from service.residents.importing.folder import FeedUnclear, ManifestBroken
from service.residents.models import Account, Delivery, FeedRecord, Person, RejectedRow
from tests.service.residents.importing.deliveries import OFFICE, delivery, row


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    return make_county(tmp_path_factory.mktemp("county"), residents=2_000, seed=7, month="2026-10")


def _import(session: Session, folder: Path) -> list[Delivery]:
    @contextmanager
    def opened() -> Iterator[Session]:
        yield session

    seen: list[tuple[int, int, str]] = []
    found = import_folder(
        opened, folder, by=OFFICE, told=lambda number, of, one: seen.append((number, of, one.feed))
    )
    assert [number for number, _, _ in seen] == list(range(1, len(found) + 1))
    return found


def test_a_county_of_two_thousand_is_imported_whole(
    county: CountySummary, session: Session
) -> None:
    deliveries = _import(session, county.folder / county.months[0])
    assert {one.feed: one.rows_total for one in deliveries} == county.rows[county.months[0]]
    assert {one.state for one in deliveries} == {"imported"}
    assert sum(one.rows_rejected for one in deliveries) < 40
    named = session.scalar(select(func.count()).select_from(Person).where(Person.name.is_not(None)))
    hukou = next(one for one in deliveries if one.feed == "GA_HUKOU")
    assert named == hukou.rows_accepted
    cards = next(one for one in deliveries if one.feed == "RS_CARD")
    assert session.scalar(select(func.count()).select_from(Account)) == cards.rows_accepted


def test_the_next_month_changes_only_what_happened(county: CountySummary, session: Session) -> None:
    _import(session, county.folder / county.months[0])
    before = session.scalar(select(func.count()).select_from(FeedRecord))
    deliveries = _import(session, county.folder / county.months[1])
    after = session.scalar(select(func.count()).select_from(FeedRecord))
    full = [one for one in deliveries if one.feed in {"GA_HUKOU", "RS_CARD", "MZ_CHECK"}]
    for one in full:
        assert one.rows_unchanged > 0.95 * one.rows_accepted
    assert before is not None
    assert after is not None
    monthly = sum(one.rows_accepted for one in deliveries if one.feed in {"SW_TAX", "GJJ"})
    assert after - before < 400 + monthly


def test_every_planted_fault_is_rejected_and_every_planted_spelling_is_taken(
    county: CountySummary, session: Session
) -> None:
    for month in county.months:
        _import(session, county.folder / month)
    truth = json.loads((county.folder / "truth.json").read_text(encoding="utf-8"))
    found: dict[str, int] = {}
    for kept in session.scalars(select(RejectedRow)):
        for code in {one["code"] for one in kept.faults}:
            found[code] = found.get(code, 0) + 1
    planted = {
        "id_check": "id_wrong_check",
        "cell_formula": "id_formula_cell",
        "id_as_number": "id_numeric_cell",
        "value_missing": "required_missing",
    }
    for code, category in planted.items():
        assert found.get(code, 0) == len(truth[category]), category
    for category in ("id_15_digits", "id_full_width", "id_lower_x", "id_with_spaces"):
        assert all(find(session, entry["person"]) for entry in truth[category]), category


def test_a_folder_without_a_manifest_is_imported_by_the_headers_of_its_files(
    session: Session, tmp_path: Path
) -> None:
    for code in ("GA_HUKOU", "WJ_DEATH", "MZ_CREM", "NY_LAND", "BK_RET"):
        (tmp_path / f"{code.lower()[3:]}.csv").write_bytes(delivery(code, row(code, 1)))
    assert {one.feed for one in _import(session, tmp_path)} == {
        "GA_HUKOU", "WJ_DEATH", "MZ_CREM", "NY_LAND", "BK_RET",
    }  # fmt: skip


def test_a_file_that_fits_no_feed_stops_the_folder_before_anything_is_imported(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(delivery("GA_HUKOU", row("GA_HUKOU", 1)))
    (tmp_path / "b.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(FeedUnclear):
        _import(session, tmp_path)
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0


@pytest.mark.parametrize(
    "manifest",
    [
        "{",
        "{}",
        '[{"feed": "GA_HUKOU"}]',
        '[{"feed": "GA_HUKOU", "file": "../x.csv"}]',
        '[{"feed": "GA_HUKOU", "file": "no.csv"}]',
    ],
)
def test_a_manifest_that_names_nothing_or_leaves_the_folder_is_refused(
    session: Session, tmp_path: Path, manifest: str
) -> None:
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(ManifestBroken):
        _import(session, tmp_path)
