"""Joining, moving, interests and emergency access by programs: two people wherever the page asks for two."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.officers.models import Officer
from service.web.models import KeptAnswer
from tests.service.web.browsing import MakeOfficer, SignInAs

GUARD, REASON = "security_administrator", "乡镇机构改革后新增岗位"
JOINS = {"username": "xia.xiang", "name": "夏乡", "organisation": "柳溪镇",
         "password": "a long enough passphrase"}  # fmt: skip
KEY = {"idempotency-key": "o-1"}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_a_program_lets_somebody_join_and_move(session: Session, sign_in_as: SignInAs) -> None:
    guard = sign_in_as(GUARD)
    assert code(sign_in_as("maker").post("/api/officers", json=JOINS)) == (403, "not_allowed")
    assert guard.post("/api/officers", json={**JOINS, "password": "short"}).status_code == 422
    joined = guard.post("/api/officers", json=JOINS, headers=KEY)
    assert (joined.status_code, joined.json()["duties"]) == (201, [])
    assert "passphrase" not in joined.text
    assert guard.post("/api/officers", json=JOINS, headers=KEY).json() == joined.json()
    assert guard.post("/api/officers", json=JOINS).status_code in (409, 422)
    assert len(session.scalars(select(Officer).where(Officer.username == "xia.xiang")).all()) == 1
    assert "passphrase" not in str([one.answer for one in session.scalars(select(KeptAnswer))])
    path = "/api/officers/xia.xiang/move"
    assert code(guard.post(path, json={"organisation": "县财政局", "reason": " "})) == (
        422, "grant_incomplete",
    )  # fmt: skip
    moved = guard.post(path, json={"organisation": "县财政局", "reason": REASON})
    assert moved.json()["organisation"] == "县财政局"
    nobody = guard.post("/api/officers/nobody/move", json={"organisation": "x", "reason": REASON})
    assert code(nobody) == (404, "not_found")


def test_nobody_moves_himself_by_a_program(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    own = make_officer(GUARD)
    answer = sign_in_as(officer=own).post(
        f"/api/officers/{own.username}/move", json={"organisation": "县财政局", "reason": REASON}
    )
    assert answer.status_code == 403


def test_an_interest_is_declared_by_a_program_and_ended_by_anothers(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    session.execute(
        text("INSERT INTO persons (id, name) OVERRIDING SYSTEM VALUE VALUES (987654321, '试样')")
    )
    officer = make_officer("maker")
    own, guard = sign_in_as(officer=officer), sign_in_as(GUARD)
    body = {"person": 987_654_321, "relation": "spouse"}
    assert code(own.post("/api/interests", json={**body, "relation": "x"}))[0] == 422
    assert own.post("/api/interests", json={**body, "person": 2**63}).status_code == 422
    made = own.post("/api/interests", json=body, headers=KEY)
    assert made.status_code == 201
    assert own.post("/api/interests", json=body, headers=KEY).json() == made.json()
    assert own.get("/api/interests").json() == [made.json()]
    end = f"/api/officers/{officer.username}/interests/{made.json()['id']}/end"
    why = {"reason": "双方已无亲属关系，已核实"}
    assert own.post(end, json=why).status_code == 403
    assert code(guard.post(end, json={"reason": ""}))[0] == 422
    assert guard.post(end, json=why).json()["ended"] is True
    assert own.get("/api/interests").json() == []


def test_an_emergency_goes_its_way_by_programs_and_a_self_witness_is_kept(
    session: Session, sign_in_as: SignInAs
) -> None:
    asker, witness = sign_in_as("system_administrator"), sign_in_as(GUARD)
    auditor, home = sign_in_as("auditor"), "/api/emergency"
    body = {"minutes": 30, "reason": "防汛应急，核对受灾户"}
    assert asker.post(home, json={**body, "minutes": 61}).status_code == 422
    assert code(asker.post(home, json={**body, "reason": "短"})) == (422, "emergency_incomplete")
    assert code(sign_in_as("maker").post(home, json=body))[0] in (201, 403)
    asked = asker.post(home, json=body, headers=KEY)
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    assert asker.post(home, json=body, headers=KEY).json() == asked.json()
    one = f"{home}/{asked.json()['id']}"
    assert code(asker.post(f"{one}/confirm", json={})) == (409, "witness_needed")
    refused = select(AuditEntry).where(AuditEntry.act == "emergency.self_witness_refused")
    assert session.scalars(refused).one().object_id == asked.json()["id"]
    assert witness.post(f"{one}/confirm", json={}).json()["state"] == "open"
    assert asker.post(f"{one}/end", json={}).json()["state"] == "closed"
    assert asker.post(f"{one}/other", json={}).status_code == 422
    assert code(asker.post(f"{one}/review", json={"note": "已核对，无异常情况"}))[0] == 403
    kept = auditor.post(f"{one}/review", json={"note": "已核对，均与灾情有关，无异常"})
    assert kept.json()["reviewed_at"] is not None
