"""Residents sign in with the province's account, and nobody else does."""

import json
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.enquiry.models import EnquirySession, ProvinceArrival
from service.enquiry.province import ask, configured, provider, start
from service.foundation import clock
from service.foundation.settings import settings
from tests.service.enquiry.asking import NOBODY, resident
from tests.service.enquiry.province.conftest import set_to
from tests.service.enquiry.province.province_server import Province
from tests.service.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("made")
BACK = "/me/province/back"


def begin(browser: Browser) -> str:
    """Press the button; return where it leads."""
    answer = browser.get("/me/province")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def came_back(browser: Browser, province: Province, number: str) -> str:
    """Sign in there; return the address that the browser is led back to, as a path."""
    return province.sign_in(begin(browser), number).removeprefix("http://testserver")


def refused(browser: Browser, address: str, code: str = "province_refused") -> None:
    """Follow an address back and be let in by nobody, with a sentence that says what to do."""
    answer = browser.get(address)
    assert answer.status_code in (403, 429, 503)
    assert answer.headers["refresh"] == f"0; url=/me?trouble={code}"
    assert "anxin-resident" not in browser.cookies
    shown = browser.get(f"/me?trouble={code}")
    assert "验证码查询" in shown.text
    assert browser.get("/me/payments").headers["location"] == "/me"


def whys(session: Session) -> list[str]:
    """Return the reasons of every refusal in the trail."""
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "province.refused"))
    return [json.loads(one.canonical)["details"]["why"] for one in entries]


def test_the_province_leads_to_the_same_payments_as_the_code(
    browser: Browser, session: Session, province: Province
) -> None:
    one = resident(1)
    assert "使用全省统一身份认证登录" in browser.get("/me").text
    landed = browser.get(came_back(browser, province, one.number))
    assert (landed.status_code, landed.headers["refresh"]) == (200, "0; url=/me/payments")
    assert "150.00 元已于" in browser.get("/me/payments").text
    kept = session.scalars(select(EnquirySession)).one()
    assert (kept.person_id, kept.way) == (one.person.id, "province")
    entries = session.scalars(select(AuditEntry)).all()
    assert "resident.entered" in [entry.act for entry in entries]
    assert all(one.number.encode() not in entry.canonical for entry in entries)


def test_the_way_there_carries_what_the_standard_asks_for(
    browser: Browser, province: Province
) -> None:
    query = parse_qs(urlsplit(begin(browser)).query)
    assert query["response_type"] == ["code"]
    assert query["redirect_uri"] == ["http://testserver/me/province/back"]
    assert query["scope"] == ["openid"]
    assert query["code_challenge_method"] == ["S256"]
    values = [query[name][0] for name in ("state", "nonce", "code_challenge")]
    assert all(len(value) == 43 for value in values)
    assert len({*values, browser.cookies["anxin-province"].split(".")[0]}) == 4
    again = parse_qs(urlsplit(begin(browser)).query)
    assert again["state"] != query["state"]
    policy = browser.get("/me").headers["content-security-policy"]
    assert "form-action 'self'" in policy


def test_without_settings_there_is_no_button_and_no_way(browser: Browser) -> None:
    assert "/me/province" not in browser.get("/me").text
    for path in ("/me/province", BACK, "/me/province/left"):
        assert browser.get(path).status_code == 404


def test_somebody_whom_the_county_does_not_know_sees_what_people_without_payments_see(
    browser: Browser, session: Session, province: Province
) -> None:
    landed = browser.get(came_back(browser, province, NOBODY))
    assert landed.headers["refresh"] == "0; url=/me/payments"
    shown = browser.get("/me/payments")
    assert "本月没有发给您的补贴" in shown.text
    assert "没有工作人员" in shown.text
    assert browser.get("/me").headers["location"] == "/me/payments"
    for path in ("/me/payments/MZ15?month=2026-10", "/me/payments/MZ15/proof?month=2026-10"):
        assert browser.get(path).headers["location"] == "/me"
    token = browser.cookies["anxin-resident"]
    asked = browser.get(
        "/api/enquiry/payments?month=2026-10", headers={"authorization": f"Bearer {token}"}
    )
    assert asked.json()["code"] == "enquiry_ended"
    assert session.scalars(select(EnquirySession)).one().person_id is None


def test_leaving_says_that_the_province_still_knows_the_browser(
    browser: Browser, province: Province
) -> None:
    browser.get(came_back(browser, province, resident(2).number))
    left = browser.submit("/me/leave", shown_at="/me/payments")
    assert left.headers["location"] == "/me/province/left"
    shown = browser.get("/me/province/left").text
    assert f"{province.issuer}/logout?client_id=anxin-330523" in shown
    assert "post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Fme&" not in shown
    assert browser.get("/me/payments").headers["location"] == "/me"
    provider.forget()
    province.document["end_session_endpoint"] = None
    assert "/logout" not in browser.get("/me/province/left").text


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
        ({"exp": int(time.time()) - 120}, "token_expired"),
        ({"exp": None}, "token_expired"),
        ({"exp": "tomorrow"}, "token_expired"),
        ({"iat": int(time.time()) - 3_600}, "token_too_old"),
        ({"iat": int(time.time()) + 600}, "token_too_old"),
        ({"nbf": int(time.time()) + 600}, "token_too_early"),
        ({"sub": None}, "token_subject"),
    ],
)
def test_a_token_that_says_something_else_is_not_believed(
    browser: Browser, session: Session, province: Province, lie: dict[str, object], why: str
) -> None:
    address = came_back(browser, province, resident(3).number)
    province.claims = dict(lie)
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


