"""The command line sets up the first administrators; afterwards one shell grants nobody anything."""

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.officers.exclusions import DutiesExclusive
from service.officers.holding import grant as granting
from service.officers.holding.first import add_by_command, is_first_set_up
from service.officers.holding.queries import of_officer
from service.officers.models import Officer
from tests.service.web.browsing import SignInAs

PASSWORD = "a long enough sentence 42"


def add(session: Session, username: str, *duties: str) -> tuple[Officer, list[str]]:
    return add_by_command(
        session, username=username, name="周敏", organisation="县民政局", duties=duties,
        password=PASSWORD, by=SYSTEM,
    )  # fmt: skip


def test_the_first_administrators_count_at_once_and_the_third_waits(session: Session) -> None:
    assert is_first_set_up(session)
    for username in ("first.one", "second.one"):
        officer, waiting = add(session, username, "security_administrator")
        assert (officer.duties, waiting) == (["security_administrator"], [])
    assert not is_first_set_up(session)
    third, waiting = add(session, "third.one", "security_administrator")
    assert (third.duties, waiting) == ([], ["security_administrator"])


def test_money_is_never_set_up_by_the_shell_alone(session: Session) -> None:
    officer, waiting = add(session, "early.maker", "maker")
    assert (officer.duties, officer.scopes, waiting) == ([], {}, ["maker"])


def test_one_officer_confirms_what_the_command_line_asked_for(
    session: Session, sign_in_as: SignInAs
) -> None:
    confirmer, _ = add(session, "first.one", "security_administrator")
    add(session, "second.one", "security_administrator")
    officer, _ = add(session, "new.maker", "maker", "steward")
    asked = {one.duty: one for one in of_officer(session, officer)}
    assert {one.asked_by for one in asked.values()} == {None}
    browser = sign_in_as(officer=confirmer)
    assert "周敏" in browser.get("/officers").text
    path = f"/officers/duties/{asked['maker'].id}/confirm"
    assert browser.submit(path, shown_at="/officers").status_code == 303
    session.refresh(officer)
    assert officer.duties == ["maker"]
    granting.refuse(session, asked["steward"].id, by=confirmer)
    assert asked["steward"].state == "refused"


def test_what_excludes_one_another_is_refused_before_anybody_is_added(session: Session) -> None:
    with pytest.raises(DutiesExclusive):
        add(session, "both.sides", "maker", "reviewer")
    assert session.query(Officer).filter_by(username="both.sides").first() is None
