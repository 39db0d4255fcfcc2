"""What an officer may no longer do, no process lets him do: two web servers, a worker, one database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.approvals.models import ApprovalAct
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.models import Batch
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.jobs import Job
from service.ledger.appropriate import appropriate
from service.officers import queries
from service.officers.holding.hold import hold, set_up
from service.officers.holding.staff import leave
from service.officers.models import Officer, OfficerSession
from service.officers.sign_in import token_hash_of
from service.signing.alarm import REFUSED
from service.web import cookies
from service.web.form_tokens import FIELD, token
from tests.factories.batches import county_batch, frozen, signed
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.foundation.committed import Committed, copied, template
from tests.service.doors import serving
from tests.service.web.browsing import PASSWORD, password_hash

__all__ = ["template"]
pytestmark = pytest.mark.slow

REASON = "岗位调整，不再承担该职责"


@dataclass
class County:
    """Two servers' addresses, and who works there."""

    committed: Committed
    here: str
    there: str
    people: Staff
    guard: Officer
    clients: list[httpx.Client] = field(default_factory=list)

    def browser(self, officer: Officer, address: str) -> httpx.Client:
        """Return a browser on one server, signed in with the officer's one session."""
        opened = httpx.Client(base_url=address, timeout=60, headers={"accept-language": "zh-CN"})
        opened.cookies.set(cookies.SESSION, f"token-of-{officer.id.hex}")
        self.clients.append(opened)
        return opened

    def send(self, browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
        """Send a form as its page would."""
        secret = browser.cookies.get(cookies.SESSION) or ""
        return browser.post(path, data={**fields, FIELD: token(secret, path)})

    def end_duty(self, officer: Officer, address: str) -> httpx.Response:
        """Let the security administrator take an officer's duty away, on one server."""
        with transaction() as session:
            grant = session.scalars(
                text("SELECT id FROM duty_grants WHERE officer_id = :id AND state = 'granted'"),
                {"id": officer.id},
            ).one()
        guard = self.browser(self.guard, address)
        path = f"/officers/{officer.id}/end"
        return self.send(guard, path, grant=str(grant), end_reason=REASON)


@pytest.fixture(scope="module")
def machines() -> Iterator[Any]:
    """A warm process from which servers and workers are forked."""
    with serving.warm() as context:
        yield context


@pytest.fixture(scope="module")
def servers(
    template: str, server_url: str, tmp_path_factory: pytest.TempPathFactory, machines: Any
) -> Iterator[tuple[Committed, str, str]]:
    """A database that commits, and two servers on it; each test brings its own officers."""
    with (
        copied(template, server_url, tmp_path_factory.mktemp("processes") / "data") as found,
        serving.running(machines, serving.serve) as here,
        serving.running(machines, serving.serve) as there,
    ):
        with found.transaction() as session:
            appropriate(session, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
        yield found, here, there


@pytest.fixture
def county(servers: tuple[Committed, str, str]) -> Iterator[County]:
    """New officers, each with one session that both servers know."""
    found, here, there = servers
    with found.transaction() as session:
        people = staff()
        guard = OfficerFactory.create(duties=["security_administrator"], organisation="县数据局")
        for officer in (people.maker, people.reviewer, people.signer, people.reconciler, guard):
            _grant_and_sign_in(session, officer)
        session.flush()
        session.expunge_all()
    made = County(found, here, there, people, guard)
    yield made
    for client in made.clients:
        client.close()


def _grant_and_sign_in(session: Session, officer: Officer) -> None:
    for duty in list(officer.duties):
        set_up(session, officer, duty, by=SYSTEM)
    hold(session, officer)
    officer.password_hash = password_hash()
    at = clock.now()
    session.add(
        OfficerSession(
            officer_id=officer.id,
            token_hash=token_hash_of(f"token-of-{officer.id.hex}"),
            started_at=at,
            seen_at=at,
        )
    )


def submitted(county: County) -> str:
    """Make a list that waits for its review; return its number."""
    with county.committed.transaction() as session:
        batch = county_batch(session, 2)
        frozen(session, batch, county.people)
        session.refresh(batch)
        return batch.batch_no


@contextmanager
def batch_locked(batch_no: str) -> Iterator[None]:
    """Hold a batch's row, as another officer's act on it does."""
    with transaction() as session:
        session.execute(select(Batch.id).where(Batch.batch_no == batch_no).with_for_update()).one()
        yield


def test_a_duty_taken_away_at_one_server_is_gone_at_the_other(county: County) -> None:
    officer = county.people.reviewer
    here, there = county.browser(officer, county.here), county.browser(officer, county.there)
    for browser in (here, there):
        assert browser.get("/api/batches").status_code == 200
    assert county.end_duty(officer, county.there).status_code == 303
    for browser in (here, there):
        assert browser.get("/api/batches").status_code == 403
        assert browser.get("/").status_code == 200


def test_what_waited_while_the_duty_was_taken_away_is_not_kept(county: County) -> None:
    batch_no = submitted(county)
    officer = county.people.reviewer
    browser = county.browser(officer, county.here)
    seen = browser.get(f"/api/batches/{batch_no}").json()["seen"]
    with ExitStack() as stack:
        held = stack.enter_context(ExitStack())
        held.enter_context(batch_locked(batch_no))
        answer = stack.enter_context(
            _in_background(browser, f"/api/batches/{batch_no}/approve", {"seen": seen})
        )
        serving.wait_until(
            lambda: serving.waits_for_a_row(county.committed.url), "the approval waits"
        )
        assert county.end_duty(officer, county.there).status_code == 303
        held.close()
        said = answer()
    assert (said.status_code, said.json()["code"]) == (409, "duties_changed")
    with transaction() as session:
        assert session.query(ApprovalAct).count() == 0
        batch = session.scalars(select(Batch).where(Batch.batch_no == batch_no)).one()
        assert batch.state != "approved"
    assert _said("batch.approved") == []


@contextmanager
def _in_background(browser: httpx.Client, path: str, body: dict[str, str]) -> Iterator[Any]:
    """Send a request that may have to wait; give what waits for its answer."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(browser.post, path, json=body)
        yield lambda: sent.result(timeout=serving.PATIENCE_SECONDS)


@pytest.mark.parametrize("act", ["leave", "move"])
def test_who_leaves_or_moves_is_signed_out_everywhere(county: County, act: str) -> None:
    officer = county.people.signer
    here, there = county.browser(officer, county.here), county.browser(officer, county.there)
    for browser in (here, there):
        assert browser.get("/api/batches").status_code == 200
    fields = {"leave_reason": REASON, "move_reason": REASON, "organisation": "县审计局"}
    guard = county.browser(county.guard, county.here)
    assert county.send(guard, f"/officers/{officer.id}/{act}", **fields).status_code == 303
    for browser in (here, there):
        assert browser.get("/api/batches").status_code == 401
        assert browser.get("/").headers["location"].startswith("/login")
    with transaction() as session:
        again = session.get_one(Officer, officer.id)
        assert queries.open_sessions(session, again) == []
        assert again.duties == []


def test_a_sign_in_of_the_same_moment_does_not_outlive_the_officer(county: County) -> None:
    officer = county.people.reviewer
    browser = httpx.Client(base_url=county.here, timeout=60)
    county.clients.append(browser)
    shown = browser.get("/login")
    assert shown.status_code == 200
    with ExitStack() as stack:
        gone = stack.enter_context(ExitStack())
        session = gone.enter_context(transaction())
        leave(session, session.get_one(Officer, officer.id), reason=REASON, by=SYSTEM)
        answer = stack.enter_context(_signing_in(browser, officer.username))
        serving.wait_until(
            lambda: serving.waits_for_a_row(county.committed.url), "the sign-in waits"
        )
        gone.close()
        said = answer()
    assert said.status_code == 401
    with transaction() as session:
        assert queries.open_sessions(session, session.get_one(Officer, officer.id)) == []


@contextmanager
def _signing_in(browser: httpx.Client, username: str) -> Iterator[Any]:
    from concurrent.futures import ThreadPoolExecutor

    from tests.service.web.browsing import token_in

    fields = {"username": username, "password": PASSWORD}
    fields[FIELD] = token_in(browser.get("/login").text, "/login")
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(browser.post, "/login", data=fields)
        yield lambda: sent.result(timeout=serving.PATIENCE_SECONDS)


def test_the_worker_sends_nothing_that_a_signer_signed_who_has_left_since(
    county: County, machines: Any
) -> None:
    batch_id = _signed(county)
    guard = county.browser(county.guard, county.there)
    path = f"/officers/{county.people.signer.id}/leave"
    assert county.send(guard, path, leave_reason=REASON).status_code == 303
    with serving.running(machines, serving.work):
        serving.wait_until(lambda: bool(_said(REFUSED)), "the worker looked at it")
    assert "its signer is no longer a signer" in (_said(REFUSED)[0])
    with transaction() as session:
        assert session.get_one(Batch, batch_id).state == "signed"
        assert session.scalar(select(Job.id).where(Job.kind == "dispatch.hand_over")) is None


def _signed(county: County) -> UUID:
    with county.committed.transaction() as session:
        batch = county_batch(session, 2, month="2026-09")
        signed(session, batch, county.people)
        return batch.id


def _said(act: str) -> list[str]:
    """Return what was written down for an act."""
    with transaction() as session:
        kept = session.scalars(select(AuditEntry.canonical).where(AuditEntry.act == act))
        return [bytes(one).decode() for one in kept]
