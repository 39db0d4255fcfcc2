"""Eight confirm the same preview at once: one has the effect, seven are told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from service.batches.exceptions.assign import To, assign, preview_assign
from service.batches.exceptions.clear import clear, preview_clear
from service.batches.exceptions.find import Wanted
from service.batches.exceptions.models import ExceptionDecided, ExceptionDecision, ExceptionTask
from service.batches.exceptions.problems import SelectionChanged
from service.batches.models import PaymentHold
from service.foundation.database import transaction
from service.officers.models import Officer
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.exceptions import HoldFactory
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed

AT_ONCE = 8
MONTH = Wanted(month="2026-10")


@pytest.mark.parametrize("act", ["clear", "assign"])
def test_one_of_eight_has_the_effect(committed: Committed, act: str) -> None:
    with committed.transaction() as session:
        officer_id = OfficerFactory.create().id
        batch = BatchFactory.create()
        for _ in range(5):
            HoldFactory.create(payment=PaymentFactory.create(batch=batch, state="held"))
    with transaction() as session:
        officer = session.get_one(Officer, officer_id)
        to = To(officer.organisation)
        previewed = (
            preview_clear(session, MONTH, by=officer).mark
            if act == "clear"
            else preview_assign(session, MONTH, to, by=officer).mark
        )
    together = Barrier(AT_ONCE)

    def confirm(_: int) -> bool:
        together.wait(60)
        try:
            with transaction() as session:
                by = session.get_one(Officer, officer_id)
                if act == "clear":
                    clear(session, MONTH, mark=previewed, reason="已核实", by=by)
                else:
                    assign(session, MONTH, to, mark=previewed, note="请核实", by=by)
        except SelectionChanged:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(confirm, range(AT_ONCE))) == 1
    with transaction() as session:
        counted = [
            session.scalar(select(func.count()).select_from(kind))
            for kind in (ExceptionDecision, ExceptionDecided, ExceptionTask)
        ]
        open_holds = session.scalar(select(func.count()).where(PaymentHold.cleared_at.is_(None)))
    assert (counted, open_holds) == (([1, 5, 0], 0) if act == "clear" else ([0, 0, 5], 5))
