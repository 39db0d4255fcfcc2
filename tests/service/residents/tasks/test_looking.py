"""Looking again: nothing twice, nothing forgotten, and the trail says how many."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock, jobs
from service.residents.tasks import definitions, flood
from service.residents.tasks.definitions import ChecksBroken
from service.residents.tasks.jobs import KIND, look_after_import
from tests.service.residents.importing.deliveries import row
from tests.service.residents.tasks.conftest import Departments

NEXT_YEAR = (clock.today() + timedelta(days=300)).isoformat()


def wrong_name(person: int = 1, name: str = "王秀莹") -> list[Any]:
    return row("CZ_PAY", person, name=name)


def entries(session: Session) -> list[AuditEntry]:
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_type == "review_checks")
            .order_by(AuditEntry.at, AuditEntry.id)
        )
    )


def test_looking_again_changes_nothing(county: Departments, session: Session) -> None:
    county.register(1, 2)
    county.send("CZ_PAY", wrong_name(1), wrong_name(2))
    first = county.look()
    assert (first["name_differs"].found, first["name_differs"].opened) == (2, 2)
    before, told = county.open("name_differs"), len(entries(session))
    again = county.look()
    assert all((one.opened, one.settled, one.reopened) == (0, 0, 0) for one in again.values())
    assert county.open("name_differs") == before
    assert len(entries(session)) == told


def test_a_contradiction_that_is_gone_is_settled_and_may_come_back(county: Departments) -> None:
    county.register(1)
    county.send("CZ_PAY", wrong_name())
    (task,) = county.found("name_differs")
    county.say("CZ_PAY", 1)
    assert county.found("name_differs") == []
    assert (task.state, task.outcome, task.closed_by) == ("settled", "settled", "anxin")
    county.send("CZ_PAY", wrong_name(name="王秀颖"))
    (back,) = county.found("name_differs")
    assert back.id != task.id


def test_openings_and_settlings_are_one_entry_each_with_their_number(
    county: Departments, session: Session
) -> None:
    county.register(1, 2, 3)
    county.send("CZ_PAY", *(wrong_name(person) for person in (1, 2, 3)))
    county.look()
    county.send("CZ_PAY", wrong_name(1), row("CZ_PAY", 2), row("CZ_PAY", 3))
    county.look()
    told = [(one.act, json.loads(one.canonical)["details"]["count"]) for one in entries(session)]
    assert told == [("task.opened", 3), ("task.settled", 2)]
    assert {one.object_id for one in entries(session)} == {"name_differs"}


def test_after_one_feeds_delivery_only_its_checks_are_looked_at(county: Departments) -> None:
    county.register(1)
    county.send("CZ_PAY", wrong_name())
    county.say("CL_CERT", 1, issued_on="2016-01-05", expires_on="2026-01-01", status="正常")
    looked = county.look("CL_CERT")
    assert looked["certificate_expired"].opened == 1
    assert looked["name_differs"].opened == 0
    assert county.look("GA_HUKOU")["name_differs"].opened == 1
    assert "two_pensions" not in looked
    assert county.look("TJ_CPI").keys() == {
        code for code, check in definitions.every().items() if check.reads("TJ_CPI")
    }


def test_a_look_at_one_feed_settles_nothing_of_other_checks(county: Departments) -> None:
    county.register(1)
    expired = row("MZ_ELD", 1, assess="重", assessed_on="2020-01-05", valid_to="2026-01-01")
    county.send("MZ_ELD", expired)
    county.look()
    county.send(
        "MZ_ELD", row("MZ_ELD", 1, assess="重", assessed_on="2020-01-05", valid_to=NEXT_YEAR)
    )
    county.look("RS_CARD")
    assert len(county.open("assessment_expired")) == 1
    county.look("MZ_ELD")
    assert county.open("assessment_expired") == []


def test_a_look_at_one_feed_settles_nothing_of_another_feeds_names(county: Departments) -> None:
    county.register(1)
    county.send("CZ_PAY", wrong_name())
    county.send("SL_MIG", row("SL_MIG", 1, name="王秀莹"))
    county.look()
    county.send("CZ_PAY", row("CZ_PAY", 1))
    county.send("SL_MIG", row("SL_MIG", 1))
    assert county.look("CZ_PAY")["name_differs"].settled == 1
    assert [one.feed for one in county.open("name_differs")] == ["SL_MIG"]


def test_no_name_number_or_account_gets_into_a_task(county: Departments, session: Session) -> None:
    county.register(1)
    county.send("CZ_PAY", wrong_name())
    county.say("RS_CARD", 1, status="正常")
    county.say("BK_RET", 1, verdict="不一致", status="")
    county.look()
    rows = session.scalars(text("SELECT to_jsonb(t) FROM review_tasks AS t")).all()
    kept = json.dumps(rows, ensure_ascii=False)
    assert len(rows) >= 2
    for secret in ("王秀", "33052319500105", "621700"):
        assert secret not in kept


def test_a_broken_file_becomes_one_question_to_its_feed(
    county: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "MANY", 3)
    people = (1, 2, 3, 4)
    county.register(*people)
    county.send("CZ_PAY", wrong_name(1), *(row("CZ_PAY", person) for person in (2, 3, 4)))
    (first,) = county.found("name_differs")
    county.send("CZ_PAY", *(wrong_name(person) for person in people))
    kept, gathered = sorted(
        county.found("name_differs"), key=lambda one: one.subject_key != first.subject_key
    )
    assert kept.id == first.id
    assert (gathered.subject_key, gathered.details["count"]) == ("many/CZ_PAY", 4)
    county.send("CZ_PAY", *(row("CZ_PAY", person) for person in people))
    assert county.found("name_differs") == []


def test_many_waiting_looks_are_done_as_one(county: Departments, session: Session) -> None:
    county.register(1)
    county.send("CZ_PAY", wrong_name())
    for number, feed in enumerate(("CZ_PAY", "GA_HUKOU", "RS_CARD")):
        jobs.enqueue(session, KIND, f"test-{number}", feed=feed, delivery_id=str(number))
    look_after_import(session, feed="CZ_PAY", delivery_id="0")
    assert len(county.open("name_differs")) == 1
    states = session.scalars(select(jobs.Job.state).where(jobs.Job.kind == KIND)).all()
    assert len(states) >= 3
    assert set(states) == {"done"}


def test_a_look_without_a_feed_looks_at_everything(county: Departments, session: Session) -> None:
    county.register(1)
    county.send("CZ_PAY", wrong_name())
    jobs.enqueue(session, KIND, "all")
    look_after_import(session)
    assert len(county.open("name_differs")) == 1


def test_the_table_of_checks_says_all_its_faults_at_once(tmp_path: Any) -> None:
    (tmp_path / "checks.yaml").write_text(
        "a: {zh: 甲, en: A, answers: XX_NONE, days: 0, severity: loud, meanwhile: dances}\n"
        "b: {zh: 乙}\n",
        encoding="utf-8",
    )
    (tmp_path / "c.sql").write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(ChecksBroken) as broken:
        definitions.load(tmp_path)
    for fault in (
        "XX_NONE",
        "loud",
        "dances",
        "days",
        "a: no SQL",
        "c: no entry",
        "answers missing",
    ):
        assert fault in str(broken.value)


def test_every_check_says_who_answers_and_whose_word_counts() -> None:
    checks = definitions.every()
    assert checks["car_unreported"].believed is not None
    assert checks["car_unreported"].believed.code == "GA_VEH"
    assert checks["card_denied"].believed is not None
    assert checks["card_denied"].believed.code == "BK_RET"
    for check in checks.values():
        assert check.zh.endswith("。")
        assert check.en.endswith(".")
        assert check.meanwhile_zh
        assert check.meanwhile_en


def test_nothing_of_a_look_stays_behind(county: Departments, session: Session) -> None:
    county.register(1)
    county.look()
    left = session.scalars(
        text(
            "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relname = ANY(:names)"
        ),
        {"names": ["said", "found", "register", "deaths", "assisted"]},
    ).all()
    assert left == []


def test_a_waiting_deadline_counts_from_the_day_it_was_opened(county: Departments) -> None:
    county.register(1)
    county.send("CZ_PAY", wrong_name())
    (task,) = county.found("name_differs")
    with time_machine.travel(clock.now() + timedelta(days=9)):
        assert [one.due_on for one in county.found("name_differs")] == [task.due_on]
