"""Runs of standing queries: what is new, still there or gone; false alarms; reading that cannot write."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.cli import app
from service.foundation import jobs
from service.officers.may import NotAllowed
from service.oversight.standing import engine, queries
from service.oversight.standing import jobs as standing_jobs
from service.oversight.standing.aside import AsideReasonMissing, HitNotThere, set_aside
from service.oversight.standing.catalogue import BY_CODE, QUERIES
from service.oversight.standing.engine import keep, look, reading
from service.oversight.standing.jobs import KIND, ask_for_nightly_look
from service.oversight.standing.models import StandingHit, StandingRun
from tests.factories.officers import OfficerFactory
from tests.factories.residents import PersonFactory
from tests.foundation.committed import Committed
from tests.service.oversight.standing_cases import TODAY, died, paid, triggers_asleep
from tests.service.web.browsing import MakeOfficer, SignInAs

QUERY = BY_CODE["paid_after_death"]


def _run(session: Session) -> StandingRun:
    made = keep(session, QUERY, look(session, QUERY, today=TODAY), by=SYSTEM)
    assert made is not None
    return made


def _there(session: Session, run: StandingRun, standing: str = "") -> set[str]:
    return {one.hit.subject for one in queries.hits_of(session, run, standing=standing)[0]}


def test_runs_say_what_is_new_changed_still_there_and_gone(made: Session) -> None:
    auditor = OfficerFactory.create(duties=["auditor"])
    triggers_asleep(made)
    dead, other, late = PersonFactory.create_batch(3)
    for person in (dead, other):
        died(person, TODAY - timedelta(days=80))
    stays, goes, comes = paid(dead), paid(other), paid(late)
    first = _run(made)
    assert (first.number, first.found, first.new, first.gone) == (1, 2, 2, 0)
    assert first.query_digest == QUERY.digest

    set_aside(made, _hit(made, f"payment:{stays.id}").id, reason="银行证明已退回", by=auditor)
    made.execute(text("DELETE FROM feed_records WHERE person_id = :who"), {"who": other.id})
    died(late, TODAY - timedelta(days=70))
    second = _run(made)
    assert (second.new, second.changed, second.still, second.gone) == (1, 0, 1, 1)
    assert _there(made, second, "new") == {f"payment:{comes.id}"}
    assert _there(made, second, "gone") == {f"payment:{goes.id}"}
    assert _there(made, second, "aside") == {f"payment:{stays.id}"}
    assert _there(made, first) == {f"payment:{stays.id}", f"payment:{goes.id}"}, "kept as it was"

    # A second source changes the evidence: the false alarm was one of the old evidence only.
    died(dead, TODAY - timedelta(days=80), "MZ_CREM")
    third = _run(made)
    assert (third.new, third.changed, third.still, third.gone) == (0, 1, 1, 0)
    assert f"payment:{stays.id}" in _there(made, third, "open")
    assert queries.standings(made)[QUERY.code].open == 2
    entries = made.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("oversight.")))
    assert sorted(entries) == ["oversight.hit_set_aside"] + ["oversight.query_run"] * 3

    # An older reading that comes late says nothing any more.
    stale = look(made, QUERY, today=TODAY)
    assert keep(made, QUERY, look(made, QUERY, today=TODAY), by=SYSTEM) is not None
    assert keep(made, QUERY, stale, by=SYSTEM) is None


def _hit(session: Session, subject: str) -> StandingHit:
    return session.scalars(
        select(StandingHit).where(StandingHit.subject == subject, StandingHit.gone_run.is_(None))
    ).one()


def test_a_false_alarm_needs_an_auditor_a_reason_and_a_hit_that_is_there(made: Session) -> None:
    auditor, maker = OfficerFactory.create(duties=["auditor"]), OfficerFactory.create()
    triggers_asleep(made)
    dead = PersonFactory.create()
    died(dead, TODAY - timedelta(days=80))
    line = paid(dead)
    _run(made)
    hit = _hit(made, f"payment:{line.id}")
    with pytest.raises(NotAllowed):
        set_aside(made, hit.id, reason="不是死亡", by=maker)
    with pytest.raises(AsideReasonMissing):
        set_aside(made, hit.id, reason="  ", by=auditor)
    set_aside(made, hit.id, reason="身份证号登记错误", by=auditor)
    with pytest.raises(HitNotThere):
        set_aside(made, hit.id, reason="身份证号登记错误", by=auditor)


def test_more_hits_than_anybody_can_look_at_are_counted_and_nothing_is_called_gone(
    made: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    triggers_asleep(made)
    dead = PersonFactory.create()
    died(dead, TODAY - timedelta(days=80))
    for month in ("2026-09", "2026-10", "2026-11"):
        paid(dead, period=month)
    _run(made)
    monkeypatch.setattr(engine, "HITS_MAX", 2)
    second = _run(made)
    assert (second.found, second.still, second.gone) == (3, 2, 0)


def test_every_query_reads_one_instant_and_cannot_write(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_jobs, "FIRST_HOUR", 0)
    with reading() as session:
        assert session.execute(text("SHOW transaction_isolation")).scalar() == "repeatable read"
        for query in QUERIES:
            assert look(session, query).found == 0
        with pytest.raises(InternalError, match="read-only"):
            session.execute(text("UPDATE officers SET active = false"))
    with committed.transaction() as session:
        OfficerFactory.create(username="shen", duties=["auditor"])
        OfficerFactory.create(username="bian")
        ask_for_nightly_look(session)
        ask_for_nightly_look(session)
    assert jobs.drain(kinds=(KIND,)) == len(QUERIES)
    with committed.transaction() as session:
        assert len(list(session.scalars(select(StandingRun)))) == len(QUERIES)
    said: Any = CliRunner().invoke(app, ["audit", "queries", "run", QUERY.code, "--by", "shen"])
    assert said.exit_code == 0, said.output
    assert f"{QUERY.code}\trun 2\t0 hits" in said.output
    shown = CliRunner().invoke(app, ["audit", "queries", "show", QUERY.code, "--by", "shen"])
    assert QUERY.digest in shown.output
    listed = CliRunner().invoke(app, ["audit", "queries", "list", "--by", "shen", "--json"])
    assert '"paid_after_death"' in listed.output
    refused = CliRunner().invoke(app, ["audit", "queries", "list", "--by", "bian"])
    assert isinstance(refused.exception, NotAllowed)


def test_the_auditor_sees_queries_hits_and_evidence_and_others_see_nothing(
    made: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    triggers_asleep(made)
    dead = PersonFactory.create(name="张三丰")
    died(dead, TODAY - timedelta(days=80))
    line = paid(dead)
    _run(made)
    made.execute(text("SET LOCAL session_replication_role = origin"))
    hit = _hit(made, f"payment:{line.id}")
    auditor = sign_in_as("auditor")
    home = auditor.get("/oversight").text
    assert "死亡后仍发放" in home
    found = auditor.get("/oversight/queries/paid_after_death").text
    assert "该对象已于 2026-09-09 死亡" in found
    assert "505名已死亡人员" in found
    shown = auditor.get(f"/oversight/hits/{hit.id}").text
    assert hit.evidence_digest.hex() in shown
    assert "张三丰" not in shown
    address = f"/oversight/hits/{hit.id}"
    assert auditor.submit(address, {"reason": "x"}).status_code == 422
    assert auditor.submit(address, {"reason": "登记错误已更正"}).status_code == 303
    assert "登记错误已更正" in auditor.get(address).text
    queries_said = auditor.get("/api/oversight/queries").json()["queries"]
    assert next(one for one in queries_said if one["code"] == QUERY.code)["open"] == 0
    hits = auditor.get(f"/api/oversight/queries/{QUERY.code}/hits?standing=aside").json()
    assert hits["hits"][0]["subject"] == f"payment:{line.id}"
    asked = auditor.submit(f"/oversight/queries/{QUERY.code}", {})
    assert asked.headers["location"].endswith("?asked=true")
    assert "后台正在执行" in auditor.get(asked.headers["location"]).text
    for address in ("/oversight", f"/oversight/hits/{hit.id}", "/api/oversight/queries"):
        assert sign_in_as("maker").get(address).status_code == 404
