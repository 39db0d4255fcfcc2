"""Attacks on accounts, from the delivery to the pay list: shared, just changed, not the payee's."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.models import Payment, PaymentHold
from service.foundation import clock
from service.residents.identity.find import find
from service.residents.models import Person
from tests.factories import residents
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import channel, due, fresh_feeds
from tests.service.residents.importing.conftest import Intake, intake
from tests.service.residents.importing.deliveries import card_of, number_of, row, rows

__all__ = ["intake"]


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work; a bank pays to every account."""
    residents.use(session)
    channel("rural")
    fresh_feeds(session)
    return session


def _person(session: Session, serial: int) -> Person:
    found = find(session, number_of(serial))
    assert found is not None
    return found


def _holds(session: Session, serials: Sequence[int]) -> list[set[str]]:
    """Make a pay list of these people; return what holds the line of each."""
    assessment = AssessmentFactory.create(month="2026-10")
    people = [_person(session, serial) for serial in serials]
    for person in people:
        due(assessment, person)
    assert build(session, assessment, "MZ15", by=SYSTEM) is not None
    held = select(Payment.payee_person_id, PaymentHold.control).join(
        PaymentHold, PaymentHold.payment_id == Payment.id
    )
    found = session.execute(held).all()
    return [{control for payee, control in found if payee == one.id} for one in people]


def _register(intake: Intake, count: int) -> None:
    intake.send("GA_HUKOU", *rows("GA_HUKOU", range(count)))


def _answer(intake: Intake, serial: int, verdict: str, on: str) -> None:
    answer = row("BK_RET", serial, verdict=verdict, verified_on=on, status="")
    assert intake.send("BK_RET", answer).rows_accepted == 1


@pytest.mark.parametrize("sharing", [2, 50])
def test_row_29_people_on_one_account_are_all_held_and_nobody_else(
    intake: Intake, made: Session, sharing: int
) -> None:
    _register(intake, sharing + 1)
    one_card = [row("RS_CARD", serial, card_no=card_of(0)) for serial in range(sharing)]
    sent = intake.send("RS_CARD", *one_card, row("RS_CARD", sharing))
    assert sent.rows_accepted == sharing + 1
    *shared, alone = _holds(made, range(sharing + 1))
    assert all("shared_account" in holds for holds in shared)
    assert "shared_account" not in alone


@pytest.mark.parametrize(("days_ago", "held"), [(1, True), (29, True), (31, False)])
def test_row_30_an_account_that_changed_just_before_the_payment_is_held(
    intake: Intake, made: Session, days_ago: int, held: bool
) -> None:
    with time_machine.travel(clock.now() - timedelta(days=200), tick=True):
        _register(intake, 2)
        intake.send("RS_CARD", *rows("RS_CARD", range(2)))
    with time_machine.travel(clock.now() - timedelta(days=days_ago), tick=True):
        intake.send("RS_CARD", row("RS_CARD", 0, card_no=card_of(77)))
    changed, bystander = _holds(made, range(2))
    assert ("account_changed" in changed) is held
    assert "account_changed" not in bystander


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], "account_unverified"),
        (["无法核验"], "account_unverified"),
        (["不一致"], "account_name_mismatch"),
        (["一致", "不一致"], "account_name_mismatch"),
        (["一致", "无法核验"], "account_unverified"),
        (["不一致", "一致"], ""),
        (["一致"], ""),
    ],
)
def test_row_31_only_the_banks_own_yes_is_a_yes(
    intake: Intake, made: Session, verdicts: list[str], expected: str
) -> None:
    _register(intake, 1)
    intake.send("RS_CARD", row("RS_CARD", 0))
    for day, verdict in enumerate(verdicts, start=1):
        _answer(intake, 0, verdict, f"2026-10-{day:02d}")
    assert _holds(made, [0]) == [{expected} - {""}]


def test_row_31_a_yes_about_somebody_else_on_the_same_card_is_no_yes(
    intake: Intake, made: Session
) -> None:
    _register(intake, 2)
    intake.send("RS_CARD", row("RS_CARD", 0))
    intake.send("BK_RET", row("BK_RET", 1, card_no=card_of(0), verdict="一致", status=""))
    assert "account_unverified" in _holds(made, [0])[0]


@pytest.mark.parametrize(
    ("sources", "control"),
    [
        (["WJ_DEATH"], "death_reported"),
        (["WJ_DEATH", "MZ_CREM"], "payee_dead"),
    ],
)
def test_row_25_a_payee_whom_departments_report_dead_is_held_and_not_paid(
    intake: Intake, made: Session, sources: list[str], control: str
) -> None:
    _register(intake, 2)
    intake.send("RS_CARD", *rows("RS_CARD", range(2)))
    for serial in range(2):
        _answer(intake, serial, "一致", "2026-10-01")
    for feed in sources:
        intake.send(feed, row(feed, 0, retracted_on=""))
    dead, alive = _holds(made, range(2))
    assert (dead, alive) == ({control}, set())
