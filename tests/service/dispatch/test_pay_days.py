"""For which banking day a file is made: cut-offs, days' limits, its number and its payees' numbers."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.decide import send_back
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.build import build
from service.batches.models import Batch, Payment
from service.dispatch import queries
from service.dispatch.agreed_days import AgreedDays
from service.dispatch.models import BankFile
from service.dispatch.prepare import prepare
from service.dispatch.write import LinesUnsendable
from service.foundation import clock
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import (
    PAY_DAY,
    approved,
    channel,
    due,
    fresh_feeds,
    payee,
    prepared,
)
from tests.factories.officers import staff
from tests.factories.residents import PersonIdentifierFactory

FRIDAY, MONDAY, TUESDAY = PAY_DAY, date(2026, 10, 19), date(2026, 10, 20)
At = Callable[[str], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Set our clock, in the county's time."""

    def now(text: str) -> None:
        instant = datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
        monkeypatch.setattr(clock, "now", lambda: instant)

    return now


def _listed(
    session: Session, *amounts_fen: int, month: str = "2026-10", numbers: bool = False
) -> Batch:
    """Build a list of the rural bank's payees over these amounts."""
    fresh_feeds(session)
    assessment = AssessmentFactory.create(month=month)
    for amount_fen in amounts_fen:
        person = payee()
        if numbers:
            PersonIdentifierFactory.create(person=person)
        due(assessment, person, amount_fen)
    made = build(session, assessment, "MZ15", by=SYSTEM)
    assert made is not None
    return made


def _files(session: Session, batch: Batch) -> list[BankFile]:
    return queries.of_batch(session, batch)


def _days(session: Session, batch: Batch) -> list[tuple[date, int]]:
    return [(file.execution_date, file.count) for file in _files(session, batch)]


@pytest.mark.parametrize(
    ("now", "days", "wanted"),
    [
        ("2026-10-16 16:25:00", {"cut_off": "16:30"}, FRIDAY),
        ("2026-10-16 16:25:01", {"cut_off": "16:30"}, MONDAY),
        ("2026-10-16 23:59:00", {"cut_off": "23:59", "cut_off_apart_seconds": 0}, FRIDAY),
        ("2026-10-16 23:59:01", {"cut_off": "23:59", "cut_off_apart_seconds": 0}, MONDAY),
        ("2026-10-16 23:59:59", {}, FRIDAY),
        ("2026-10-16 17:00:00", {"cut_off": "16:30", "closed_days": ("2026-10-19",)}, TUESDAY),
        (
            "2026-10-16 17:00:00",
            {"cut_off": "16:30", "executes_every_day": True},
            date(2026, 10, 17),
        ),
    ],
)
def test_a_file_is_for_the_next_day_on_which_the_bank_executes(
    made: Session, data_dir: object, at: At, now: str, days: dict[str, Any], wanted: date
) -> None:
    at(now)
    channel("rural", days=AgreedDays(**days))
    batch = prepared(made, _listed(made, 10_000), staff())
    assert _days(made, batch) == [(wanted, 1)]


def test_what_is_over_a_days_limit_is_for_the_days_after_and_no_line_is_lost(
    made: Session, data_dir: object, at: At
) -> None:
    at("2026-10-16 10:00:00")
    channel("rural", days=AgreedDays(lines_a_day_max=4, fen_a_day_max=40_000))
    amounts = (10_000, 10_000, 10_000, 10_000, 10_001, 9_999, 10_000, 10_000, 1)
    first = prepared(made, _listed(made, *amounts), staff())
    # Exactly the limit, exactly the limit again, and the rest.
    assert _days(made, first) == [(FRIDAY, 4), (MONDAY, 4), (TUESDAY, 1)]
    lines = made.scalars(select(Payment).where(Payment.batch_id == first.id)).all()
    carried = {file.id: file.amount_fen for file in _files(made, first)}
    assert {line.bank_file_id for line in lines} == set(carried)
    assert sum(carried.values()) == sum(line.amount_fen for line in lines) == sum(amounts)
    assert sorted(line.amount_fen for line in lines) == sorted(amounts), "no payment was divided"

    # Another list finds the room that is left, on the day on which there is some.
    second = prepared(made, _listed(made, 39_998, 1, month="2026-09"), staff())
    assert _days(made, second) == [(TUESDAY, 2)]
    third = prepared(made, _listed(made, 1, month="2026-08"), staff())
    assert _days(made, third) == [(date(2026, 10, 21), 1)]
    # A list that was sent back leaves its room to others.
    send_back(made, second, by=staff().signer, reason="另行核对", on=PAY_DAY)
    fourth = prepared(made, _listed(made, 39_999, month="2026-07"), staff())
    assert _days(made, fourth) == [(TUESDAY, 1)]