def test_a_state_of_another_browser_is_refused(
    browser: Browser, session: Session, province: Province, app: object
) -> None:
    attacker = Browser(browser.app, follow_redirects=False)
    planted = came_back(attacker, province, resident(7).number)
    refused(browser, planted)
    begin(browser)
    refused(browser, planted)
    assert whys(session) == ["state", "state"]
    assert province.heard.count("/token") == 0, "the province is not asked for a stranger's code"


def test_a_code_is_used_once_by_whoever_comes_first(
    browser: Browser, session: Session, province: Province
) -> None:
    address = came_back(browser, province, resident(8).number)
    kept = browser.cookies["anxin-province"]
    assert browser.get(address).status_code == 200
    browser.cookies.clear()
    browser.cookies.set("anxin-province", kept)
    refused(browser, address)
    # The same code in a fresh sign-in: the province refuses it, since verifier and use are others.
    browser.cookies.clear()
    code = parse_qs(urlsplit(address).query)["code"][0]
    fresh = came_back(browser, province, NOBODY)
    stolen = fresh.replace(parse_qs(urlsplit(fresh).query)["code"][0], code)
    refused(browser, stolen)
    assert whys(session) == ["state_used", "code_refused"]


@pytest.mark.parametrize("named", ["https://other.example", ""])
def test_an_answer_of_another_issuer_is_refused(
    browser: Browser, session: Session, province: Province, named: str
) -> None:
    address = came_back(browser, province, resident(9).number)
    refused(browser, address[: address.index("&iss=")] + f"&iss={named}")
    assert whys(session) == ["another_issuer"]
    assert province.heard.count("/token") == 0


def test_a_sign_in_that_took_too_long_begins_again(
    browser: Browser, session: Session, province: Province
) -> None:
    address = came_back(browser, province, resident(10).number)
    secret, begun, language = browser.cookies["anxin-province"].split(".")
    for moved in (-601, 601):
        older = f"{secret}.{int(begun) + moved}.{language}"
        browser.cookies.clear()
        browser.cookies.set("anxin-province", older)
        refused(browser, address)
    assert whys(session) == ["state", "state"], "whoever changes the time changes the state"


def test_who_gives_up_there_is_told_how_to_go_on(
    browser: Browser, session: Session, province: Province
) -> None:
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    refused(browser, f"{BACK}?error=access_denied&state={state}&iss={province.issuer}")
    assert whys(session) == ["not_completed"]


@pytest.mark.parametrize("said", [None, "", 7, "330523", ["330523194506070010"], "x" * 3_000])
def test_without_an_id_number_nobody_is_let_in(
    browser: Browser, province: Province, said: object
) -> None:
    address = came_back(browser, province, resident(11).number)
    province.claims = {"id_number": said}
    refused(browser, address, "province_number_missing")


def test_the_number_may_come_from_userinfo_of_the_same_subject(
    browser: Browser, session: Session, province: Province
) -> None:
    one = resident(12)
    province.claims = {"id_number": None}
    province.userinfo = {"id_number": one.number, "sub": "subject-2"}
    refused(browser, came_back(browser, province, one.number))
    assert whys(session) == ["another_subject"]
    province.userinfo = {"id_number": f" {one.number.lower()} "}
    assert browser.get(came_back(browser, province, one.number)).status_code == 200


def test_a_level_of_assurance_that_is_too_low_is_not_enough(
    browser: Browser, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = resident(13)
    set_to(monkeypatch, province, oidc_acr_values="level-3 level-4")
    assert "acr_values=level-3+level-4" in begin(browser)
    refused(browser, came_back(browser, province, one.number), "province_number_missing")
    province.claims = {"acr": "level-4"}
    assert browser.get(came_back(browser, province, one.number)).status_code == 200


def test_the_service_proves_itself_with_a_key(
    browser: Browser, province: Province, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key, path = ec.generate_private_key(ec.SECP256R1()), tmp_path / "client.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    set_to(monkeypatch, province, oidc_client_secret=None, oidc_client_key_file=path)
    start.province_usable()
    province.client_key = key.public_key()
    landed = browser.get(came_back(browser, province, resident(14).number))
    assert landed.status_code == 200


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


def test_too_many_arrivals_wait(browser: Browser, session: Session, province: Province) -> None:
    now = clock.now()
    session.add_all(
        ProvinceArrival(state_hash=at.to_bytes(4, "big"), arrived_at=now) for at in range(300)
    )
    session.flush()
    refused(browser, came_back(browser, province, resident(18).number), "province_busy")
    assert whys(session) == ["busy"]


@pytest.mark.parametrize(
    "forged", ["", "x", "a.b", "a.1.fr", "a..zh", "a.１.zh", f"a.{'9' * 13}.zh", "a" * 200]
)
def test_a_forged_cookie_of_the_way_is_nobodys(
    browser: Browser, province: Province, forged: str
) -> None:
    header = {b"cookie": f"anxin-province={forged}".encode()}
    refused_by = browser.get(f"{BACK}?state=x&code=y", headers=header)
    assert refused_by.status_code == 403
    assert settings().oidc_issuer is None
