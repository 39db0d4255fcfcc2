"""The security administrators' pages and API: join, ask, confirm, review, move, leave; nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation import clock
from service.foundation.problems import Problem
from service.officers.holding import queries
from service.officers.holding.hold import hold, set_up
from service.officers.holding.review import quarter_begins, review_list
from service.officers.holding.staff import leave, move
from service.officers.models import DUTIES, Officer, Organisation
from service.officers.organisations import describe
from service.web.form_tokens import FIELD, token
from tests.service.web.browsing import Browser, MakeOfficer, SignInAs

REASON = "乡镇机构改革后新增岗位"
PASSWORD = "a long enough passphrase"
ALONE = "security_administrator"


def test_somebody_joins_is_granted_a_duty_by_two_and_works(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    first, second = sign_in_as(ALONE), sign_in_as(ALONE)
    joined = first.submit("/officers", {
        "username": "xia.xiang", "name": "夏乡", "organisation": "柳溪镇", "password": PASSWORD,
    })  # fmt: skip
    home = joined.headers["location"]
    asked = first.submit(
        f"{home}/duties",
        {"duty": "maker", "division": "330523100", "reason": REASON},
        shown_at=home,
    )
    assert asked.status_code == 303
    officer = session.scalars(select(Officer).where(Officer.username == "xia.xiang")).one()
    (grant,) = queries.of_officer(session, officer)
    confirm = f"/officers/duties/{grant.id}/confirm"
    assert confirm not in first.get("/officers").text
    assert second.submit(confirm, shown_at="/officers").status_code == 303
    session.refresh(officer)
    assert (officer.duties, officer.division) == (["maker"], "330523100")
    assert "330523100" in second.get("/officers").text
    elsewhere = f"/officers/{make_officer('maker').id}"
    wrong = second.post(
        f"{elsewhere}/end",
        data={
            "grant": str(grant.id), "end_reason": REASON,
            FIELD: token(second.cookies["anxin"], f"{elsewhere}/end"),
        },
    )  # fmt: skip
    assert wrong.status_code == 404
    session.refresh(officer)
    assert officer.duties == ["maker"]
    ended = second.submit(
        f"{home}/end", {"grant": str(grant.id), "end_reason": REASON}, shown_at=home
    )
    assert ended.status_code == 303
    session.refresh(officer)
    assert officer.duties == []


def test_a_known_office_is_chosen_and_another_must_be_written_beside_it(
    session: Session, sign_in_as: SignInAs
) -> None:
    describe(session, "柳溪镇", "township", division="330523100", by=SYSTEM)
    browser = sign_in_as(ALONE)
    assert '<option value="柳溪镇">' in browser.get("/officers").text
    told = {"username": "xia.xiang", "name": "夏乡", "password": PASSWORD}
    assert browser.submit("/officers", told).status_code == 422
    home = browser.submit("/officers", {**told, "other_organisation": "柳溪村"}).headers["location"]
    assert "柳溪村" in browser.get(home).text
    moved = {"organisation": "柳溪镇", "move_reason": "short"}
    refused = browser.submit(f"{home}/move", moved, shown_at=home)
    assert refused.status_code == 422
    assert '<option value="柳溪镇" selected>' in refused.text
    moved["move_reason"] = REASON
    assert browser.submit(f"{home}/move", moved, shown_at=home).status_code == 303
    assert "柳溪镇 ·" in browser.get(home).text


def test_what_is_wrong_is_said_on_the_page(sign_in_as: SignInAs, make_officer: MakeOfficer) -> None:
    browser, officer = sign_in_as(ALONE), make_officer("maker")
    home = f"/officers/{officer.id}"
    for path, data, shown_at in (
        ("/officers", {"username": "X"}, "/officers"),
        (f"{home}/duties", {"duty": "maker", "reason": "short"}, home),
        (f"{home}/duties", {"duty": "maker", "starts_on": "soon", "reason": REASON}, home),
        (f"{home}/move", {"organisation": "", "move_reason": REASON}, home),
        (f"{home}/leave", {"leave_reason": "short"}, home),
    ):
        answer = browser.submit(path, data, shown_at=shown_at)
        assert answer.status_code == 422, path
        assert "<h1" in answer.text


@pytest.mark.parametrize("duty", [duty for duty in DUTIES if duty != ALONE])
def test_nobody_else_changes_officers(
    sign_in_as: SignInAs, make_officer: MakeOfficer, duty: str
) -> None:
    browser, officer = sign_in_as(duty), make_officer("maker")
    assert browser.get("/officers").status_code == (200 if duty == "auditor" else 403)
    api = browser.post(
        f"/api/officers/{officer.username}/leave",
        json={"reason": REASON},
        headers={"origin": "http://testserver"},
    )
    assert api.status_code == 403


def test_nobody_changes_the_own_duties(session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer) -> None:  # fmt: skip
    officer = make_officer(ALONE)
    browser: Browser = sign_in_as(officer=officer)
    assert "leave_reason" not in browser.get(f"/officers/{officer.id}").text
    answer = browser.post(
        f"/api/officers/{officer.username}/leave",
        json={"reason": REASON},
        headers={"origin": "http://testserver"},
    )
    assert answer.status_code == 403
    session.refresh(officer)
    assert officer.active


def test_who_moves_keeps_nothing_and_who_leaves_is_out_at_once(
    session: Session, make_officer: MakeOfficer, sign_in_as: SignInAs
) -> None:
    officer = make_officer("maker")
    set_up(session, officer, "maker", by=SYSTEM)
    hold(session, officer)
    browser = sign_in_as(officer=officer)
    assert browser.get("/batches").status_code == 200
    move(session, officer, "县教育局", reason=REASON, by=SYSTEM)
    assert (officer.organisation, officer.duties) == ("县教育局", [])
    assert browser.get("/batches").status_code == 303
    assert session.get(Organisation, "县教育局") is not None
    again = sign_in_as(officer=officer)
    leave(session, officer, reason=REASON, by=SYSTEM)
    assert again.get("/").status_code == 303
    with pytest.raises(Problem) as refusal:
        leave(session, officer, reason=REASON, by=SYSTEM)
    assert refusal.value.code == "officer_gone"
    acts = set(session.scalars(select(AuditEntry.act)))
    assert {"officer.moved", "duty.ended", "officer.deactivated"} <= acts


def test_the_review_list_says_what_is_due_and_never_used(
    session: Session, make_officer: MakeOfficer, sign_in_as: SignInAs
) -> None:
    officer = make_officer("maker")
    set_up(session, officer, "maker", by=SYSTEM)
    hold(session, officer)
    (held,) = [one for one in review_list(session) if one.officer.id == officer.id]
    assert (held.is_due, held.is_unused, held.is_conflicting) == (False, True, False)
    assert held.signed_in_at is None
    before = clock.now() - timedelta(days=100)
    session.execute(
        text("UPDATE duty_grants SET confirmed_at = :at WHERE officer_id = :id"),
        {"at": before, "id": officer.id},
    )
    session.expire_all()
    (held,) = [one for one in review_list(session) if one.officer.id == officer.id]
    assert held.is_due
    browser = sign_in_as(ALONE)
    assert "本季度" in browser.get("/").text
    home = f"/officers/{officer.id}"
    kept = browser.submit(f"/officers/duties/{held.grant.id}/keep", shown_at=home)
    assert kept.status_code == 303
    session.expire_all()
    (held,) = [one for one in review_list(session) if one.officer.id == officer.id]
    assert not held.is_due
    listed = browser.get("/api/officers").json()
    assert [one["due"] for one in listed if one["username"] == officer.username] == [False]


def test_a_quarter_begins_on_its_first_day() -> None:
    day = clock.today().replace(month=11, day=27)
    assert quarter_begins(day) == day.replace(month=10, day=1)
    assert quarter_begins(day.replace(month=1, day=1)) == day.replace(month=1, day=1)


def test_an_emergency_goes_over_the_pages_and_the_auditor_is_told(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    officer, witness = sign_in_as("system_administrator"), sign_in_as(ALONE)
    auditor = sign_in_as("auditor")
    assert officer.get("/batches").status_code == 403
    asked = officer.submit("/emergency", {"minutes": "30", "reason": "防汛应急，核对受灾户"})
    assert asked.status_code == 303
    assert "有紧急查阅待核查" in auditor.get("/").text
    (access_id,) = session.scalars(text("SELECT id FROM emergency_accesses")).all()
    confirm = f"/emergency/{access_id}/confirm"
    assert confirm not in officer.get("/emergency").text
    assert witness.submit(confirm, shown_at="/emergency").status_code == 303
    session.expire_all()
    assert officer.get("/batches").status_code == 200
    end = f"/emergency/{access_id}/end"
    assert officer.submit(end, shown_at="/emergency").status_code == 303
    session.expire_all()
    assert officer.get("/batches").status_code == 403
    kept = auditor.submit(
        "/emergency/review",
        {"access_id": str(access_id), "note": "已核对，均与灾情有关，无异常"},
        shown_at="/emergency",
    )
    assert kept.status_code == 303
    assert "有紧急查阅待核查" not in auditor.get("/").text


def test_interests_are_declared_by_the_officer_and_ended_by_another(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    officer = make_officer("maker")
    person = 987_654_321
    session.execute(
        text("INSERT INTO persons (id, name) OVERRIDING SYSTEM VALUE VALUES (:id, '试样')"),
        {"id": person},
    )
    browser, other = sign_in_as(officer=officer), sign_in_as(ALONE)
    declared = browser.submit("/interests", {"person": str(person), "relation": "spouse"})
    assert declared.status_code == 303
    assert str(person) in browser.get("/interests").text
    assert browser.submit("/interests", {"person": "1", "relation": "x"}).status_code == 422
    home = f"/officers/{officer.id}"
    interest = session.scalar(text("SELECT id FROM officer_interests"))
    ended = other.submit(
        f"{home}/interests",
        {"interest": str(interest), "interest_reason": "双方已无亲属关系，已核实"},
        shown_at=home,
    )
    assert ended.status_code == 303
    assert str(person) not in browser.get("/interests").text


def test_an_office_that_is_chosen_and_another_that_is_written_are_one_too_many(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    describe(session, "柳溪镇", "township", division="330523100", by=SYSTEM)
    moved, browser = make_officer("maker"), sign_in_as("security_administrator")
    home = f"/officers/{moved.id}"
    asked = {"organisation": "柳溪镇", "other_organisation": "县残联", "move_reason": "工作调动"}
    refused = browser.submit(f"{home}/move", asked, shown_at=home)
    assert refused.status_code == 422
    assert "二者只能填一项" in refused.text
    session.refresh(moved)
    assert moved.organisation == "县民政局"


@pytest.mark.parametrize(
    ("kind", "division", "department"),
    [("township", "", ""), ("bank", "", ""), ("other", "33%", ""), ("department", "", "nowhere")],
)
def test_an_office_is_described_whole_or_not_at_all(
    session: Session, kind: str, division: str, department: str
) -> None:
    with pytest.raises(Problem) as refusal:
        describe(session, "柳溪镇", kind, division=division, department=department, by=SYSTEM)
    assert refusal.value.code == "organisation_unusable"
    assert (
        describe(session, "柳溪镇", "township", division="330523100", by=SYSTEM).kind == "township"
    )
