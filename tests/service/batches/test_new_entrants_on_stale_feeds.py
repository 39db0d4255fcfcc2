"""While a feed is stale who was paid goes on being paid, and nobody is added."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.look_again import look_again
from service.batches.models import Batch, Payment, PaymentHold
from service.foundation import clock
from service.residents import feeds
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import PaymentFactory, channel, due, fresh_feeds, payee
from tests.factories.residents import DeliveryFactory, PersonFactory

CODE = "feed_stale_new_entrant"


@pytest.fixture
def county(made: Session) -> Session:
    channel("rural")
    fresh_feeds(made)
    return made


def held(session: Session, batch: Batch | None) -> dict[int, set[str]]:
    """Return the holds that are not cleared, by subject."""
    assert batch is not None
    found: dict[int, set[str]] = {}
    for payment in session.scalars(select(Payment).where(Payment.batch_id == batch.id)):
        controls = session.scalars(
            select(PaymentHold.control).where(
                PaymentHold.payment_id == payment.id, PaymentHold.cleared_at.is_(None)
            )
        )
        found[payment.subject_id] = set(controls)
    return found


def paid_before(session: Session, subject_id: int, period: str, state: str = "paid") -> None:
    line = PaymentFactory.create(subject_id=subject_id, period=period, programme="MZ15")
    for step in ("frozen", "sent", "paid"):
        session.execute(update(Payment).where(Payment.id == line.id).values(state=step))
        if step == state:
            return


def test_with_fresh_feeds_a_new_entrant_is_not_held(county: Session) -> None:
    assessment, newcomer = AssessmentFactory.create(month="2026-10"), payee()
    due(assessment, newcomer)
    assert held(county, build(county, assessment, "MZ15", by=SYSTEM)) == {newcomer.id: set()}


def test_with_a_stale_feed_only_who_was_paid_last_month_goes_on(county: Session) -> None:
    assessment = AssessmentFactory.create(month="2026-10")
    known, newcomer, absent = payee(), payee(), payee()
    for person in (known, newcomer, absent):
        due(assessment, person)
    paid_before(county, known.id, "2026-09")
    paid_before(county, absent.id, "2026-08")
    with time_machine.travel(clock.now() + timedelta(days=5)):
        found = held(county, build(county, assessment, "MZ15", by=SYSTEM))
    assert found == {known.id: set(), newcomer.id: {CODE}, absent.id: {CODE}}


def test_a_line_on_its_way_to_the_bank_counts_as_paid_and_a_frozen_one_does_not(
    county: Session,
) -> None:
    assessment = AssessmentFactory.create(month="2026-10")
    sent, frozen = payee(), payee()
    for person in (sent, frozen):
        due(assessment, person)
    paid_before(county, sent.id, "2026-09", "sent")
    paid_before(county, frozen.id, "2026-09", "frozen")
    with time_machine.travel(clock.now() + timedelta(days=5)):
        found = held(county, build(county, assessment, "MZ15", by=SYSTEM))
    assert found == {sent.id: set(), frozen.id: {CODE}}


def test_who_was_paid_under_a_merged_number_is_no_newcomer(county: Session) -> None:
    assessment = AssessmentFactory.create(month="2026-10")
    former, kept = PersonFactory.create(), payee()
    paid_before(county, former.id, "2026-09")
    former.merged_into = kept.id
    county.flush()
    due(assessment, kept)
    with time_machine.travel(clock.now() + timedelta(days=5)):
        assert held(county, build(county, assessment, "MZ15", by=SYSTEM)) == {kept.id: set()}


def test_the_hold_ends_when_the_feed_has_come_and_one_looks_again(county: Session) -> None:
    assessment, newcomer = AssessmentFactory.create(month="2026-10"), payee()
    due(assessment, newcomer)
    with time_machine.travel(clock.now() + timedelta(days=5)):
        batch = build(county, assessment, "MZ15", by=SYSTEM)
        assert held(county, batch) == {newcomer.id: {CODE}}
        for feed in feeds.every():
            DeliveryFactory.create(feed=feed)
        look_again(county, assessment, "MZ15", by=SYSTEM)
        assert held(county, batch) == {newcomer.id: set()}


def test_a_stale_feed_the_programme_does_not_use_holds_nobody(county: Session) -> None:
    DeliveryFactory.create(feed="RS_JOB", received_at=clock.now() - timedelta(days=400))
    assessment, newcomer = AssessmentFactory.create(month="2026-10"), payee()
    due(assessment, newcomer)
    assert held(county, build(county, assessment, "MZ15", by=SYSTEM)) == {newcomer.id: set()}
