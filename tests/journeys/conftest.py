"""Journeys: a real server, a real browser, and two promises that every page keeps."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import Depends, FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import Engine

from service.app import create_app
from service.foundation import ids
from service.foundation.database import transaction
from service.officers.models import Officer
from service.officers.signed_in import current_officer
from tests.service.web import gallery
from tests.service.web.browsing import PASSWORD, password_hash

CHROMIUM = shutil.which("chromium")
_HOW_TO_GET_IT = "apt-get install chromium fonts-noto-cjk"
_left_out: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave journeys out where there is no browser; on CI that is an error instead."""
    journeys = [item for item in items if item.get_closest_marker("journey")]
    if CHROMIUM or not journeys:
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"Journeys need Chromium: {_HOW_TO_GET_IT}")
    config.hook.pytest_deselected(items=journeys)
    items[:] = [item for item in items if item not in journeys]
    _left_out.extend(item.nodeid for item in journeys)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was left out, and how to have it."""
    if _left_out:
        terminalreporter.write_line(
            f"{len(_left_out)} journeys in a real browser were left out, because there is no Chromium "
            f"here. To have them: {_HOW_TO_GET_IT}",
            yellow=True,
        )


PATIENCE_SECONDS = 90
"""What a page shows, it shows at once; a busy machine may take its time."""
expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port; give its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 120
    while not running.started:
        assert thread.is_alive(), "the server ended while it was starting"
        assert time.monotonic() < deadline, "the server did not start within two minutes"
        time.sleep(0.05)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def server(database_engine: Engine) -> Iterator[str]:
    """The address of the real application; what it commits stays until the run ends."""
    app = create_app()
    app.include_router(gallery.router, dependencies=[Depends(current_officer)])
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


OpenBrowser = Callable[..., Page]


@pytest.fixture
def open_browser(chromium: Browser, server: str) -> Iterator[OpenBrowser]:
    """Return a function ``(width=1280, script=True, language="zh-CN")`` that opens an empty page.

    It collects what must not happen (policy reports, console errors, failed requests) for
    :func:`assert_calm`.
    """
    contexts: list[BrowserContext] = []

    def open_page(width: int = 1280, *, script: bool = True, language: str = "zh-CN") -> Page:
        context = chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": 800},
            locale=language,
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        return watched(context.new_page())

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def kept_officer(database_engine: Engine) -> Callable[..., Officer]:
    """Return a function ``(*duties)`` that commits an officer who signs in with ``PASSWORD``."""

    def keep(*duties: str, name: str = "周敏") -> Officer:
        with transaction(database_engine) as session:
            officer = Officer(
                id=ids.uuid7(),
                username=f"journey-{ids.uuid7().hex[-12:]}",
                name=name,
                organisation="县民政局",
                duties=list(duties or ("maker",)),
                password_hash=password_hash(),
                active=True,
            )
            session.add(officer)
        return officer

    return keep


def sign_in(page: Page, officer: Officer, password: str = PASSWORD) -> None:
    """Sign in by the form, as people do."""
    page.goto("/login")
    page.fill("#username", officer.username)
    page.fill("#password", password)
    page.click("main button.button")


def watched(page: Page) -> Page:
    """Let a page note what must not happen: policy reports, errors of the console, failed requests."""
    page.on("console", lambda said: _note(page, said.text, kind=said.type))
    page.on("pageerror", lambda error: _note(page, str(error)))
    page.on("requestfailed", lambda request: _note_failure(page, request))
    return page


def _note(page: Page, text: str, kind: str = "error") -> None:
    if kind != "error":
        return
    noises = getattr(page, "noises", [])
    noises.append(text)
    page.noises = noises  # type: ignore[attr-defined]


def _note_failure(page: Page, request: Any) -> None:
    # A request that a new page interrupted is nobody's fault.
    if request.failure != "net::ERR_ABORTED":
        _note(page, f"{request.url} failed: {request.failure}")
