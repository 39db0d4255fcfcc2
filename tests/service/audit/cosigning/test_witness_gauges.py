"""What is told of witnesses is told of those that are there."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.audit.cosigning import health
from service.audit.cosigning.models import WitnessState

NOON = datetime(2026, 10, 16, 4, tzinfo=UTC)


def test_a_witness_that_is_gone_is_told_no_more(session: Session) -> None:
    session.add(
        WitnessState(name="gone", size=0, asked_at=NOON, next_at=NOON, failures=3, said="refused")
    )
    session.flush()
    health.measure(session)
    assert health.FAILURES.get("gone") == 3
    session.execute(delete(WitnessState))
    health.measure(session)
    with pytest.raises(KeyError):
        health.FAILURES.get("gone")
