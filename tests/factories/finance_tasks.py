"""Who looks after an exception of finance, made up."""

import factory

from service.foundation import clock
from service.reconciliation.desk.models import FinanceTask
from tests.factories.officers import OfficerFactory
from tests.factories.residents import _Made


class FinanceTaskFactory(_Made):
    """A failed payment that an officer has taken."""

    class Meta:
        model = FinanceTask

    kind = "failed"
    thing = factory.Sequence(lambda n: str(900_000 + n))
    state = "taken"
    owner_id = factory.LazyFunction(lambda: OfficerFactory.create().id)
    note = ""
    changed_at = factory.LazyFunction(clock.now)
