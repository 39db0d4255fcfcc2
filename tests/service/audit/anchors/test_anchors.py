"""A time-stamp over the log is taken once an hour, holds up nothing, and is checked wherever the log is.

The log has ten entries; signed rounds end at 3, 4, 8 and 10.
"""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from service.audit.anchors import health
from service.audit.anchors.models import AuditAnchor
from service.audit.anchors.queries import anchors
from service.audit.anchors.take import KIND, NothingToAnchor, ask_for_due, take
from service.audit.commands import app
from service.audit.standalone import bundle as names
from service.audit.standalone.classes import ANCHOR
from service.audit.standalone.main import main
from service.foundation import clock, jobs
from service.foundation.engines import time_stamps
from service.foundation.jobs import Job
from service.foundation.settings import settings
from service.foundation.time_stamps.check import request_for
from tests.foundation.committed import Committed
from tests.service.audit.anchors.stamp_server import StampServer
from tests.service.audit.trail import ROUNDS, SIZE, verdict, write
from tests.service.audit.verify.exported import files_of, written


def _sizes(committed: Committed) -> list[int]:
    with committed.transaction() as session:
        return [one.size for one in anchors(session)]


def _ask(committed: Committed) -> bool:
    with committed.transaction() as session:
        return ask_for_due(session)


def _job(committed: Committed) -> Job:
    with committed.transaction() as session:
        found = session.scalars(select(Job).where(Job.kind == KIND).order_by(Job.created_at)).all()
        session.expunge_all()
        return found[-1]


def _again(committed: Committed) -> None:
    with committed.transaction() as session:
        session.execute(update(Job).where(Job.state == "queued").values(run_after=clock.now()))
    jobs.drain(kinds=(KIND,))


def _aged(committed: Committed, ago: timedelta) -> None:
    at = (clock.now() - ago).isoformat()
    committed.as_superuser(f"UPDATE audit_anchors SET taken_at = '{at}'")


def test_whatever_the_authority_does_an_anchor_holds_or_is_not_there(
    committed: Committed, stamping: StampServer
) -> None:
    assert not _ask(committed), "nothing is published yet"
    with committed.transaction() as session, pytest.raises(NothingToAnchor):
        take(session)
    write(committed, *ROUNDS)
    for _ in range(2):
        assert _ask(committed)
    first: list[bytes] = []

    def replayed(request: bytes) -> bytes:
        if first:
            return first[0]
        first.append(stamping.good(request))
        return b""

    wrong: list[tuple[str, Any]] = [
        ("time_stamp_unavailable", lambda _: 503),
        ("time_stamp_unavailable", lambda _: 302),
        ("time_stamp_refused", replayed),
        ("time_stamp_refused", lambda _: b"<html>maintenance</html>"),
        ("time_stamp_refused", lambda _: time_stamps.rejection()),
        # The same note, another nonce; another note, our nonce; another authority's root.
        ("time_stamp_refused", replayed),
        (
            "time_stamp_refused",
            lambda request: stamping.good(request_for(bytes(32), request[-11:-3])),
        ),
    ]
    for code, answering in wrong:
        stamping.answering = answering
        _again(committed)
        assert (_job(committed).state, _job(committed).error_code) == ("queued", code)
        assert _sizes(committed) == []
        assert verdict(committed).verified
    stamping.answering = lambda request: time_stamps.answer(stamping.home / "foreign", request)
    _again(committed)
    assert (_job(committed).state, _job(committed).error_code) == ("failed", "time_stamp_refused")

    # It gave up; after a rest it is asked for anew, and once it holds it is kept once.
    stamping.answering = stamping.good
    assert _ask(committed)
    assert jobs.drain(kinds=(KIND,)) == 0
    with committed.transaction() as session:
        ago = clock.now() - timedelta(minutes=6)
        session.execute(update(Job).where(Job.kind == KIND).values(finished_at=ago))
    assert _ask(committed)
    _again(committed)
    assert _sizes(committed) == [SIZE]
    assert not _ask(committed), "not before an hour is over"

    # Asked for by a late message while it is not due: nothing is made.
    with committed.transaction() as session:
        jobs.enqueue(session, KIND, "after:1")
    _again(committed)
    assert _sizes(committed) == [SIZE]
    _aged(committed, timedelta(hours=2))
    assert not _ask(committed), "the log has not grown"
    _aged(committed, timedelta(hours=13))
    assert _ask(committed)
    _again(committed)
    assert _sizes(committed) == [SIZE, SIZE]
    write(committed, 2)
    _aged(committed, timedelta(hours=1))
    assert _ask(committed)
    _again(committed)
    assert _sizes(committed) == [SIZE, SIZE, SIZE + 2]
    assert verdict(committed).verified


