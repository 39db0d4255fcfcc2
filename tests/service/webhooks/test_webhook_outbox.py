"""Events are written by what they tell of: exactly the lines that moved, of what an endpoint may hear."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.dispatch.channels import fund
from service.foundation import clock
from service.foundation.ids import reference_of
from service.foundation.jobs import Job
from service.reconciliation.close_day import close_day
from service.reconciliation.keep import Judgement, keep
from service.reconciliation.models import BankStatement
from service.webhooks import outbox, payload
from service.webhooks.models import WebhookDelivery, WebhookEvent
from tests.factories import batches as town
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.officers import OfficerFactory
from tests.service.webhooks.conftest import agree, office

URL = "http://localhost:1/events"


def _moved(session: Session, batch: Batch, now: str = "frozen", then: str = "sent") -> None:
    move_lines(
        session, Payment.batch_id == batch.id, now=now, then=then, by=SYSTEM,
        on=("batches", batch.id),
    )  # fmt: skip


def _events(session: Session) -> list[WebhookEvent]:
    return list(session.scalars(select(WebhookEvent).order_by(WebhookEvent.seq)))


def _frozen(session: Session, count: int = 3, **changes: Any) -> Batch:
    batch: Batch = BatchFactory.create(**changes)
    PaymentFactory.create_batch(count, batch=batch)
    _moved(session, batch, "ready", "frozen")
    return batch


def test_what_moved_is_told_line_by_line_and_without_a_person(made: Session) -> None:
    agree(made, URL)
    batch = _frozen(made)
    _moved(made, batch)
    (event,) = _events(made)
    said = payload.body(event)
    payments = list(made.scalars(select(Payment).order_by(Payment.id)))
    told = json.loads(said)
    assert told["type"] == "payment.sent"
    assert told["version"] == 1
    assert told["data"]["batch_no"] == batch.batch_no
    assert told["data"]["count"] == 3
    assert told["data"]["amount_fen"] == 30_000
    assert told["data"]["payments"] == [
        {
            "reference": reference_of(one.id), "state": "sent", "period": "2026-10",
            "amount_fen": 10_000, "reason_code": None,
        }
        for one in payments
    ]  # fmt: skip
    for one in payments:
        assert (one.payee_name or "?").encode() not in said
        assert str(one.payee_person_id).encode() not in said
    assert made.scalar(select(func.count()).select_from(WebhookDelivery)) == 1
    assert made.scalar(select(func.count()).where(Job.kind == outbox.DELIVER)) == 1


def test_nobody_listens_nothing_is_written(made: Session) -> None:
    _moved(made, _frozen(made))
    agree(made, URL, kinds=["payment.paid"])
    _moved(made, _frozen(made))
    assert _events(made) == []


def test_another_programmes_lines_are_nobodys_business(made: Session) -> None:
    agree(made, URL)
    _moved(made, _frozen(made, programme="MZ16"))
    assert _events(made) == []


def test_a_move_is_told_in_pages_that_hold_each_line_once(
    made: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PAGE", 4)
    agree(made, URL)
    batch = _frozen(made, 9)
    _moved(made, batch)
    pages = _events(made)
    assert [one.count for one in pages] == [4, 4, 1]
    assert sorted(one for page in pages for one in page.payments) == list(
        made.scalars(select(Payment.id).order_by(Payment.id))
    )
    assert {one.lane for one in pages} == {batch.id}


def test_a_township_hears_of_its_own_lines_only_and_the_county_of_all(made: Session) -> None:
    county = agree(made, URL)
    here = agree(made, URL, organisation=office(made, "石桥镇人民政府", "330523100"))
    batch = _frozen(made, 2)
    PaymentFactory.create(batch=batch, division="330523101200")
    PaymentFactory.create(batch=batch, division=None)
    _moved(made, batch, "ready", "frozen")
    _moved(made, batch)
    heard = {
        endpoint: made.scalar(
            select(func.sum(WebhookEvent.count))
            .join(WebhookDelivery, WebhookDelivery.event_id == WebhookEvent.id)
            .where(WebhookDelivery.endpoint_id == endpoint)
        )
        for endpoint in (county.id, here.id)
    }
    assert heard == {county.id: 4, here.id: 2}


def test_lines_that_are_held_from_the_beginning_are_told_too(made: Session) -> None:
    agree(made, URL)
    assessment = AssessmentFactory.create(month="2026-10")
    town.channel("rural")
    town.due(assessment, town.payee(verdict=None))
    town.due(assessment, town.payee())
    build(made, assessment, "MZ15", by=SYSTEM)
    assert [(one.kind, one.count) for one in _events(made)] == [("payment.held", 1)]


def test_a_signed_batch_is_told_with_its_sum(made: Session) -> None:
    agree(made, URL)
    batch = town.county_batch(made, 2)
    town.signed(made, batch)
    (event,) = [one for one in _events(made) if one.kind == "batch.signed"]
    assert (event.about, event.count, event.amount_fen) == (batch.batch_no, 2, 20_003)
    assert event.payments == []


def test_what_is_rolled_back_is_not_told(made: Session) -> None:
    agree(made, URL)
    batch = _frozen(made)
    with made.begin_nested() as inner:
        _moved(made, batch)
        inner.rollback()
    assert _events(made) == []


def test_a_closed_day_is_told_by_bank_and_day_and_without_a_sum(made: Session) -> None:
    agree(made, URL, kinds=["day.closed"])
    agree(made, URL, kinds=["day.closed"], organisation=office(made, "石桥镇人民政府", "330523100"))
    agree(made, URL, kinds=["payment.sent"])
    bank, day = town.channel("rural"), clock.today()
    fund(made, bank, 10_000, on=day)
    file = keep(made, bank, "s.xml", b"s", Judgement("statement", []), by=SYSTEM)
    made.add(
        BankStatement(
            inbound_file_id=file.id, channel_id=bank.id, statement_id="S1", number=1, booked_on=day,
            opening_fen=10_000, closing_fen=10_000,
        )
    )  # fmt: skip
    made.flush()
    close_day(made, bank, day, by=OfficerFactory.create(duties=["reconciler"]))
    (event,) = _events(made)
    assert json.loads(payload.body(event))["type"] == "day.closed"
    assert json.loads(payload.body(event))["data"] == {
        "sequence": event.seq, "channel": "rural", "day": day.isoformat(),
    }  # fmt: skip
    # A bank's day is the county's: both hear of it, wherever they are; who did not ask for it does not.
    assert made.scalar(select(func.count()).select_from(WebhookDelivery)) == 2
