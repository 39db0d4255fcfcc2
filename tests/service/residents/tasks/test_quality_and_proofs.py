"""What a feed's data are worth, and which papers they save."""

from datetime import date, timedelta

import time_machine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.foundation import clock
from service.residents import feeds
from service.residents.importing import import_delivery
from service.residents.models import Confirmation, FeedRecord
from service.residents.tasks.commands import app
from service.residents.tasks.proofs import brought_back_by, proof_states
from service.residents.tasks.quality import quality
from service.residents.tasks.queries import tasks
from tests.foundation.committed import Committed, committed, template
from tests.service.residents.importing.deliveries import OFFICE, delivery, row
from tests.service.residents.tasks.conftest import Departments

__all__ = ["committed", "template"]


def send(session: Session, feed: str, *table: list[object]) -> None:
    import_delivery(session, feed, delivery(feed, *table), f"{feed}.csv", by=OFFICE)


def test_the_share_of_rejected_rows_is_followed_over_deliveries(
    county: Departments, session: Session
) -> None:
    good = [row("SL_MIG", person) for person in range(1, 20)]
    bad = row("SL_MIG", 30, moved_on="昨天")
    county.send("SL_MIG", *good)
    send(session, "SL_MIG", *good, bad)
    found = quality(session, "SL_MIG")
    assert [(one.rows_total, one.rows_rejected, one.ratio_bp) for one in found.rejected] == [
        (19, 0, 0),
        (20, 1, 500),
    ]
    assert found.trend_bp == 500
    assert found.rows_uncorrected == 1


def test_only_the_last_twelve_deliveries_count(county: Departments, session: Session) -> None:
    for number in range(14):
        with time_machine.travel(clock.now() + timedelta(days=number)):
            county.send("CZ_PAY", *(row("CZ_PAY", person) for person in range(number + 1)))
    found = quality(session, "CZ_PAY")
    assert [one.rows_total for one in found.rejected] == list(range(3, 15))
    assert found.trend_bp == 0


def test_fields_filled_in_are_counted_over_the_accepted_rows(
    county: Departments, session: Session
) -> None:
    county.send("CZ_PAY", row("CZ_PAY", 1), row("CZ_PAY", 2, name=""))
    by_field = {one.field: one for one in quality(session, "CZ_PAY").filled}
    assert by_field["name"].ratio_bp == 5_000
    assert by_field["person"].ratio_bp == 10_000
    assert by_field["person"].required


def test_open_overdue_and_admitted_tasks_are_counted(county: Departments, session: Session) -> None:
    county.register(1)
    county.say("CZ_PAY", 1, name="王秀莹")
    county.look()
    assert (quality(session, "CZ_PAY").tasks_open, quality(session, "CZ_PAY").tasks_overdue) == (
        1,
        0,
    )
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert quality(session, "CZ_PAY").tasks_overdue == 1
    assert quality(session, "RS_CARD").tasks_open == 0


def test_false_reports_of_deaths_are_counted_against_the_feed(
    county: Departments, session: Session
) -> None:
    county.send("WJ_DEATH", *(row("WJ_DEATH", n, retracted_on="") for n in (1, 2, 3)))
    assert quality(session, "WJ_DEATH").reports_false == 0
    county.send("WJ_DEATH", row("WJ_DEATH", 1, retracted_on=clock.today().isoformat()))
    one = (
        session.query(FeedRecord)
        .filter_by(feed="WJ_DEATH", known_to=None)
        .order_by(FeedRecord.id)
        .first()
    )
    assert one is not None
    session.add(
        Confirmation(
            person_id=one.person_id, answer="alive", stated_on=date(2026, 6, 1), organisation="递铺街道",
            reason="上门核实", by="steward-1", at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    assert quality(session, "WJ_DEATH").reports_false == 2
    assert quality(session, "CZ_PAY").reports_false == 0


def test_a_feed_never_delivered_has_no_quality_to_speak_of(session: Session) -> None:
    found = quality(session, "TJ_CPI")
    assert (found.rejected, found.filled, found.trend_bp, found.tasks_open) == ((), (), 0, 0)


def test_a_proof_is_answered_when_all_its_feeds_are_there_and_fresh(
    county: Departments, session: Session
) -> None:
    states = {one.proof.code: one for one in proof_states(session)}
    assert len(states) == len(feeds.proofs()) >= 74
    assert {one.state for one in states.values()} == {"missing"}
    county.register(1)
    age = next(one for one in proof_states(session) if one.proof.zh == "年龄证明")
    assert (age.state, age.lacking) == ("answered", ())
    relatives = next(one for one in proof_states(session) if one.proof.zh == "亲属关系证明")
    assert (relatives.state, relatives.lacking) == ("missing", ("MZ_MAR", "WJ_BIRTH"))


def test_a_stale_feed_brings_its_papers_back(county: Departments, session: Session) -> None:
    county.register(1)
    assert {one.zh for one in brought_back_by(session, "GA_HUKOU")} >= {"年龄证明"}
    assert brought_back_by(session, "GA_MIG") == []
    with time_machine.travel(clock.now() + timedelta(days=5)):
        age = next(one for one in proof_states(session) if one.proof.zh == "年龄证明")
        assert (age.state, age.lacking) == ("stale", ("GA_HUKOU",))
        assert brought_back_by(session, "GA_HUKOU") == []


def test_tasks_are_looked_for_listed_and_answered_on_the_console(committed: Committed) -> None:
    runner = CliRunner(env={"COLUMNS": "200"})
    with committed.transaction() as session:
        county = Departments(session)
        county.register(1)
        county.say("CZ_PAY", 1, name="王秀莹")
    assert "name_differs" in runner.invoke(app, ["look"]).output
    assert "CZ_PAY" in runner.invoke(app, ["list"]).output
    assert "name_differs" in runner.invoke(app, ["list", "--feed", "CZ_PAY"]).output
    with committed.transaction() as session:
        (task,) = tasks(session)
    wrong = runner.invoke(app, ["answer", str(task.id), "--outcome", "no", "--reason", "x"])
    assert (wrong.exit_code, "答复须选择结论" in wrong.output) == (1, True)
    right = runner.invoke(app, ["answer", str(task.id), "--outcome", "stands", "--reason", "已核"])
    assert right.exit_code == 0
    assert "name_differs" not in runner.invoke(app, ["list", "--feed", "CZ_PAY"]).output
    assert runner.invoke(app, ["look", "--feed", "XX"]).exit_code == 1
