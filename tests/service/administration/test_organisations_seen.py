"""Administrators see who takes part: offices, departments, townships and villages."""

from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.officers.organisations import describe
from service.residents.models import Division
from tests.service.web.browsing import MakeOfficer, SignInAs

ADMINISTRATOR = "system_administrator"


def test_each_list_names_and_counts(
    session: Session, make_officer: MakeOfficer, sign_in_as: SignInAs
) -> None:
    for code, name, level, parent in (
        ("330523000000", "样例县", "county", None),
        ("330523100000", "柳溪镇", "township", "330523000000"),
        ("330523100201", "前村", "village", "330523100000"),
        ("330523100202", "后村", "village", "330523100000"),
    ):
        session.add(Division(code=code, name=name, level=level, parent=parent))
    describe(session, "柳溪镇人民政府", "township", division="330523100", by=SYSTEM)
    describe(session, "县民政局", "civil_affairs", department="minzheng", by=SYSTEM)
    make_officer("reviewer", name="吴初审", organisation="柳溪镇人民政府", division="330523100")
    make_officer("maker", name="离职者", organisation="县民政局").active = False
    session.flush()
    browser = sign_in_as(ADMINISTRATOR)
    told = browser.get("/api/organisations").json()
    (town,) = told["townships"]
    assert (town["villages"], town["officers"], town["offices"]) == (
        ["前村", "后村"], 1, ["柳溪镇人民政府"],
    )  # fmt: skip
    office = next(one for one in told["offices"] if one["name"] == "柳溪镇人民政府")
    assert office["officers"] == ["吴初审"]
    civil = next(one for one in told["departments"] if one["folder"] == "minzheng")
    assert civil["offices"] == ["县民政局"]
    assert "困境儿童" in civil["feeds"]
    assert sum(one["programmes"] for one in told["departments"]) > 90
    # Every table that is delivered has its department, once.
    assert sum(len(one["feeds"]) for one in told["departments"]) == 50
    shown = browser.get("/organisations").text
    assert "吴初审" in shown
    assert "离职者" not in shown
    assert "前村 · 后村" in browser.get("/organisations?of=townships").text
    assert "/programmes?department=minzheng" in browser.get("/organisations?of=departments").text
    assert browser.get("/organisations?of=people").status_code == 422
