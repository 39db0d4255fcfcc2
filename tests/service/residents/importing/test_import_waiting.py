"""A delivery that looks odd waits with its bytes: the steward confirms it, maps it, or sends it back."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.residents import feeds
from service.residents.importing import confirm, decline, import_delivery
from service.residents.importing import take as take_module
from service.residents.importing.confirm import ReasonMissing
from service.residents.importing.mapping import MappingUnfit, suggest
from service.residents.importing.refusals import ColumnsUnknown
from service.residents.models import ColumnMapping, Delivery, DeliveryContent
from tests.service.residents.importing.conftest import Intake
from tests.service.residents.importing.deliveries import (
    OFFICE,
    csv_of,
    delivery,
    headers,
    number_of,
    row,
    rows,
)

STEWARD = Actor(kind="officer", id="steward")
_OWN_HEADERS = ["人员身份证", "人员姓名", "单位名称", "是否在编"]


def _contents(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DeliveryContent)) or 0


def _odd(intake: Intake) -> Delivery:
    """Return a delivery that waits because it would end most records."""
    intake.send("CZ_PAY", *rows("CZ_PAY", range(200)))
    return intake.send("CZ_PAY", *rows("CZ_PAY", range(50)))


def test_nothing_of_a_waiting_delivery_is_known_and_its_bytes_are_sealed(
    intake: Intake, session: Session
) -> None:
    odd = _odd(intake)
    assert (odd.state, odd.rows_accepted, odd.rows_total) == ("waiting", 0, 50)
    assert len(intake.current("CZ_PAY")) == 200
    kept = session.scalars(select(DeliveryContent)).one()
    assert number_of(1).encode() not in bytes(kept.content_sealed)


def test_the_steward_confirms_and_the_delivery_is_imported_as_it_came(
    intake: Intake, session: Session
) -> None:
    odd = _odd(intake)
    done = confirm(session, odd.id, by=STEWARD, reason="机构改革，名册确已缩减")
    assert done is odd
    assert (done.state, done.rows_accepted, done.rows_ended) == ("imported", 50, 150)
    assert (done.decided_by, done.decision_reason) == ("steward", "机构改革，名册确已缩减")
    assert len(intake.current("CZ_PAY")) == 50
    assert _contents(session) == 0
    acts = session.scalars(
        select(AuditEntry.act).where(AuditEntry.object_id == str(odd.id)).order_by(AuditEntry.id)
    )
    assert list(acts) == ["feed.waiting", "feed.confirmed"]


def test_the_steward_sends_it_back_and_nothing_changes(intake: Intake, session: Session) -> None:
    odd = _odd(intake)
    decline(session, odd.id, by=STEWARD, reason="文件不完整")
    assert odd.state == "declined"
    assert (len(intake.current("CZ_PAY")), _contents(session)) == (200, 0)
    with pytest.raises(IllegalMove):
        confirm(session, odd.id, by=STEWARD, reason="再想想看")
    with pytest.raises(IllegalMove):
        decline(session, odd.id, by=STEWARD, reason="再想想看")


def test_a_decision_needs_a_reason(intake: Intake, session: Session) -> None:
    odd = _odd(intake)
    for act in (confirm, decline):
        with pytest.raises(ReasonMissing):
            act(session, odd.id, by=STEWARD, reason="  ")


def test_the_same_bytes_while_they_wait_are_the_same_delivery(intake: Intake) -> None:
    odd = _odd(intake)
    assert intake.send("CZ_PAY", *rows("CZ_PAY", range(50))) is odd


def test_too_many_faulty_rows_wait_and_the_good_ones_can_be_let_in(
    intake: Intake, session: Session
) -> None:
    table = [*rows("CZ_PAY", range(20)), *rows("CZ_PAY", range(20, 30), on_payroll="也许")]
    odd = intake.send("CZ_PAY", *table)
    assert odd.refusal is not None
    assert (odd.state, odd.refusal["code"]) == ("waiting", "too_many_faults")
    assert len(intake.rejected(odd)) == 10
    confirm(session, odd.id, by=STEWARD, reason="其余行可用")
    assert (odd.rows_accepted, odd.rows_rejected) == (20, 10)
    assert len(intake.rejected(odd)) == 10


def test_a_list_several_times_as_long_as_before_waits(intake: Intake) -> None:
    intake.send("CZ_PAY", *rows("CZ_PAY", range(1000)))
    table = [
        row("CZ_PAY", number_of(n % 1000, birth), employer=str(birth))
        for birth in ("19500105", "19510105", "19520105", "19530105", "19540105", "19550105")
        for n in range(1000)
    ]
    odd = intake.send("CZ_PAY", *table)
    assert odd.refusal is not None
    assert odd.refusal["code"] == "too_many_rows"


def test_events_that_dry_up_wait_and_a_first_small_list_does_not(intake: Intake) -> None:
    assert intake.send("WJ_DEATH", row("WJ_DEATH", 900)).state == "imported"
    for n in range(3):
        sent = intake.send("WJ_DEATH", *rows("WJ_DEATH", range(n * 150, n * 150 + 150)))
        assert sent.state == "imported"
    odd = intake.send("WJ_DEATH", *rows("WJ_DEATH", range(600, 603)))
    assert odd.refusal is not None
    assert odd.refusal["code"] == "unusually_few_rows"
    assert intake.send("WJ_DEATH", *rows("WJ_DEATH", range(700, 720))).state == "imported"


def test_a_table_with_headers_of_its_own_is_mapped_once_and_remembered(
    intake: Intake, session: Session
) -> None:
    table = [row("CZ_PAY", n)[:4] for n in range(12)]
    odd = intake.send_file("CZ_PAY", csv_of([_OWN_HEADERS, *table]))
    assert odd.refusal is not None
    assert (odd.state, odd.refusal["code"]) == ("waiting", "columns_unknown")
    assert odd.suggestion is not None
    assert odd.suggestion["mapping"]["人员身份证"] == "person"
    wanted = {
        "人员身份证": "person",
        "人员姓名": "name",
        "单位名称": "employer",
        "是否在编": "on_payroll",
    }
    confirm(session, odd.id, by=STEWARD, reason="与财政局核对过", mapping=wanted)
    assert (odd.state, odd.rows_accepted) == ("imported", 12)
    turned = [[cells[3], cells[1], cells[0], cells[2]] for cells in table[:10]]
    heads = [_OWN_HEADERS[3], _OWN_HEADERS[1], _OWN_HEADERS[0], _OWN_HEADERS[2]]
    assert intake.send_file("CZ_PAY", csv_of([heads, *turned])).state == "imported"
    other = intake.send_file(
        "CZ_PAY", csv_of([[*_OWN_HEADERS, "新列"], *[[*t, "x"] for t in table]])
    )
    assert other.state == "waiting"
    assert session.scalar(select(func.count()).select_from(ColumnMapping)) == 1


@pytest.mark.parametrize(
    "mapping",
    [
        {"人员身份证": "person"},
        {
            "人员身份证": "person",
            "人员姓名": "person",
            "单位名称": "employer",
            "是否在编": "on_payroll",
        },
        {"人员身份证": "person", "单位名称": "employer", "是否在编": "nothing"},
    ],
)
def test_a_mapping_that_leaves_something_open_is_refused_and_the_delivery_goes_on_waiting(
    intake: Intake, session: Session, mapping: dict[str, str]
) -> None:
    odd = intake.send_file(
        "CZ_PAY", csv_of([_OWN_HEADERS, *[row("CZ_PAY", n)[:4] for n in range(9)]])
    )
    with pytest.raises(MappingUnfit), session.begin_nested():
        confirm(session, odd.id, by=STEWARD, reason="与财政局核对过", mapping=mapping)
    assert odd.state == "waiting"


def test_every_feeds_own_headers_are_suggested_for_themselves() -> None:
    for feed in feeds.every().values():
        found = suggest(headers(feed.code), feed)
        assert found == {column.header: column.field for column in feed.columns}


def test_a_list_of_the_same_bytes_after_a_newer_one_waits(intake: Intake, session: Session) -> None:
    first, second = (delivery("CZ_PAY", *rows("CZ_PAY", range(n))) for n in (20, 21))
    intake.send_file("CZ_PAY", first)
    intake.send_file("CZ_PAY", second)
    again = intake.send_file("CZ_PAY", first)
    assert again.refusal is not None
    assert (again.state, again.refusal["code"]) == ("waiting", "older_again")
    confirm(session, again.id, by=STEWARD, reason="确已恢复原状")
    assert len(intake.current("CZ_PAY")) == 20


def test_the_same_bytes_of_a_later_day_are_news(intake: Intake, session: Session) -> None:
    first, second = (delivery("CZ_PAY", *rows("CZ_PAY", range(n))) for n in (20, 21))
    for content, day in ((first, 1), (second, 2), (first, 3)):
        found = import_delivery(
            session, "CZ_PAY", content, "a.csv", by=OFFICE, as_of=date(2026, 10, day)
        )
        assert (found.state, found.as_of) == ("imported", date(2026, 10, day))
    assert len(intake.current("CZ_PAY")) == 20


def test_the_database_itself_refuses_a_decision_about_what_was_decided(
    intake: Intake, session: Session
) -> None:
    odd = _odd(intake)
    decline(session, odd.id, by=STEWARD, reason="文件不完整")
    session.flush()
    odd.state = "imported"
    with pytest.raises(DBAPIError, match="may not move"), session.begin_nested():
        session.flush()


def test_headers_said_and_still_odd_the_delivery_asks_the_next_question(
    intake: Intake, session: Session
) -> None:
    intake.send("CZ_PAY", *rows("CZ_PAY", range(200)))
    table = [row("CZ_PAY", n)[:4] for n in range(20)]
    odd = intake.send_file("CZ_PAY", csv_of([_OWN_HEADERS, *table]))
    wanted = dict(zip(_OWN_HEADERS, ("person", "name", "employer", "on_payroll"), strict=True))
    asked = confirm(session, odd.id, by=STEWARD, reason="与财政局核对过", mapping=wanted)
    assert asked.refusal is not None
    assert (asked.state, asked.refusal["code"]) == ("waiting", "too_few_rows")
    assert len(intake.current("CZ_PAY")) == 200
    done = confirm(session, odd.id, by=STEWARD, reason="确已缩减")
    assert (done.state, done.rows_accepted) == ("imported", 20)


def test_confirming_without_a_word_about_the_headers_leaves_the_question_as_it_is(
    intake: Intake, session: Session
) -> None:
    odd = intake.send_file("CZ_PAY", csv_of([_OWN_HEADERS, *[row("CZ_PAY", 1)[:4]] * 3]))
    suggested = odd.suggestion
    with pytest.raises(ColumnsUnknown), session.begin_nested():
        confirm(session, odd.id, by=STEWARD, reason="没有注意表头")
    session.refresh(odd)
    assert (odd.state, odd.suggestion) == ("waiting", suggested)


def test_a_file_with_more_wrong_rows_than_anybody_would_mend_is_refused(
    intake: Intake, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_module, "_REJECTED_MAX", 20)
    table = [*rows("CZ_PAY", range(10)), *rows("CZ_PAY", range(10, 60), on_payroll="也许")]
    refused = intake.send("CZ_PAY", *table)
    assert refused.refusal is not None
    assert (refused.state, refused.refusal["code"]) == ("refused", "too_many_to_keep")
    assert len(intake.rejected(refused)) == 20
    assert _contents(session) == 0
