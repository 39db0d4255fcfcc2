"""A small month is run with every door open for leaks: what is written down names nobody."""

import io
import json
import logging
import re
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest
import redis
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches import queries
from service.batches.models import Payment
from service.foundation import jobs, logs
from service.foundation.encryption import sealer
from service.foundation.engines import redis_url
from service.foundation.jobs import enqueue, wake
from service.ledger.models import BankChannel
from service.reconciliation.reply import receive_reply
from service.residents.models import Account, Person, PersonIdentifier
from tests.bank_adapters.banks import RunningBank
from tests.factories.banks import register
from tests.factories.batches import county_batch, signed
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.foundation.committed import Committed

OPEN_COLUMNS = {
    # Where a name is kept on purpose: the register, the bank's answer, and the line to be paid.
    ("persons", "name"),
    ("account_verifications", "holder_name"),
    ("payments", "payee_name"),
}


def _secrets(session: Session) -> dict[str, list[str]]:
    cards = [
        sealer().open(one.card_sealed, f"accounts:card:{one.card_index.hex()}")
        for one in session.scalars(select(Account))
    ]
    numbers = [
        sealer().open(one.value_sealed, f"person_identifiers:value:{one.value_index.hex()}")
        for one in session.scalars(select(PersonIdentifier))
    ]
    names = [name for name in session.scalars(select(Person.name)) if name]
    assert len(cards) >= 6
    assert len(numbers) >= 6
    assert len(names) >= 6
    return {"card": cards, "number": numbers, "name": names}


def _found(where: str, secrets: dict[str, list[str]]) -> list[str]:
    return [kind for kind, values in secrets.items() if any(value in where for value in values)]


def _run(committed: Committed, bank: RunningBank) -> None:
    """Run a small month through to a truncated answer, a wrong one, and a failing job."""
    with committed.transaction() as session:
        register(bank)
        batch = county_batch(session, 6)
        people = session.scalars(select(Person)).all()
        for serial, person in enumerate(people):
            PersonIdentifierFactory.create(person=person, number=id_number(serial, "19390101"))
        signed(session, batch)
    jobs.drain()
    with committed.transaction() as session:
        lines = session.scalars(select(Payment)).all()
        channel = session.scalars(select(BankChannel).where(BankChannel.code == "ccb")).one()
        leaky = "\r\n".join(
            f"{line.id}|{line.payee_name}|{card}"
            for line, card in zip(lines, _secrets(session)["card"], strict=False)
        )
        by = Actor(kind="bank", id="ccb")
        receive_reply(session, channel, "a.txt", leaky.encode("gb18030"), by=by)
        receive_reply(session, channel, "b.txt", b"#" + leaky.encode("gb18030")[:99], by=by)
        enqueue(session, "month.freeze", "nobody", run_id="not-a-run")
    jobs.drain()
    with committed.transaction() as session:
        mine = queries.of_month(session, "2026-10")[0]
        for spoil in (
            "UPDATE payments SET amount_fen = 0",
            "UPDATE persons SET name = name || :no",
        ):
            try:
                with session.begin_nested():
                    session.execute(text(spoil))
            except Exception as error:
                logs.logger("test").exception("test.spoilt", kind=type(error).__name__)
        assert mine.state


def test_logs_errors_messages_and_audit_entries_name_nobody(
    committed: Committed, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = RunningBank(tmp_path / "bank")
    bank.start()
    monkeypatch.setattr(wake, "_listening", True)
    queue = redis.Redis.from_url(redis_url())
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with redirect_stderr(written), redirect_stdout(written):
            logs.configure("DEBUG")
            _run(committed, bank)
        with committed.transaction() as session:
            secrets = _secrets(session)
        messages = "".join(
            told.decode() if isinstance(told, bytes) else told
            for name in ("batch", "bank", "periodic")
            for told in queue.lrange(name, 0, -1)
        )
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        queue.close()
        bank.stop()
        logs.configure()
    assert "jobs.failed" in written.getvalue(), "nothing went wrong; this test looks at nothing"
    assert "test.spoilt" in written.getvalue()
    assert _found(written.getvalue(), secrets) == [], "the log"
    assert messages
    assert _found(messages, secrets) == [], "the queue"
    _no_table_names_anybody(committed, secrets)
    _no_file_of_ours_is_named_after_anybody(committed, secrets)


def _no_table_names_anybody(committed: Committed, secrets: dict[str, list[str]]) -> None:
    with committed.transaction() as session:
        columns = session.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'bytea')"
            )
        ).all()
        leaks = set()
        for table, column in columns:
            values = session.scalars(
                text(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
            ).all()
            for value in values:
                told = (
                    bytes(value).decode("utf-8", "replace")
                    if isinstance(value, bytes | memoryview)
                    else json.dumps(value, ensure_ascii=False, default=str)
                )
                if _found(told, secrets):
                    leaks.add((table, column))
        assert len(columns) > 50
    assert leaks <= OPEN_COLUMNS, leaks - OPEN_COLUMNS


def _no_file_of_ours_is_named_after_anybody(
    committed: Committed, secrets: dict[str, list[str]]
) -> None:
    names = "\n".join(str(path) for path in committed.data_dir.rglob("*"))
    assert _found(names, secrets) == []


def test_a_number_that_slips_into_a_log_is_blotted_out() -> None:
    written = io.StringIO()
    with redirect_stderr(written):
        logs.configure()
        logs.logger("test").info(
            "test.said", note="card 6217000010001234567 and 33052319500101123X", count=3
        )
    logs.configure()
    said = json.loads(written.getvalue())
    assert said["note"] == "card ‹number› and ‹number›"
    assert not re.search(r"[0-9]{11}", said["note"])
