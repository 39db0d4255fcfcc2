"""What a posted list shows: masked names, no child, nothing of what the rule keeps back."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from service.notices import queries
from service.notices.public_view import FEW, NoticeView, few, notice_view
from tests.factories.batches import county_batch
from tests.factories.officers import staff
from tests.service.notices.hanging import Hanging, born, hanging, lines_of, posted, shown_of

ON = date(2026, 10, 1)


def _view(session: Session, one: Hanging, on: date = ON) -> NoticeView:
    found = queries.by_number(session, one.notice.number or "", on=on)
    return notice_view(session, found, on=on, village="", everything=False)


def test_names_are_masked_and_amounts_are_as_paid(made: Session) -> None:
    one = hanging(made, 3, on=ON)
    shown = shown_of(made, one.notice)
    assert [line.place for line in shown] == [1, 2, 3]
    for line, payment in zip(shown, lines_of(made, one.batch), strict=True):
        assert line.name_masked is not None
        assert set(line.name_masked[1:]) == {"*"}
        assert payment.payee_name is not None
        assert line.name_masked[0] == payment.payee_name[0]
        assert line.name_masked != payment.payee_name
        assert line.amount_fen == payment.amount_fen
    assert one.notice.number == f"{one.batch.batch_no}-G1"


@pytest.mark.parametrize(
    ("birth", "is_named"),
    [
        ("1950-02-03", True),
        ("2008-10-01", True),  # eighteen on the day of posting
        ("2008-10-02", False),  # a child for one more day
        ("2020-01-01", False),
        ("", False),  # nobody knows: like a child
    ],
)
def test_nobody_under_eighteen_and_nobody_of_unknown_age_is_named(
    made: Session, birth: str, is_named: bool
) -> None:
    people, batch = staff(), county_batch(made, 1, programme="MZ17")
    if birth:
        born(made, lines_of(made, batch)[0], birth)
    (line,) = shown_of(made, posted(made, batch, people, on=ON).notice)
    assert (line.name_masked is not None) is is_named
    assert (line.amount_fen is not None) is is_named


def test_of_two_birth_dates_the_later_counts(made: Session) -> None:
    people, batch = staff(), county_batch(made, 1, programme="MZ17")
    for day in ("1990-01-01", "2015-01-01"):
        born(made, lines_of(made, batch)[0], day)
    (line,) = shown_of(made, posted(made, batch, people, on=ON).notice)
    assert line.name_masked is None


def test_a_sensitive_programme_is_posted_without_names_and_without_its_own(made: Session) -> None:
    one = hanging(made, 3, programme="WJ02", on=ON)
    assert {(line.name_masked, line.amount_fen) for line in shown_of(made, one.notice)} == {
        (None, None)
    }
    view = _view(made, one)
    assert view.rows == []
    assert "特别扶助" not in view.title
    assert [row.cells[2] for row in view.village_rows] == [few(3)]
    assert "3" not in str(view.pairs).replace(view.number, "").replace(str(one.batch.month), "")


def test_names_without_amounts_where_the_rule_says_so(made: Session) -> None:
    one = hanging(made, 2, programme="WJ07", on=ON)
    shown = shown_of(made, one.notice)
    assert all(line.name_masked for line in shown)
    assert all(line.amount_fen is None for line in shown)


def test_a_child_between_grown_ups_leaves_no_gap_and_no_sum(made: Session) -> None:
    people, batch = staff(), county_batch(made, 4, programme="MZ17")
    for nth, line in enumerate(lines_of(made, batch)):
        born(made, line, "2019-05-05" if nth == 1 else "1960-05-05")
    one = posted(made, batch, people, on=ON)
    assert [line.name_masked is None for line in shown_of(made, one.notice)] == [
        False, False, False, True,
    ]  # fmt: skip
    view = _view(made, one)
    assert len(view.rows) == 3
    said = [label for label, _ in view.pairs]
    assert len(said) == 4, "neither the number of all nor their sum"
    assert view.village_rows[0].cells[1:] == [3, few(1)]


def test_small_counts_are_never_told_exactly() -> None:
    assert few(0) == "0"
    assert {few(count) for count in range(1, FEW)} == {few(1)}
    assert few(FEW) == str(FEW)


def test_names_are_gone_when_the_notice_is_over(made: Session) -> None:
    one = hanging(made, 2, on=ON)
    assert _view(made, one, one.notice.ends_on).rows
    after = _view(made, one, one.notice.ends_on + timedelta(days=1))
    assert after.rows == []
    assert after.total == 0
    assert not after.is_hanging


def test_ended_notices_leave_the_list_after_a_month(made: Session) -> None:
    one = hanging(made, 1, on=ON)
    listed = [posted.notice.id for posted in queries.posted(made, on=ON)]
    assert listed == [one.notice.id]
    late = one.notice.ends_on + queries.SHOWN_AFTERWARDS + timedelta(days=1)
    assert queries.posted(made, on=late) == []
