"""A value of no day holds since the delivery that first said it, whichever order deliveries came in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation.months import Month
from service.residents import feeds
from service.residents.feeds.checking import faults_of
from service.residents.feeds.loading import read_yaml
from service.residents.identity.find import find
from service.residents.importing import import_delivery
from service.residents.snapshot import freeze, open_snapshot
from service.residents.snapshot.fields import FIELDS
from tests.service.residents.importing.deliveries import OFFICE, delivery, number_of, row
from tests.service.residents.snapshot.county import KEYS, read

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
WHO = number_of(1, "19500105")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel("2026-11-12T02:00:00Z", tick=True):
        yield


class Federation:
    """Sends lists of certificates of one day, in whatever order, and asks what held in a month."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.send("GA_HUKOU", date(2026, 1, 1), row("GA_HUKOU", WHO, birth="1950-01-05"))

    def send(self, feed: str, day: date, *rows: list[Any]) -> None:
        # Somebody is on this day's list only: the same bytes again would be the same delivery.
        others = [row(feed, number_of(700 + n, "19610606")) for n in (0, 1, 2, 3, 10 + day.month)]
        found = import_delivery(
            self.session, feed, delivery(feed, *rows, *others), "a.csv", by=OFFICE, as_of=day
        )
        assert (found.state, found.rows_rejected) == ("imported", 0), found.refusal

    def grade(self, day: date, grade: str | None, **cells: Any) -> None:
        """A list of ``day`` that says a grade of the person, or does not name the person."""
        said = {"issued_on": "", "status_on": "", "expires_on": "2033-01-01", **cells}
        self.send("CL_CERT", day, *([row("CL_CERT", WHO, grade=grade, **said)] if grade else []))

    def held(self, month: str, relied_at: datetime | None = LONG_AGO) -> Any:
        """Return the grade that held in a month, or False if there was no certificate."""
        snapshot = freeze(self.session, Month.parse(month), by=SYSTEM, relied_at=relied_at)
        open_snapshot(snapshot)
        person = find(self.session, WHO)
        assert person is not None
        (told,) = (one for one in read(snapshot, "person") if one[KEYS["person"]] == person.id)
        return told["dis__grade"] if told["dis__has_cert"] else told["dis__has_cert"]


@pytest.fixture
def federation(session: Session) -> Federation:
    return Federation(session)


_LISTS = [
    (date(2026, 7, 5), "三级"),
    (date(2026, 8, 5), "二级"),
    (date(2026, 9, 5), "三级"),
    (date(2026, 11, 5), "一级"),
]


@pytest.mark.parametrize("order", ["0123", "0213", "2031", "3210", "3021", "1302"])
def test_the_order_of_lists_changes_nothing(federation: Federation, order: str) -> None:
    for place in order:
        federation.grade(*_LISTS[int(place)])
    assert [federation.held(f"2026-{n:02d}") for n in range(7, 11)] == [3, 2, 3, 3]


def test_what_was_said_first_later_is_unknown_unless_the_month_relied_on_it(
    federation: Federation,
) -> None:
    """A month decided only now goes by what is known now: nothing better is."""
    federation.grade(date(2026, 10, 5), "二级")
    assert federation.held("2026-09") is None
    assert federation.held("2026-09", relied_at=None) == 2
    assert federation.held("2026-10") == 2


def test_a_day_in_the_record_says_since_when(federation: Federation) -> None:
    federation.grade(date(2026, 7, 5), "三级", issued_on="2020-01-05")
    federation.grade(date(2026, 10, 5), "二级", issued_on="2026-08-20")
    assert [federation.held(f"2026-{n:02d}") for n in (6, 7, 8, 9)] == [3, 3, 2, 2]


def test_a_list_that_names_somebody_no_more_counts_from_its_own_day(federation: Federation) -> None:
    federation.grade(date(2026, 7, 5), "三级")
    federation.grade(date(2026, 10, 5), None)
    assert [federation.held(f"2026-{n:02d}") for n in (7, 9, 10, 11)] == [3, 3, False, False]
    federation.grade(date(2026, 11, 5), "二级")
    assert [federation.held(f"2026-{n:02d}") for n in (7, 9, 11)] == [3, 3, 2]


def test_the_same_list_said_once_more_says_it_no_later(federation: Federation) -> None:
    federation.grade(date(2026, 7, 5), "三级")
    federation.grade(date(2026, 8, 5), "二级")
    federation.grade(date(2026, 10, 5), "二级")
    assert [federation.held(f"2026-{n:02d}") for n in (7, 8, 9)] == [3, 2, 2]


def test_a_correction_of_a_days_list_stands_in_its_place(federation: Federation) -> None:
    federation.grade(date(2026, 7, 5), "三级")
    federation.grade(date(2026, 10, 5), "二级")
    federation.grade(date(2026, 7, 5), "二级")
    assert [federation.held(f"2026-{n:02d}") for n in (7, 9, 10)] == [2, 2, 2]


def test_every_undated_column_that_rules_read_is_declared_by_a_full_feed() -> None:
    """The rest holds always: its own dates, or the key of the record, say of when it is."""
    for code, feed in feeds.every().items():
        assert not feed.undated or feed.mode == "full"
        named = [feed.column(name).kept_as for names in feed.undated.values() for name in names]
        assert set(named) <= set(FIELDS.get(code, ())), code


@pytest.mark.parametrize(
    ("undated", "fault"),
    [
        ({"always": ["grade"]}, "undated needs since_delivery, since_event or both"),
        ({"since_delivery": ["colour"]}, "undated: colour is no column, or part of the key"),
        ({"since_delivery": ["person"]}, "undated: person is no column, or part of the key"),
        (
            {"since_event": {"grade": ["category"]}},
            "undated: the event grade is neither a date nor a year",
        ),
        (
            {"since_delivery": ["grade"], "since_event": {"issued_on": ["grade"]}},
            "undated: grade comes twice",
        ),
    ],
)
def test_a_rule_about_undated_values_that_means_nothing_is_refused(
    undated: dict[str, Any], fault: str
) -> None:
    content = read_yaml(feeds._FOLDER / "CL_CERT.yaml")
    assert list(faults_of("CL_CERT", {**content, "undated": undated})) == [fault]
    late = {**content, "mode": "incremental"}
    assert any("full feeds" in one for one in faults_of("CL_CERT", late))
