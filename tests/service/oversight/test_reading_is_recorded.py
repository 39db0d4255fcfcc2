"""Whoever is shown somebody leaves an entry, by one declaration an address; auditors and the resident see it."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.audit.record import record
from service.doors.reads import RECORDED_BY_ITSELF, SHOWS_A_PERSON, SHOWS_MANY, SHOWS_NOBODY
from service.doors.table import DOORS
from service.enquiry.lookers import lookers
from service.foundation import clock
from service.officers.models import Officer
from service.oversight.reading import who
from service.residents.models import Person
from service.web import here
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.exceptions import HoldFactory
from tests.factories.residents import PersonFactory
from tests.service.web.browsing import MakeOfficer, SignInAs

_NAMES_PEOPLE = re.compile(
    r"\{(person_id|reference|subject_id|case_no|objection_no|row_id)\}|\.csv$"
)


def test_no_address_that_names_a_person_is_forgotten() -> None:
    declared = {*SHOWS_A_PERSON, *SHOWS_MANY, *RECORDED_BY_ITSELF, *SHOWS_NOBODY}
    reading = {one for one, door in DOORS.items() if one.startswith("GET ") and not door.is_open}
    assert {one for one in reading if _NAMES_PEOPLE.search(one)} - declared == set()
    assert declared <= set(DOORS)


@pytest.fixture
def person(made: Session) -> Person:
    found: Person = PersonFactory.create(division="330523101001", name="王五")
    return found


def _said(session: Session, officer: Officer, act: str) -> list[tuple[str, str, str]]:
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.actor_id == str(officer.id), AuditEntry.act == act)
        .order_by(AuditEntry.id)
    )
    return [
        (one.object_type, one.object_id, json.loads(one.canonical)["details"].get("purpose", ""))
        for one in rows
    ]


def test_pages_lists_and_files_leave_one_entry_each_however_many_lines(
    made: Session, person: Person, make_officer: MakeOfficer, sign_in_as: SignInAs
) -> None:
    officer = make_officer("maker")
    browser = sign_in_as(officer=officer)
    batch = BatchFactory.create()
    lines = [
        PaymentFactory.create(batch=batch, payee_person_id=person.id, state="held")
        for _ in range(3)
    ]
    hold = HoldFactory.create(payment=lines[0])
    for _ in range(2):
        assert browser.get(f"/exceptions/h{hold.id}").status_code == 200
        assert browser.get(f"/heirs/{person.id}").status_code == 200
        assert browser.get(f"/api/batches/{batch.batch_no}/lines").status_code == 200
    assert browser.get(f"/exceptions.csv?batch={batch.batch_no}").status_code == 200
    assert browser.get("/heirs/999999999").status_code == 404
    assert sorted(_said(made, officer, "resident.read")) == [
        ("persons", str(person.id), "GET /exceptions/{key}"),
        ("persons", str(person.id), "GET /heirs/{person_id}"),
    ]
    assert _said(made, officer, "people.listed") == [("batches", str(batch.id), "")]
    assert _said(made, officer, "people.exported") == [("addresses", "GET /exceptions.csv", "")]
    auditor = sign_in_as("auditor")
    shown = auditor.get(f"/audit/reading/persons/{person.id}").text
    assert shown.count("周敏 · 县民政局") >= 3, "two pages and the list"
    assert "王五" not in shown


def test_who_looks_at_far_more_than_colleagues_stands_out(
    made: Session, make_officer: MakeOfficer, sign_in_as: SignInAs
) -> None:
    curious, *others = [make_officer("maker", name=one) for one in ("好奇", "甲", "乙", "丙")]
    for number in range(who.UNUSUAL_MIN):
        record(made, "resident.read", by=curious.actor(), on=("persons", 900_000 + number))
    for one in others:
        record(made, "resident.read", by=one.actor(), on=("persons", 900_000))
        record(made, "resident.revealed", by=one.actor(), on=("persons", 900_000))
    made.flush()
    since = clock.now() - timedelta(days=1)
    found = {one.officer.id: one for one in who.by_officer(made, since, clock.now())}
    assert found[curious.id].is_unusual
    assert found[curious.id].residents == who.UNUSUAL_MIN
    assert not any(found[one.id].is_unusual for one in others)
    assert [found[one.id].revealed for one in others] == [1, 1, 1]
    browser = sign_in_as("auditor")
    shown = browser.get("/audit/reading").text
    assert "明显偏多" in shown
    assert browser.get("/audit/reading?since=x").status_code == 422


def test_auditors_own_looks_are_shown_to_others_and_to_nobody_else(
    made: Session, person: Person, sign_in_as: SignInAs
) -> None:
    auditor = sign_in_as("auditor")
    assert auditor.get(f"/audit/entries?person={person.id}").status_code == 200
    for duty in ("auditor", "security_administrator"):
        shown = sign_in_as(duty).get("/audit/reading/auditors")
        assert shown.status_code == 200
        assert "审计：检索" in shown.text
        assert str(person.id) in shown.text
    for duty in ("maker", "reviewer", "signer", "steward", "system_administrator"):
        assert sign_in_as(duty).get("/audit/reading/auditors").status_code == 404


_OVERSIGHT = sorted(one for one in DOORS if re.match(r"[A-Z]+ (/api)?/(audit|oversight)(/|$)", one))
_OTHERS = ("maker", "reviewer", "signer", "reconciler", "steward", "policy",
           "system_administrator", "security_administrator")  # fmt: skip


@pytest.mark.parametrize("duty", _OTHERS)
def test_for_everybody_else_no_address_of_oversight_is_there(
    sign_in_as: SignInAs, duty: str
) -> None:
    """Row 80: whoever is no auditor is answered as if there were no such page."""
    browser = sign_in_as(duty)
    for address in _OVERSIGHT:
        method, _, path = address.partition(" ")
        if "officers.read" in DOORS[address].acts and duty == "security_administrator":
            continue
        if not DOORS[address].is_hidden:
            continue
        answer = browser.request(method, re.sub(r"\{[a-z_]+\}", "1", path))
        # A form without its token may be refused before anybody asks who sends it.
        refused = (404, 403) if method == "POST" else (404,)
        assert answer.status_code in refused, address


def test_an_auditor_changes_no_business_data(
    booked: object, made: Session, sign_in_as: SignInAs
) -> None:
    """Rule 10: whatever address of oversight an auditor opens, only the trail and oversight grow."""
    browser = sign_in_as("auditor")
    kept = _fingerprints(made)
    payment = made.execute(text("SELECT id, payee_person_id FROM payments LIMIT 1")).one()
    fitting = {
        "reference": "0", "person_id": str(payment.payee_person_id), "month": "2026-10",
        "batch_no": "MZ15-2026-10-01", "file_id": str(made.scalar(text("SELECT id FROM bank_files LIMIT 1"))),
    }  # fmt: skip
    opened = 0
    for address in _OVERSIGHT:
        method, _, path = address.partition(" ")
        named = re.findall(r"\{([a-z_]+)\}", path)
        if method != "GET" or any(one not in fitting for one in named):
            continue
        opened += browser.get(path.format(**fitting)).status_code == 200
    assert opened > 8
    assert _fingerprints(made) == kept


def _fingerprints(session: Session) -> dict[str, str]:
    session.flush()
    tables = session.scalars(
        text(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~"
            " '^(audit_|officer_sessions|oversight_|standing_|jobs|kept_answers|findings|samples)'"
        )
    ).all()
    return {
        one: session.scalar(
            text(
                f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM \"{one}\" t"
            )
        )
        or ""
        for one in tables
    }


def test_a_resident_reads_which_office_looked_and_on_which_day(
    made: Session, person: Person, make_officer: MakeOfficer
) -> None:
    here.enter(here.Visit(language="zh"))
    by = make_officer("maker", organisation="石桥镇").actor()
    for purpose in ("resident.page", "resident.page", "line.page", "decision.page"):
        record(
            made, "resident.read", by=by, on=("persons", person.id),
            details={"purpose": purpose, "fields": []},
        )  # fmt: skip
    record(made, "resident.revealed", by=by, on=("persons", person.id), reason="核对账号")
    made.flush()
    found = lookers(made, [person.id])
    assert {one.what for one in found} == {
        "您的档案", "您的发放明细", "对您的核定结果", "您的完整证件号或账号（已登记事由）",
    }  # fmt: skip
    assert {(one.day, one.office) for one in found} == {(clock.today(), "石桥镇")}
    assert lookers(made, [PersonFactory.create().id]) == []