def test_a_day_without_one_is_said_while_an_authority_is_set(
    committed: Committed, stamping: StampServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(committed, *ROUNDS)
    stamping.close()
    assert _ask(committed)
    jobs.drain(kinds=(KIND,))
    assert _job(committed).error_code == "time_stamp_unavailable", "nobody listens there"
    with committed.transaction() as session:
        assert health.summary(session) == {"anchors": "ok"}
    monkeypatch.setenv("ANXIN_TIME_STAMP_URL", "embedded")
    monkeypatch.delenv("ANXIN_TIME_STAMP_ROOTS_FILE")
    settings.cache_clear()
    made = CliRunner().invoke(app, ["anchor"])
    assert made.exit_code == 0, made.output
    _aged(committed, timedelta(hours=25))
    with committed.transaction() as session:
        assert health.summary(session) == {"status": "degraded", "anchors": "late"}
        health.measure(session)
    assert health.LATE.get() > 24 * 3600
    assert health.AGE.get() > 24 * 3600
    monkeypatch.delenv("ANXIN_TIME_STAMP_URL")
    settings.cache_clear()
    with committed.transaction() as session:
        assert health.summary(session) == {}
        health.measure(session)
    assert health.LATE.get() == 0


def _with_anchor(log: Path, whole: dict[str, bytes], **changed: Any) -> None:
    lines = [json.loads(one) for one in whole[names.ANCHORS].splitlines()]
    lines[0].update(changed)
    content = b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in lines)
    written({**whole, names.ANCHORS: content}, log)


def test_kept_and_exported_stamps_are_checked_and_a_false_one_has_its_code(
    committed: Committed,
    stamping: StampServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(committed, *ROUNDS)
    assert CliRunner().invoke(app, ["anchor"]).exit_code == 0
    write(committed, 2)
    assert CliRunner().invoke(app, ["anchor"]).exit_code == 0
    listed = json.loads(CliRunner().invoke(app, ["anchors", "--json"]).stdout)
    assert [(one["number"], one["size"]) for one in listed] == [(1, SIZE), (2, SIZE + 2)]
    log, trust = tmp_path / "log.zip", tmp_path / "trust.json"
    for command in (["export", str(log)], ["trust", str(trust)]):
        assert CliRunner().invoke(app, command).exit_code == 0, command
    whole = files_of(log)
    first, second = (json.loads(one) for one in whole[names.ANCHORS].splitlines())

    def ends() -> tuple[dict[str, Any], dict[str, Any]]:
        arguments = [str(log), "--trust", str(trust), "--json"]
        full = json.loads(CliRunner().invoke(app, ["verify", *arguments]).stdout)
        main(arguments)
        return full, json.loads(capsys.readouterr().out)

    full, alone = ends()
    assert (full["code"], alone["code"]) == (0, 0)
    assert [one["size"] for one in full["anchors"]] == [SIZE, SIZE + 2]
    assert (full["anchors_unchecked"], alone["anchors_unchecked"]) == (False, True)
    main([str(log), "--trust", str(trust)])
    assert "Who signed the time-stamps was not checked." in capsys.readouterr().out

    token = bytearray(base64.b64decode(first["response"]))
    token[-1] ^= 1
    note = first["note"].encode()
    request = base64.b64decode(first["request"])
    foreign = time_stamps.answer(tmp_path / "foreign", request)
    both: list[dict[str, Any]] = [
        {"note": second["note"]},
        {"request": second["request"], "response": second["response"]},
        {"size": SIZE + 2},
        {"stamped_at": "2020-01-01T00:00:00+00:00"},
        {"stamped_at": "yesterday"},
        {"note": first["note"] + "\n"},
    ]
    of_the_token: list[dict[str, Any]] = [
        {"response": base64.b64encode(bytes(token)).decode()},
        {"response": base64.b64encode(foreign).decode()},
    ]
    for changed in both + of_the_token:
        _with_anchor(log, whole, **changed)
        full, alone = ends()
        assert full["code"] == ANCHOR, changed
        assert full["first_bad"] == changed.get("size", SIZE)
        assert full["sentence_zh"]
        if changed in both:
            assert alone["code"] == ANCHOR, changed
    assert note

    # Without a trusted root the token's own word is all there is, and that is said.
    written(whole, log)
    bare = json.loads(trust.read_text("utf-8")) | {"time_stamp_roots": []}
    trust.write_text(json.dumps(bare), "utf-8")
    full, _ = ends()
    assert (full["code"], full["anchors_unchecked"]) == (0, True)


def test_the_live_log_is_compared_with_what_was_stamped(
    committed: Committed, stamping: StampServer
) -> None:
    write(committed, *ROUNDS)
    for number in range(3):
        with committed.transaction() as session:
            assert take(session).number == number + 1
    assert len(stamping.asked) == 3
    for refused in ("UPDATE audit_anchors SET size = 4", "DELETE FROM audit_anchors"):
        with (
            psycopg.connect(committed.url) as connection,
            pytest.raises(psycopg.errors.CheckViolation),
        ):
            connection.execute(refused)
    assert verdict(committed).verified
    tamperings = (
        "UPDATE audit_anchors SET response = set_byte(response, length(response) - 1, 0) WHERE number = 2",
        "UPDATE audit_anchors SET size = 8 WHERE number = 2",
        "UPDATE audit_anchors SET stamped_at = stamped_at - interval '1 hour' WHERE number = 2",
        "DELETE FROM audit_anchors WHERE number = 2",
    )
    committed.as_superuser("CREATE TABLE kept AS SELECT * FROM audit_anchors")
    for tampering in tamperings:
        committed.as_superuser(tampering)
        found = verdict(committed)
        assert (found.verified, found.code) == (False, ANCHOR), tampering
        told = CliRunner().invoke(app, ["verify"])
        assert told.exit_code == ANCHOR
        assert "ime-stamp" in told.stderr
        committed.as_superuser(
            "DELETE FROM audit_anchors", "INSERT INTO audit_anchors SELECT * FROM kept"
        )
        assert verdict(committed).verified
    with committed.transaction() as session:
        assert session.get_one(AuditAnchor, 3).size == SIZE
