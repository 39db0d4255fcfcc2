"""The example client does against a served app what it says: types checked, run as somebody copied it."""

import importlib.util
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
import uvicorn

from service.app import create_app
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.ledger.appropriate import appropriate
from service.webhooks.signatures import headers, new_secret
from tests.factories.batches import PAY_DAY, county_batch, frozen
from tests.factories.officers import OfficerFactory, staff
from tests.foundation.committed import Committed, committed, template
from tests.service.enquiry.asking import code_of, resident
from tests.service.web.browsing import PASSWORD, password_hash

__all__ = ["committed", "template"]
FILE = Path(__file__).parents[2] / "docs" / "examples" / "client" / "anxin_client.py"


@pytest.fixture(scope="module")
def client() -> Any:
    spec = importlib.util.spec_from_file_location("anxin_client", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def address(committed: Committed) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(create_app(), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    )
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    serving.join()


def test_its_types_hold() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null", str(FILE)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout


def test_an_officer_reads_and_approves_once(
    committed: Committed, address: str, client: Any
) -> None:
    with time_machine.travel(PAY_DAY, tick=True):
        with committed.transaction() as session:
            people = staff()
            people.reviewer.username, people.reviewer.password_hash = "reviewer", password_hash()
            batch = county_batch(session, 3)
            frozen(session, batch, people)
            number = batch.batch_no
            appropriate(session, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
        with client.Anxin(address) as anxin:
            with pytest.raises(client.Problem) as nobody:
                anxin.sign_in("reviewer", "wrong")
            assert nobody.value.status == 401
            anxin.sign_in("reviewer", PASSWORD)
            assert any("/batches" in one["href"] for one in anxin.queue())
            assert [one["batch_no"] for one in anxin.batches(month="2026-10")] == [number]
            lines = list(anxin.lines(number))
            assert sorted(one["amount_fen"] for one in lines) == [10_001, 10_002, 10_003]
            path, key = f"/api/batches/{number}/approve", {"Idempotency-Key": "our-own-key"}
            seen = {"seen": anxin.call("GET", f"/api/batches/{number}")["seen"]}
            done = anxin.approve(number, key="our-own-key")
            assert done["state"] in ("approved", "prepared")
            assert anxin.call("POST", path, seen, key) == done
            with pytest.raises(client.Problem) as unknown:
                anxin.approve("MZ15-2026-10-99")
            assert unknown.value.code == "not_found"
    with committed.transaction() as session:
        acts = session.query(AuditEntry).filter(AuditEntry.act == "batch.approved").count()
        assert acts == 1


def test_many_pages_are_walked(committed: Committed, address: str, client: Any) -> None:
    with committed.transaction() as session:
        OfficerFactory.create(duties=["maker"], username="maker", password_hash=password_hash())
        number = county_batch(session, 120).batch_no
    with client.Anxin(address) as anxin:
        anxin.sign_in("maker", PASSWORD)
        references = [one["reference"] for one in anxin.lines(number)]
    assert len(references) == len(set(references)) == 120


def test_a_resident_asks(committed: Committed, address: str, client: Any) -> None:
    with committed.transaction():
        asking = resident(41)
    with client.Anxin(address) as anxin:
        anxin.ask_code(asking.number)
        with committed.transaction() as session:
            code = code_of(session, asking.number)
        said = anxin.enquire(asking.number, code, "2026-10")
        assert "15000" in str(said)
        with pytest.raises(client.Problem) as wrong:
            anxin.ask_code("330523")
        assert wrong.value.code == "id_number_wrong"


def test_it_waits_as_it_is_told(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    anxin = client.Anxin("http://127.0.0.1:1")
    waited: list[float] = []
    answers = [client.Problem(503, {"code": "busy"}, 7), b'{"batches": [], "total": 0}']

    def answer(*_: object) -> bytes:
        one = answers.pop(0)
        if isinstance(one, Exception):
            raise one
        return bytes(one)

    monkeypatch.setattr(anxin, "_open", answer)
    monkeypatch.setattr(client.time, "sleep", waited.append)
    assert list(anxin.batches()) == []
    assert waited == [7]


def test_it_knows_our_webhooks(client: Any) -> None:
    secret, body = new_secret(), b'{"type":"test"}'
    sent = headers([new_secret(), secret], "evt_1", int(time.time()), body)
    assert client.is_webhook_ours(secret, sent, body)
    assert not client.is_webhook_ours(secret, sent, body + b" ")
    assert not client.is_webhook_ours(new_secret(), sent, body)
    assert not client.is_webhook_ours(secret, {**sent, "webhook-timestamp": "1"}, body)
    # A way of signing that it does not know is passed over, and never taken for the one it knows.
    both = f"v2,{'A' * 44} {sent['webhook-signature']}"
    assert client.is_webhook_ours(secret, {**sent, "webhook-signature": both}, body)
    other = sent["webhook-signature"].replace("v1,", "v2,")
    assert not client.is_webhook_ours(secret, {**sent, "webhook-signature": other}, body)
