"""Synthetic findings; they have every field that any of their states needs."""

from datetime import timedelta

import factory

from service.foundation import clock, ids
from service.oversight.findings.models import AuditFinding
from tests.factories.officers import OfficerFactory
from tests.factories.residents import _Made


class FindingFactory(_Made):
    """A finding that is open and grave."""

    class Meta:
        model = AuditFinding

    id = factory.LazyFunction(ids.uuid7)
    state = "open"
    severity = "high"
    sentence = "三笔发放给已死亡人员"
    origin = "hand"
    hit_id = None
    evidence = factory.LazyFunction(list)
    amount_fen = 30_000
    opened_by = factory.LazyFunction(lambda: OfficerFactory.create(duties=["auditor"]).id)
    organisation = factory.LazyFunction(lambda: OfficerFactory.create().organisation)
    due_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=14))
    opened_at = factory.LazyFunction(clock.now)
    closed_by = factory.LazyFunction(lambda: OfficerFactory.create(duties=["auditor"]).id)
    closed_at = factory.LazyFunction(clock.now)