def test_one_fen_over_the_limit_waits_and_one_payment_over_it_is_never_divided(
    made: Session, data_dir: object, at: At
) -> None:
    at("2026-10-16 10:00:00")
    channel("rural", days=AgreedDays(fen_a_day_max=20_000, files_a_day_max=2))
    assert _days(made, prepared(made, _listed(made, 10_000, 10_000), staff())) == [(FRIDAY, 2)]
    over = prepared(made, _listed(made, 10_000, 10_001, month="2026-09"), staff())
    assert _days(made, over) == [(MONDAY, 1), (TUESDAY, 1)]
    # Two files a day, however small: Monday and Tuesday have room for one more each.
    for month, day in (("2026-08", MONDAY), ("2026-07", TUESDAY)):
        small = prepared(made, _listed(made, 9_999, month=month), staff())
        assert _days(made, small) == [(day, 1)]
    people = staff()
    large = _listed(made, 20_001, month="2026-06")
    approved(made, large, people)
    with pytest.raises(LinesUnsendable) as refusal:
        prepare(made, str(large.id), PAY_DAY.isoformat())
    assert "200.01" in refusal.value.say("zh")


def test_files_of_a_day_are_numbered_in_their_names_and_no_number_is_used_twice(
    made: Session, data_dir: object, at: At
) -> None:
    at("2026-10-16 23:58:00")
    channel(
        "rural", profile="p-count-total", days=AgreedDays(cut_off="23:59", cut_off_apart_seconds=0)
    )
    batches = [
        prepared(made, _listed(made, 10_000, month=month), staff())
        for month in ("2026-10", "2026-09")
    ]
    names = [file.file_name for batch in batches for file in _files(made, batch)]
    assert names == ["req_20261016_001.txt", "req_20261016_002.txt"]

    # One is made anew: its number is not given to anybody again.
    send_back(made, batches[0], by=staff().signer, reason="另行核对", on=PAY_DAY)
    prepared(made, batches[0], staff())
    assert [one.file_name for one in _files(made, batches[0])] == ["req_20261016_003.txt"]

    # After the cut-off the next banking day begins at one; after midnight it goes on.
    at("2026-10-16 23:59:01")
    late = prepared(made, _listed(made, 10_000, month="2026-01"), staff())
    at("2026-10-17 00:00:01")
    night = approved(made, _listed(made, 10_000, month="2026-02"), staff())
    prepare(made, str(night.id), "2026-10-17")
    names = [file.file_name for batch in (late, night) for file in _files(made, batch)]
    assert names == ["req_20261019_001.txt", "req_20261019_002.txt"]
    every = made.scalars(select(BankFile.file_name)).all()
    assert len(set(every)) == len(every) == 5


def test_an_id_number_is_opened_only_for_a_bank_that_asks_for_it(
    made: Session, data_dir: object, at: At
) -> None:
    at("2026-10-16 10:00:00")
    channel("rural", profile="lanzhou")
    channel("ccb")
    rural = prepared(made, _listed(made, *range(10_000, 10_005), numbers=True), staff())
    (file,) = _files(made, rural)
    rows = [line.split("|") for line in queries.content(file).decode("gb18030").splitlines()]
    assert len({row[4] for row in rows}) == 5
    assert all(len(row[4]) == 18 for row in rows)
    assert _opened(made, file)

    fresh_feeds(made)
    assessment = AssessmentFactory.create(month="2026-09")
    person = payee(bank=0)
    PersonIdentifierFactory.create(person=person)
    due(assessment, person)
    built = build(made, assessment, "MZ15", by=SYSTEM)
    assert built is not None
    (other,) = _files(made, prepared(made, built, staff()))
    assert other.profile == "ccb"
    assert not _opened(made, other)


def _opened(session: Session, file: BankFile) -> bool:
    """Tell whether the audit trail says that ID numbers were written into a file."""
    entry = session.scalars(
        select(AuditEntry).where(
            AuditEntry.object_id == str(file.id), AuditEntry.act == "bank_file.prepared"
        )
    ).one()
    assert b'"with_id_numbers":' in entry.canonical
    return b'"with_id_numbers":true' in entry.canonical


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"cut_off": "25:00"}, "cut_off is '25:00'"),
        ({"cut_off": "１７:00"}, "cut_off is"),
        ({"cut_off_apart_seconds": -1}, "cut_off_apart_seconds is -1"),
        ({"closed_days": ("2026-02-30",)}, "closed_days has '2026-02-30'"),
        ({"late_file": "maybe"}, "late_file is 'maybe'"),
        ({"fen_a_day_max": 0}, "fen_a_day_max is 0"),
        ({"lines_a_day_max": True}, "lines_a_day_max is True"),
        ({"executes_every_day": "yes"}, "executes_every_day is 'yes'"),
    ],
)
def test_terms_that_are_none_are_refused_by_name(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AgreedDays(**terms)


def test_days_follow_each_other_in_one_list(made: Session, data_dir: object, at: At) -> None:
    at("2026-10-16 10:00:00")
    channel("rural", days=AgreedDays(files_a_day_max=1, lines_a_day_max=1))
    batch = prepared(made, _listed(made, 3, 2, 1), staff())
    days = [day for day, _ in _days(made, batch)]
    assert days == [FRIDAY, MONDAY, TUESDAY]
    assert all(one < other for one, other in pairwise(days))
