"""Absences as a program registers and ends them."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.models import Delegation
from service.foundation import clock
from tests.service.web.browsing import MakeOfficer, SignInAs


def test_a_program_registers_the_officers_own_absence_and_ends_it(
    session: Session, make_officer: MakeOfficer, sign_in_as: SignInAs
) -> None:
    away, stands_in = make_officer("reviewer"), make_officer("reviewer")
    browser, home = sign_in_as(officer=away), "/api/absences"
    today = clock.today()
    body = {"from_day": today.isoformat(), "to_day": (today + timedelta(days=2)).isoformat(),
            "delegate": stands_in.username, "reason": "外出培训"}  # fmt: skip
    for change, code in (
        ({"reason": " "}, "reason_missing"),
        ({"delegate": "nobody.here"}, "delegate_unusable"),
        ({"to_day": (today - timedelta(days=1)).isoformat()}, "absence_unusable"),
    ):
        assert browser.post(home, json={**body, **change}).json()["code"] == code
    assert sign_in_as("maker").post(home, json=body).status_code == 403
    key = {"idempotency-key": "away-1"}
    made = browser.post(home, json=body, headers=key)
    assert (made.status_code, made.json()["delegate"]) == (201, stands_in.username)
    assert browser.post(home, json=body, headers=key).json() == made.json()
    assert len(session.scalars(select(Delegation)).all()) == 1
    assert browser.get(home).json() == [made.json()]
    path = f"{home}/{made.json()['id']}/end"
    assert sign_in_as(officer=stands_in).post(path, json={}).status_code == 404
    assert browser.post(path, json={}).json()["ended"] is True
    assert browser.get(home).json() == []
