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
from service.foundation.engines import redis_url
from service.foundation.jobs import enqueue, wake
from service.ledger.models import BankChannel
from service.reconciliation.reply import receive_reply
from service.residents.models import Person
from tests.bank_adapters.banks import RunningBank
from tests.factories.banks import register
from tests.factories.batches import county_batch, signed
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.foundation.committed import Committed
from tests.foundation.scanner import NAMES_ARE_KEPT, Scanner


def _scanner(session: Session) -> Scanner:
    scanner = Scanner.of(session)
    assert min(map(scanner.count, ("card", "number", "name"))) >= 6
    return scanner


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
            for line, card in zip(lines, _scanner(session).all_of("card"), strict=False)
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
            scanner = _scanner(session)
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
    assert scanner.found(written.getvalue()) == [], "the log"
    assert messages
    assert scanner.found(messages) == [], "the queue"
    with committed.transaction() as session:
        assert scanner.in_tables(session).keys() <= NAMES_ARE_KEPT
    names = "\n".join(str(path) for path in committed.data_dir.rglob("*"))
    assert scanner.found(names) == []


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


def test_of_an_error_the_kind_and_the_place_are_written_and_never_the_message() -> None:
    written = io.StringIO()
    with redirect_stderr(written):
        logs.configure()
        try:
            try:
                raise KeyError("欧阳隐名")
            except KeyError as cause:
                raise ValueError("欧阳隐名 33052319500101123X") from cause
        except ValueError as error:
            logs.logger("test").exception("test.failed")
            logging.getLogger("some.library").error("it said %s", error)
            logging.getLogger("some.library").exception("task failed: 欧阳隐名")
    logs.configure()
    own, said, failed = map(json.loads, written.getvalue().splitlines())
    assert [one["kind"] for one in own["errors"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert "test_no_personal_data.py" in own["errors"][0]["at"][-1]
    assert (said["library"], said["message"]) == ("some.library", "it said builtins.ValueError")
    assert failed["errors"] == own["errors"]
    assert "欧阳" not in written.getvalue()
