"""Every answer carries the same promises: policy, languages, sizes, limits, and no details of faults."""

import gzip
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.app import create_app
from service.foundation import logs
from service.foundation.problems import every_problem
from service.web import limits
from service.web.form_tokens import unmasked
from service.web.render import STATIC
from service.web.transactions import Transaction
from tests.service.web.browsing import Browser, SignInAs, token_in


def test_nothing_runs_or_frames_a_page_but_ourselves(browser: Browser) -> None:
    for path in ("/login", "/nothing", "/api/nothing", "/static/app.css"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_a_page_holds_no_inline_script_or_style(sign_in_as: SignInAs) -> None:
    page = sign_in_as("maker").get("/").text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


def test_pages_are_not_kept_but_versioned_files_are(browser: Browser) -> None:
    page = browser.get("/login")
    assert page.headers["cache-control"] == "no-store"
    address = re.search(r'href="(/static/app\.css[^"]+)"', page.text)
    assert address
    assert "immutable" in browser.get(address[1]).headers["cache-control"]
    assert browser.get("/static/app.css").headers["cache-control"] == "no-cache"


def test_the_style_sheet_and_the_script_stay_small() -> None:
    assert (STATIC / "app.css").stat().st_size <= 16_000
    assert (STATIC / "pictures.css").stat().st_size <= 2_500
    assert (STATIC / "app.js").stat().st_size <= 8_000
    # What a browser waits for: the two together, as they are sent.
    sent = [gzip.compress((STATIC / name).read_bytes()) for name in ("app.css", "app.js")]
    assert sum(map(len, sent)) <= 8_000


@pytest.mark.parametrize("name", ["app.css", "pictures.css", "app.js", "passkey.js", "icon.svg"])
def test_a_static_file_comes_compressed_to_who_reads_that(browser: Browser, name: str) -> None:
    address = f"/static/{name}?v=1"
    with browser.stream("GET", address, headers={"accept-encoding": "br, gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
        headers = answer.headers
    plain = browser.get(address, headers={"accept-encoding": "gzip;q=0, identity"})
    assert gzip.decompress(packed) == plain.content == (STATIC / name).read_bytes()
    assert int(headers["content-length"]) == len(packed)
    assert (headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert headers["content-type"] == plain.headers["content-type"]
    assert "immutable" in headers["cache-control"]
    assert headers["etag"] != plain.headers["etag"]
    for accepted, shown, known in (
        ("gzip", headers, 304),
        ("identity", plain.headers, 304),
        ("gzip", plain.headers, 200),
        ("identity", headers, 200),
    ):
        again = browser.get(
            address, headers={"accept-encoding": accepted, "if-none-match": shown["etag"]}
        )
        assert again.status_code == known
        assert again.headers["vary"] == "accept-encoding"


def test_only_files_that_are_there_are_sent_and_only_read(browser: Browser) -> None:
    assert browser.get("/static/nothing.css").status_code == 404
    assert browser.post("/static/app.css").status_code in (403, 405)
    head = browser.head("/static/app.css")
    assert (head.status_code, head.content) == (200, b"")


def test_a_page_comes_compressed_to_who_reads_that(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    packed = browser.get("/programmes", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) * 3 < len(packed.content)
    plain = browser.get("/programmes", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert "accept-encoding" in plain.headers["vary"].lower()


@pytest.mark.parametrize("path", ["/api/queue", "/api/openapi.json", "/recount.py"])
def test_what_is_no_page_comes_as_it_is(sign_in_as: SignInAs, path: str) -> None:
    answer = sign_in_as("signer").get(path, headers={"accept-encoding": "gzip, br, deflate"})
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


def test_nothing_secret_reads_the_same_in_two_answers(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    first, second = (token_in(browser.get("/").text, "/logout") for _ in range(2))
    assert first != second
    assert unmasked(first) == unmasked(second)
    assert browser.post("/logout", data={"form_token": first}).status_code == 303


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-GB,en;q=0.9", "en"), ("fr", "zh-CN"), ("en;q=0.2, zh;q=x", "en"), ("", "zh-CN")],
)  # fmt: skip
def test_the_browser_says_which_language(browser: Browser, accepted: str, language: str) -> None:
    page = browser.get("/login", headers={"accept-language": accepted}).text
    assert f'<html lang="{language}"' in page


def test_a_chosen_language_is_remembered_and_leaves_the_address(browser: Browser) -> None:
    switched = browser.get("/login?next=%2Fbatches&lang=en")
    assert switched.status_code == 303
    assert switched.headers["location"] == "/login?next=%2Fbatches"
    page = browser.get("/login").text
    assert '<html lang="en"' in page
    assert "Sign in" in page
    assert "登录" not in page


def test_large_text_is_remembered(browser: Browser) -> None:
    browser.get("/login?text=large")
    assert 'data-text="large"' in browser.get("/login").text
    browser.get("/login?text=normal")
    assert 'data-text="normal"' in browser.get("/login").text


@pytest.mark.parametrize("path", ["//evil.example?lang=en", "/\\evil.example?lang=en"])
def test_switching_the_language_never_leads_elsewhere(browser: Browser, path: str) -> None:
    location = browser.get(f"http://testserver{path}").headers.get("location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_an_unknown_page_is_a_page_and_an_unknown_route_is_json(browser: Browser) -> None:
    page = browser.get("/nothing")
    assert page.status_code == 404
    assert "没有这项内容" in page.text
    answer = browser.get("/api/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:anxin:problem:not_found",
        "title": "There is no such thing",
        "status": 404,
        "code": "not_found",
        "detail": "没有这项内容，或您无权查看。",
        "instance": "/api/nothing",
        "request_id": answer.headers["x-request-id"],
    }


@pytest.fixture
def odd(app: FastAPI) -> Iterator[Browser]:
    """A browser at an app with routes that go wrong, as a stage's might."""
    router = APIRouter()

    @router.get("/api/crash/{name}")
    def crash(name: str) -> None:
        raise ValueError(f"{name} 330523194001011234")

    @router.get("/api/count")
    def count(count: int) -> int:
        return count

    @router.post("/api/keep")
    def keep(body: dict[str, Any]) -> int:
        return len(body)

    made = create_app(app.state.transaction)
    made.include_router(router)
    with Browser(made, headers={"accept-language": "zh-CN"}, follow_redirects=False) as opened:
        yield opened


def test_a_crash_says_nothing_about_itself(
    odd: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure()  # the app was made before what is written here was listened to
    answer = odd.get("/api/crash/zhangsan?name=zhangsan")
    assert answer.status_code == 500
    assert answer.json()["code"] == "unexpected"
    written = capsys.readouterr().err
    assert answer.json()["request_id"] in written
    assert "builtins.ValueError" in written
    for secret in ("zhangsan", "330523194001011234"):
        assert secret not in written
        assert secret not in answer.json()["detail"] + answer.json()["title"]


def test_a_wrong_field_is_named_and_not_repeated(odd: Browser) -> None:
    answer = odd.get("/api/count?count=330523194001011234x")
    assert answer.status_code == 422
    assert answer.json()["code"] == "fields_wrong"
    assert answer.json()["faults"] == [{"field": "count", "kind": "int_parsing"}]
    assert "330523194001011234" not in answer.text


def test_too_much_is_refused_whether_announced_or_not(odd: Browser) -> None:
    much = b'{"a": "' + b"x" * limits.BODY_BYTES_MAX + b'"}'
    announced = odd.post("/api/keep", content=much, headers={"content-type": "application/json"})
    assert (announced.status_code, announced.json()["code"]) == (413, "too_large")

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(much), 65_536):
            yield much[start : start + 65_536]

    unannounced = odd.post(
        "/api/keep", content=pieces(), headers={"content-type": "application/json"}
    )
    assert (unannounced.status_code, unannounced.json()["code"]) == (413, "too_large")
    assert odd.post("/api/keep", json={"a": 1}).json() == 1


@pytest.mark.parametrize("length", ["-1", "1e9", "999999999999999999", "٣"])
def test_a_length_that_is_no_number_is_refused(browser: Browser, length: str) -> None:
    answer = browser.post("/login", headers={b"content-length": length.encode()})
    assert answer.status_code == 413


def test_a_failing_commit_is_never_answered_as_done(session: Session) -> None:
    @contextmanager
    def failing() -> Iterator[Session]:
        with session.begin_nested():
            yield session
            raise OperationalError("COMMIT", {}, Exception("the server went away"))

    app = create_app(failing)

    @app.get("/api/change")
    def change(session: Transaction) -> str:
        session.execute(text("SELECT 1"))
        return "done"

    with Browser(app) as browser:
        answer = browser.get("/api/change")
    assert answer.status_code == 500
    assert "done" not in answer.text


def test_the_description_lists_every_problem(browser: Browser) -> None:
    document = browser.get("/api/openapi.json").json()
    assert {one["code"] for one in document["x-problems"]} == {one.code for one in every_problem()}
    assert not [path for path in document["paths"] if not path.startswith("/api/")]


def test_health_names_the_database_the_queue_and_the_log(
    browser: Browser, session: Session
) -> None:
    # What journeys of the same process committed waits for no worker.
    session.execute(text("DELETE FROM audit_waiting"))
    answer = browser.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"
    assert answer.json()["log"] == "ok"
    assert set(answer.json()) == {"status", "database", "queue", "last_sequenced_at", "log"}


def test_without_a_database_health_is_503() -> None:
    def down() -> AbstractContextManager[Session]:
        raise OperationalError("SELECT", {}, Exception("no route to host"))

    with Browser(create_app(down)) as browser:
        answer = browser.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"


def test_metrics_count_routes_not_addresses(browser: Browser) -> None:
    browser.get("/login?next=%2Fsecret")
    metrics = browser.get("/metrics").text
    assert 'anxin_request_seconds_count{method="GET",route="/login",status="200"}' in metrics
    assert "secret" not in metrics
