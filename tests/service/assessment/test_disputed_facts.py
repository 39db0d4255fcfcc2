"""Somebody says that data are wrong: the owning department is asked, and a value may count meanwhile."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.assessment.disputed import (
    FactNotDisputable,
    ValueUnusable,
    about_whom,
    disputed,
    value_of,
)
from service.assessment.explain import explain_one
from service.assessment.told import tell
from service.audit.models import AuditEntry
from service.foundation import clock, ids
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.programmes.telling import as_text
from service.residents.accounts.problems import SecondOfficerNeeded
from service.residents.corrections import DAYS_MAX, Loan, ask, end, lend, standing
from service.residents.corrections.problems import (
    CorrectionEnded,
    CorrectionStands,
    LentAlready,
    LoanUnusable,
)
from service.residents.models import FactCorrection, ReviewTask
from service.residents.tasks import answer, look
from tests.factories import residents
from tests.factories.officers import OfficerFactory
from tests.service.residents.situations.offices import DUE_NOTHING, EVERYBODY, Decided, Offices

FACT = "dis.wheelchair_vehicle"
SAID = "轮椅车已上牌，车管数据没有更新"


@pytest.fixture
def offices(session: Session, data_dir: Path) -> Offices:
    assert data_dir.is_dir()
    residents.use(session)
    made = Offices(session)
    made.deliver_about_others(*EVERYBODY)
    return made


@pytest.fixture
def steward(session: Session) -> Officer:
    officer: Officer = OfficerFactory.create(duties=["steward", "maker"])
    return officer


@pytest.fixture
def reviewer(session: Session) -> Officer:
    officer: Officer = OfficerFactory.create(duties=["reviewer"])
    return officer


def _disabled(offices: Offices) -> str:
    """Somebody certified, of whose wheelchair the vehicle register knows nothing."""
    number = offices.resident("1970-01-01")
    offices.says(
        "CL_CERT", number, category="肢体", grade="二级", status="正常", expires_on="2036-01-01"
    )
    return number


def _asked(offices: Offices, found: Decided, number: str, by: Officer) -> FactCorrection:
    person = offices.person_id(number)
    about = about_whom(offices.session, found.assessment, person, "CL03")
    return ask(offices.session, about, disputed("CL03", FACT), said=SAID, by=by)


def _loan(value: str = "true", **changes: object) -> Loan:
    said: dict[str, object] = {
        "value": value, "since": date(2026, 1, 1), "until": date(2026, 2, 28),
        "evidence": "行驶证原件",
    }  # fmt: skip
    return Loan(**{**said, **changes})  # type: ignore[arg-type]


def test_the_department_is_asked_and_a_value_counts_until_its_day(
    offices: Offices, session: Session, steward: Officer, reviewer: Officer
) -> None:
    """Situation 73: a request with a deadline to the owner of the data, and a loan with evidence and expiry."""
    with time_machine.travel(datetime(2026, 1, 12, 2, tzinfo=UTC), tick=True):
        number = _disabled(offices)
        before = offices.decide("2026-01")
        assert before.of(number, "CL03") == DUE_NOTHING
        asked = _asked(offices, before, number, steward)
        (task,) = session.scalars(select(ReviewTask).where(ReviewTask.kind == "resident_says"))
        assert (task.feed, task.person_id) == ("GA_VEH", asked.person_id)
        assert task.due_on == clock.today() + timedelta(days=15)
        # Asking changes nothing; nor does the daily look ask twice.
        look(session)
        assert offices.decide("2026-01").of(number, "CL03") == DUE_NOTHING
        lend(session, asked.id, _loan(), by=reviewer)
        lent = offices.decide("2026-01")
        assert lent.of(number, "CL03") == ("due", 26_000)
        whole = explain_one(session, lent.assessment, "person", asked.subject_id, "CL03")
        assert "2026-01-12 经两名人员凭证据临时采用，至 2026-02-28 止" in as_text(
            tell(whole, "zh", traced=True)
        )
        assert "until 2026-02-28; the department was asked" in as_text(
            tell(whole, "en", traced=False)
        )
        assert before.of(number, "CL03") == DUE_NOTHING
    with time_machine.travel(datetime(2026, 3, 2, 2, tzinfo=UTC), tick=True):
        for feed in EVERYBODY:
            offices.says(feed, offices.resident("1990-01-01"))
        assert offices.decide("2026-03").of(number, "CL03") == DUE_NOTHING
        assert offices.decide("2026-01").of(number, "CL03") == ("due", 26_000)
        answer(session, task.id, by=steward.actor(), outcome="stands", reason="号牌属他人")
        end(session, asked.id, reason="车管核实：号牌属他人", by=steward)
        assert offices.decide("2026-01").of(number, "CL03") == DUE_NOTHING
        assert standing(session) == []
    entries = session.scalars(
        select(AuditEntry.canonical).where(AuditEntry.act.like("correction.%"))
    ).all()
    acts = [json.loads(one)["act"] for one in entries]
    assert sorted(acts) == ["correction.asked", "correction.ended", "correction.lent"]


def test_it_takes_two_officers_evidence_and_a_day(
    offices: Offices, session: Session, steward: Officer, reviewer: Officer
) -> None:
    with time_machine.travel(datetime(2026, 1, 12, 2, tzinfo=UTC), tick=True):
        number = _disabled(offices)
        found = offices.decide("2026-01")
        asked = _asked(offices, found, number, steward)
        with pytest.raises(CorrectionStands):
            _asked(offices, found, number, steward)
        with pytest.raises(NotAllowed):
            lend(session, asked.id, _loan(), by=steward)
        late = clock.today() + timedelta(days=DAYS_MAX + 1)
        for wrong in (
            _loan(evidence=" "), _loan(until=late), _loan(until=date(2026, 1, 11)),
            _loan(since=date(2026, 2, 27), until=date(2026, 2, 26)),
        ):  # fmt: skip
            with pytest.raises(LoanUnusable):
                lend(session, asked.id, wrong, by=reviewer)
        lend(session, asked.id, _loan(), by=reviewer)
        with pytest.raises(LentAlready):
            lend(session, asked.id, _loan("false"), by=reviewer)
        end(session, asked.id, reason="已更正", by=steward)
        look(session)
        states = session.scalars(
            select(ReviewTask.state).where(ReviewTask.kind == "resident_says")
        ).all()
        assert states == ["settled"]
        with pytest.raises(CorrectionEnded):
            end(session, asked.id, reason="再次", by=steward)
        with pytest.raises(CorrectionEnded):
            lend(session, asked.id, _loan(), by=reviewer)
        assert _asked(offices, found, number, steward).ended_at is None


def test_nobody_lends_what_he_asked_for_himself(
    offices: Offices, session: Session, reviewer: Officer
) -> None:
    number = _disabled(offices)
    found = offices.decide("2026-01")
    asked = _asked(offices, found, number, OfficerFactory.create(duties=["maker"]))
    made = FactCorrection(
        **{
            column.name: getattr(asked, column.name)
            for column in FactCorrection.__table__.columns
            if column.name not in {"id", "fact", "asked_by"}
        },
        id=ids.uuid7(),
        fact="dis.category",
        asked_by=str(reviewer.id),
    )
    session.add(made)
    session.flush()
    with pytest.raises(SecondOfficerNeeded):
        lend(session, made.id, _loan(until=clock.today()), by=reviewer)


@pytest.mark.parametrize(
    "change",
    ["said = 'x'", "value = 'false'", "until = until + 1", "fact = 'p.sex'"],
)
def test_the_database_lets_nobody_edit_what_was_said_or_lent(
    offices: Offices, session: Session, steward: Officer, reviewer: Officer, change: str
) -> None:
    with time_machine.travel(datetime(2026, 1, 12, 2, tzinfo=UTC), tick=True):
        number = _disabled(offices)
        asked = _asked(offices, offices.decide("2026-01"), number, steward)
        lend(session, asked.id, _loan(), by=reviewer)
    for statement in (f"UPDATE fact_corrections SET {change}", "DELETE FROM fact_corrections"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.parametrize(
    ("code", "fact", "given", "kept"),
    [
        ("CL03", FACT, "true", "true"),
        ("MZ01", "hh.income_pc", "900.5", "90050"),
        ("MZ15", "p.birth", "1940-01-31", "1940-01-31"),
        ("CL03", "dis.category", "4", "4"),
    ],
)
def test_values_are_written_as_people_write_them(
    code: str, fact: str, given: str, kept: str
) -> None:
    assert value_of(code, fact, given) == kept


def test_what_no_department_says_or_is_of_another_kind_is_refused() -> None:
    for code, fact in (("CL03", "p.age"), ("MZ17", "app.apply_date"), ("CL03", "hh.cars")):
        with pytest.raises(FactNotDisputable):
            disputed(code, fact)
    for given in ("maybe", "", "2026-01-01"):
        with pytest.raises(ValueUnusable):
            value_of("CL03", FACT, given)
