"""The disk is full, the database goes away in the middle, a long file is being posted: nothing by halves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from bank_adapters.transport.fetch import FetchedFile, RemoteFile
from service.batches.models import Payment
from service.ledger.queries import balances
from service.reconciliation import answer as answering
from service.reconciliation import collect as collecting
from service.reconciliation.models import InboundFile
from service.reconciliation.settle import settle
from tests.foundation.committed import Committed
from tests.service.reconciliation.answers import Sent, render, sent

FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER disk_is_full BEFORE INSERT ON inbound_files FOR EACH ROW EXECUTE FUNCTION disk_is_full();
ALTER TABLE inbound_files ENABLE ALWAYS TRIGGER disk_is_full;
"""


class Way:
    """A bank's outbox; what was removed there is gone."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def fetch_new(self, folder: str, **_: Any) -> list[FetchedFile]:
        return [
            FetchedFile(RemoteFile("/outbox", name, len(content), 1), content, "")
            for name, content in self.files.items()
            if folder == "/outbox"
        ]

    def remove(self, file: RemoteFile) -> bool:
        return self.files.pop(file.name, None) is not None


def test_what_was_not_written_whole_is_read_again_whole(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = {"rural": Way({}), "ccb": Way({})}
    monkeypatch.setattr(collecting, "transport", lambda channel: ways[channel.code])

    def answered(out: Sent, code: str) -> None:
        reference = out.file(code).file_reference
        said = out.told("ACSC", "RJCT", code=code)
        ways[code].files[f"{reference}.answer"] = render(code, said, file_reference=reference)

    with committed.transaction() as session:
        older, newer = sent(session, 4, month="2026-10"), sent(session, 4, month="2026-11")
        answered(older, "rural")
        answered(older, "ccb")
    # The programme's accounts are opened by its first answer.
    assert collecting.collect("rural") == 1
    with committed.transaction() as session:
        newer.session = session
        answered(newer, "rural")
        before = _state(session)
    assert before[0] == ["paid", "rejected", *["sent"] * 6]

    def untouched() -> bool:
        with committed.transaction() as session:
            return _state(session) == before

    # Row 42: the disk is full while the file is archived; then the database goes away while its
    # money is being posted.
    committed.as_superuser(FULL)
    with pytest.raises(DBAPIError, match="No space left"):
        collecting.collect("rural")
    committed.as_superuser("DROP TRIGGER disk_is_full ON inbound_files")
    assert untouched()
    with (
        _during_settling(monkeypatch, lambda session: _end_the_server_of(committed, session)),
        pytest.raises(OperationalError),
    ):
        collecting.collect("rural")
    assert untouched()
    assert all(way.files for way in ways.values()), "nothing is taken away from a bank before"

    # Row 41: while one bank's file is being posted, another bank's is read, posted and done.
    done: list[int] = []

    def another(_: Session) -> None:
        other = Thread(target=lambda: done.append(collecting.collect("ccb")))
        other.start()
        other.join(timeout=60)
        assert done == [1], "it waited for the longer one"

    with _during_settling(monkeypatch, another):
        assert collecting.collect("rural") == 1
    with committed.transaction() as session:
        states, files, money = _state(session)
        assert states == ["paid"] * 3 + ["rejected"] * 3 + ["sent"] * 2
        assert (len(files), sum(money.values())) == (3, 0)
    assert not any(way.files for way in ways.values())
    assert (collecting.collect("rural"), collecting.collect("ccb")) == (0, 0)


def _state(session: Session) -> tuple[list[str], list[object], dict[str, int]]:
    """Return everything that an answer changes: payments, files kept, money."""
    states = sorted(session.scalars(select(Payment.state)))
    return states, sorted(session.scalars(select(InboundFile.id)), key=str), balances(session)


@contextmanager
def _during_settling(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[Session], None]
) -> Iterator[None]:
    """Let something happen once, when payments have moved and money is posted, before the commit."""
    waiting = [act]

    def interrupted(session: Session, *given: Any, **named: Any) -> None:
        settle(session, *given, **named)
        if waiting:
            waiting.pop()(session)

    with monkeypatch.context() as patched:
        patched.setattr(answering, "settle", interrupted)
        yield


def _end_the_server_of(committed: Committed, session: Session) -> None:
    mine = session.scalar(text("SELECT pg_backend_pid()"))
    with psycopg.connect(committed.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (mine,))
