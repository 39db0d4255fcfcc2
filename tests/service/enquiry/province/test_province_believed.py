"""What the province says is believed only when it is the province that says it."""

import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy.orm import Session

from service.enquiry.province import ask, configured, provider, start
from tests.service.enquiry.asking import NOBODY, resident
from tests.service.enquiry.province.arriving import came_back, refused, whys
from tests.service.enquiry.province.conftest import set_to
from tests.service.enquiry.province.province_server import Province
from tests.service.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("made")


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"nonce": "another"}, "token_nonce"),
        ({"nonce": None}, "token_nonce"),
        ({"iss": "https://other.example"}, "token_issuer"),
        ({"aud": "another-client"}, "token_audience"),
        ({"aud": ["anxin-330523", "another"]}, "token_audience"),
        ({"aud": ["anxin-330523", "another"], "azp": "another"}, "token_audience"),
        ({"azp": "another"}, "token_audience"),
        ({"exp": -120}, "token_expired"),
        ({"exp": None}, "token_expired"),
        ({"exp": "tomorrow"}, "token_expired"),
        ({"iat": -3_600}, "token_too_old"),
        ({"iat": 600}, "token_too_old"),
        ({"nbf": 600}, "token_too_early"),
        ({"sub": None}, "token_subject"),
    ],
)
def test_a_token_that_says_something_else_is_not_believed(
    browser: Browser, session: Session, province: Province, lie: dict[str, object], why: str
) -> None:
    address = came_back(browser, province, resident(3).number)
    # Times are seconds from now, and now is when the test runs: collecting may have been long ago.
    now = int(time.time())
    province.claims = {
        name: now + said if isinstance(said, int) else said for name, said in lie.items()
    }
    refused(browser, address)
    assert whys(session) == [why]


@pytest.mark.parametrize(("algorithm", "why"), [("none", "token_algorithm"), ("HS256", "token_algorithm")])  # fmt: skip
def test_a_token_that_anybody_could_have_written_is_not_believed(
    browser: Browser, session: Session, province: Province, algorithm: str, why: str
) -> None:
    address = came_back(browser, province, resident(4).number)
    province.tokens = algorithm
    refused(browser, address)
    assert whys(session) == [why]


def test_a_token_signed_by_another_key_is_not_believed(
    browser: Browser, session: Session, province: Province
) -> None:
    browser.get(came_back(browser, province, NOBODY))
    browser.cookies.delete("anxin-resident")
    address = came_back(browser, province, resident(5).number)
    # The same name, another key: the one that was read before holds.
    province.key = rsa.generate_private_key(65537, 2048)
    refused(browser, address)
    assert whys(session) == ["token_signature"]


def test_changed_keys_are_fetched_once(
    browser: Browser, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = resident(6)
    browser.get(came_back(browser, province, one.number))
    browser.get(came_back(browser, province, one.number))
    assert province.heard.count("/keys") == 1
    province.key, province.kid = rsa.generate_private_key(65537, 2048), "key-2"
    monkeypatch.setattr(provider, "AGAIN_SECONDS", 0.0)
    landed = browser.get(came_back(browser, province, one.number))
    assert landed.status_code == 200
    assert province.heard.count("/keys") == 2
    monkeypatch.setattr(provider, "AGAIN_SECONDS", 60.0)
    province.kid = "key-unknown"
    for _ in range(3):
        browser.get(came_back(browser, province, one.number))
    assert province.heard.count("/keys") == 2, "no stranger makes us knock again and again"


@pytest.mark.parametrize(
    "changed",
    [
        {"oidc_client_id": None},
        {"oidc_client_secret": None},
        {"oidc_issuer": "http://province.example"},
        {"oidc_issuer": "https://user@province.example"},
        {"oidc_client_key_file": Path("/nowhere/client.pem")},
        {"profile": "production"},
    ],
)
def test_half_a_configuration_stops_the_start(
    province: Province, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object]
) -> None:
    set_to(monkeypatch, province, **changed)
    with pytest.raises(configured.ProvinceHalfConfigured) as refusal:
        start.province_usable()
    assert "ANXIN_OIDC_" in refusal.value.sentence


def test_a_province_that_is_away_leaves_the_code(browser: Browser, province: Province) -> None:
    province.statuses["/.well-known/openid-configuration"] = 503
    for _ in range(3):
        assert browser.get("/me/province").headers["location"] == "/me?trouble=province_silent"
    assert province.heard == ["/.well-known/openid-configuration"], (
        "a failure is remembered a while"
    )
    assert "暂时没有应答" in browser.get("/me?trouble=province_silent").text
    assert "<script>" not in browser.get("/me?trouble=<script>").text


@pytest.mark.parametrize(
    "said",
    [
        b" " * (ask.BYTES_MAX + 1),
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 200_000,
        b"<html></html>",
    ],
)
def test_what_is_no_discovery_document_is_read_no_further(
    browser: Browser, province: Province, said: bytes
) -> None:
    province.raw["/.well-known/openid-configuration"] = said
    assert browser.get("/me/province").headers["location"] == "/me?trouble=province_silent"


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://other.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": ["https://one.example"]},
        {"token_endpoint": "https://[half"},
    ],
)
def test_a_discovery_document_that_leads_elsewhere_is_not_followed(
    browser: Browser, province: Province, changed: dict[str, object]
) -> None:
    province.document = changed
    assert browser.get("/me/province").headers["location"] == "/me?trouble=province_silent"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_redirects_are_not_followed(browser: Browser, province: Province, path: str) -> None:
    province.elsewhere[path] = f"{province.issuer}/elsewhere"
    started = browser.get("/me/province")
    if path.startswith("/."):
        assert started.headers["location"] == "/me?trouble=province_silent"
    else:
        address = came_back(browser, province, resident(15).number)
        refused(browser, address, "province_silent")
    assert "/elsewhere" not in province.heard


def test_a_province_that_hangs_is_left_after_a_while(
    browser: Browser, session: Session, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = came_back(browser, province, resident(16).number)
    monkeypatch.setattr(ask, "SECONDS_MAX", 0.3)
    province.hangs.add("/token")
    begun = time.monotonic()
    refused(browser, address, "province_silent")
    assert time.monotonic() - begun < 5
    assert whys(session) == ["unreachable"]


def test_a_province_that_breaks_is_no_refusal(browser: Browser, province: Province) -> None:
    address = came_back(browser, province, resident(17).number)
    province.statuses["/token"] = 500
    refused(browser, address, "province_silent")
