"""Bare tasks of exceptions, where nobody really gave them."""

from datetime import date
from typing import Any

import factory

from service.batches.exceptions.models import ExceptionAssignment, ExceptionTask
from service.batches.models import PaymentHold
from service.foundation import clock
from tests.factories.batches import PaymentFactory
from tests.factories.officers import OfficerFactory
from tests.factories.residents import _Made


class HoldFactory(_Made):
    """An open hold of a held line."""

    class Meta:
        model = PaymentHold

    class Params:
        payment = factory.SubFactory(PaymentFactory, state="held")

    payment_id = factory.SelfAttribute("payment.id")
    control = "account_unverified"
    version = 1
    evidence: Any = factory.LazyFunction(dict)
    found_at = factory.LazyFunction(clock.now)


class ExceptionAssignmentFactory(_Made):
    """One exception given to the giver's own office."""

    class Meta:
        model = ExceptionAssignment

    class Params:
        officer = factory.SubFactory(OfficerFactory)

    organisation = factory.SelfAttribute("officer.organisation")
    given_by = factory.SelfAttribute("officer.id")
    given_at = factory.LazyFunction(clock.now)
    note = "请核实"
    answerable: Any = factory.LazyFunction(list)
    count = 1
    amount_fen = 10_000
    digest = "0" * 64


class ExceptionTaskFactory(_Made):
    """The task of a hold, given a moment ago."""

    class Meta:
        model = ExceptionTask

    class Params:
        hold = factory.SubFactory(HoldFactory)
        letter = factory.SubFactory(ExceptionAssignmentFactory)

    state = "given"
    hold_id = factory.SelfAttribute("hold.id")
    assignment = factory.SelfAttribute("letter.number")
    organisation = factory.SelfAttribute("letter.organisation")
    due_on = date(2026, 12, 4)
    remind_on = date(2026, 12, 3)
