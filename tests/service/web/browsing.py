"""Fixtures for tests of pages: the real app in the test's own transaction, and signed-in browsers."""

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

with warnings.catch_warnings():
    # Starlette asks for another HTTP client's successor; what is installed works the same.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from argon2 import PasswordHasher

from service.app import create_app
from service.foundation import clock, ids, logs
from service.foundation.settings import settings
from service.officers.models import Officer, OfficerSession
from service.officers.sign_in import token_hash_of
from service.web import cookies

PASSWORD = "correct horse battery"


class Browser(TestClient):
    """A browser without script: it follows links, keeps cookies, and sends the forms it was shown."""

    def request(self, *args: Any, **options: Any) -> Any:
        """Ask as any client does; on a page no id stands twice, and what leads to an id finds it."""
        answer = super().request(*args, **options)
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert_ids_hold(answer.text)
        return answer

    def submit(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        """Send the form that goes to ``path``; its token is taken from ``shown_at`` or ``path``."""
        shown = self.get(options.pop("shown_at", path))
        token = token_in(shown.text, path)
        return self.post(path, data={**(data or {}), "form_token": token}, **options)


def assert_ids_hold(page: str) -> None:
    """Assert that each id of a page stands there once, and that nothing on it names one it lacks."""
    places = Counter(re.findall(r'<[^<>]*? id="([^"]*)"', page))
    twice = sorted(place for place, times in places.items() if times > 1)
    assert not twice, f"ids that stand twice: {twice}"
    named = set(re.findall(r'<[^<>]*? href="#([^"]+)"', page))
    for names in re.findall(
        r'<[^<>]*? (?:for|aria-(?:describedby|labelledby|controls))="([^"]*)"', page
    ):
        named |= set(names.split())
    assert named <= places.keys(), f"ids that are not there: {sorted(named - places.keys())}"


def without_tokens(page: str) -> str:
    """Return a page without what reads otherwise each time it is drawn, to be compared."""
    return re.sub(r'(name="form_token" value=)"[^"]+"', r"\1", page)


def token_in(page: str, action: str) -> str:
    """Return the token of the form that goes to ``action`` on a page."""
    form = re.search(
        rf'<form[^>]*action="{re.escape(action)}".*?name="form_token" value="([^"]+)"',
        page,
        re.DOTALL,
    )
    assert form, f"the page has no form that goes to {action}"
    return form[1]


@lru_cache(maxsize=1)
def password_hash() -> str:
    """Return a cheap hash of :data:`PASSWORD`: its parameters are inside, so it verifies as any."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


MakeOfficer = Callable[..., Officer]


@pytest.fixture
def make_officer(session: Session) -> MakeOfficer:
    """Return a function ``(*duties, username=…, name=…)`` that adds an officer to the test."""

    def make(*duties: str, username: str = "", name: str = "周敏", **more: Any) -> Officer:
        officer = Officer(
            id=ids.uuid7(),
            username=username or f"officer-{ids.uuid7().hex[-12:]}",
            name=name,
            organisation=more.pop("organisation", "县民政局"),
            duties=list(duties or ("maker",)),
            password_hash=password_hash(),
            active=True,
            **more,
        )
        session.add(officer)
        session.flush()
        return officer

    return make


@lru_cache(maxsize=1)
def _built() -> FastAPI:
    """The app of every test: its first request looks at each of some five hundred doors once."""
    return create_app()


@pytest.fixture
def app(session: Session) -> Iterator[FastAPI]:
    """The whole app; each of its transactions is a savepoint in the test's.

    It is the same one in every test: whoever adds to an app makes one.
    """

    @contextmanager
    def inside() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    found = _built()
    logs.configure(settings().log_level)
    outside, found.state.transaction = found.state.transaction, inside
    yield found
    found.state.transaction = outside


@pytest.fixture
def browser(app: FastAPI) -> Iterator[Browser]:
    """A browser that asks for Chinese and has not signed in."""
    with Browser(app, headers={"accept-language": "zh-CN"}, follow_redirects=False) as opened:
        yield opened


SignInAs = Callable[..., Browser]


@pytest.fixture
def sign_in_as(app: FastAPI, session: Session, make_officer: MakeOfficer) -> Iterator[SignInAs]:
    """Return a function ``(*duties)`` or ``(officer=…)`` that gives a signed-in browser."""
    opened: list[Browser] = []

    def sign_in(*duties: str, officer: Officer | None = None, language: str = "zh-CN") -> Browser:
        who = officer or make_officer(*duties)
        token = f"test-{who.id.hex}-{len(opened)}"
        at = clock.now()
        session.add(
            OfficerSession(
                officer_id=who.id, token_hash=token_hash_of(token), started_at=at, seen_at=at
            )
        )
        session.flush()
        browser = Browser(app, headers={"accept-language": language}, follow_redirects=False)
        browser.cookies.set(cookies.SESSION, token)
        opened.append(browser)
        return browser

    yield sign_in
    for browser in opened:
        browser.close()
