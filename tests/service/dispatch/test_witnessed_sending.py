"""No byte leaves before the witnesses cosigned a log that holds the approvals and the intent to send."""

from contextlib import nullcontext
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from bank_adapters.transport import Delivery
from service.audit.actor import SYSTEM
from service.audit.cosigning.published import is_witnessed, publish_now
from service.audit.models import AuditEntry
from service.audit.moves import move
from service.dispatch import hand_over, queries
from service.dispatch.channels import transport
from service.dispatch.models import BankFile
from service.foundation.jobs import Job, enqueue
from service.foundation.settings import settings
from service.ledger.models import BankChannel
from tests.factories.town import SENDING, Town
from tests.service.audit.cosigning.offices import NAMES, Offices, open_offices


@pytest.fixture
def offices(town: Town, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A town whose batch is signed; from now on two witnesses are asked for, and both are away."""
    town.open()
    town.sign()
    found = open_offices(town.committed.data_dir / "offices", monkeypatch)
    monkeypatch.setenv("ANXIN_WITNESS_WAIT_SECONDS", "1")
    settings.cache_clear()
    found.away = set(NAMES)
    yield found
    monkeypatch.undo()
    settings.cache_clear()


def _states(town: Town) -> set[str]:
    return {one.state for one in town.files()}


def _waiting(town: Town) -> set[tuple[str, str | None, int]]:
    with town.committed.transaction() as session:
        found = session.scalars(select(Job).where(Job.state == "queued", Job.kind.in_(SENDING)))
        return {(one.kind, one.error_code, one.attempts) for one in found}


class _Looking:
    """A way to the bank at whose door it is looked whether the intent is witnessed."""

    def __init__(self, way: Any, town: Town) -> None:
        self._way, self._town = way, town

    def deliver(self, name: str, content: bytes) -> Delivery:
        with self._town.committed.transaction() as session:
            file = session.scalars(select(BankFile).where(BankFile.file_name == name)).one()
            assert file.state == "sending"
            assert is_witnessed(session, ("bank_files", file.id))
            assert is_witnessed(session, ("batches", file.batch_id))
        delivery: Delivery = self._way.deliver(name, content)
        return delivery


def test_files_wait_for_the_witnesses_go_back_when_they_leave_and_are_sent_once(
    town: Town, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looking(channel: BankChannel) -> _Looking:
        return _Looking(transport(channel), town)

    monkeypatch.setattr(hand_over, "transport", looking)
    # The signatures are not witnessed: the batch is not even begun, and no try is counted.
    town.send()
    assert _states(town) == {"prepared"}
    assert _waiting(town) == {("dispatch.begin", "waits_for_witnesses", 0)}
    offices.away = set()
    publish_now()
    town.wait_for_retries()
    # They confirm that, and leave before the intent to send can be confirmed.
    with monkeypatch.context() as leaving:

        def leave(*asked: Any, **arguments: Any) -> None:
            offices.away = {NAMES[1]}
            enqueue(*asked, **arguments)

        leaving.setattr(hand_over, "enqueue", leave)
        town.send()
    assert _states(town) == {"prepared"}
    assert _waiting(town) == {("dispatch.hand_over", "waits_for_witnesses", 0)}
    with town.committed.transaction() as session:
        acts = list(
            session.scalars(
                select(AuditEntry.act)
                .where(AuditEntry.object_type == "bank_files")
                .order_by(AuditEntry.id)
            )
        )
    assert acts.count("bank_file.sending") == acts.count("bank_file.not_delivered") == 2
    assert "bank_file.delivered" not in acts
    offices.away = set()
    monkeypatch.setenv("ANXIN_WITNESS_WAIT_SECONDS", "60")
    settings.cache_clear()
    publish_now()
    town.wait_for_retries()
    town.send()
    assert _states(town) == {"delivered"}


def test_whoever_lost_its_file_while_it_waited_sends_nothing(
    town: Town, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices.away = set()
    publish_now()

    def meanwhile(on: tuple[str, object]) -> bool:
        with town.committed.transaction() as session:
            file = queries.locked(session, UUID(str(on[1])))
            move(session, file, "unknown", by=SYSTEM, details={"code": "worker_lost"})
        return True

    monkeypatch.setattr(hand_over, "wait_witnessed", meanwhile)
    monkeypatch.setattr(hand_over, "transport", lambda _: nullcontext())
    town.send()
    assert _states(town) == {"unknown"}
