"""Recalls and their payments, and what was said of a file that a clerk carries."""

import factory

from service.dispatch.by_hand.models import HandDelivery
from service.dispatch.recall.models import Recall, RecallLine
from service.foundation import clock, ids
from tests.factories.banks import BankFileFactory
from tests.factories.batches import PAY_DAY, PaymentFactory
from tests.factories.officers import OfficerFactory
from tests.factories.residents import _Made


class RecallFactory(_Made):
    """A recall by letter that was just decided."""

    class Meta:
        model = Recall

    class Params:
        file = factory.SubFactory(BankFileFactory)

    id = factory.LazyFunction(ids.uuid7)
    state = "letter"
    bank_file_id = factory.SelfAttribute("file.id")
    number = 1
    reference = factory.Sequence(lambda n: f"MZ15-2026-10-{n:04d}-R1-1-C1")
    reason_code = "UPAY"
    reason = "已去世"
    asked_by = factory.LazyFunction(lambda: OfficerFactory.create().id)
    agreed_by = factory.LazyFunction(lambda: OfficerFactory.create().id)
    asked_at = factory.LazyFunction(clock.now)
    answer_due_on = PAY_DAY
    count = 1
    amount_fen = 10_000


class RecallLineFactory(_Made):
    """One payment that a bank is asked not to execute."""

    class Meta:
        model = RecallLine

    class Params:
        recall = factory.SubFactory(RecallFactory)
        payment = factory.SubFactory(PaymentFactory)

    recall_id = factory.SelfAttribute("recall.id")
    payment_id = factory.SelfAttribute("payment.id")
    state = "asked"
    was = "sent"


class HandDeliveryFactory(_Made):
    """An officer's word that a file was not delivered, which nobody confirmed."""

    class Meta:
        model = HandDelivery

    class Params:
        file = factory.SubFactory(BankFileFactory)

    id = factory.LazyFunction(ids.uuid7)
    bank_file_id = factory.SelfAttribute("file.id")
    said = "not_delivered"
    state = "asked"
    reason = "停电，未去银行"
    asked_by = factory.LazyFunction(lambda: OfficerFactory.create().id)
    asked_at = factory.LazyFunction(clock.now)
