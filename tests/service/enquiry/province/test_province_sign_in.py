"""Residents sign in with the province's account, once and in their own browser, and nobody else does."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.enquiry.models import EnquirySession, ProvinceArrival
from service.enquiry.province import provider, start
from service.foundation import clock
from service.foundation.settings import settings
from tests.service.enquiry.asking import NOBODY, resident
from tests.service.enquiry.province.arriving import BACK, begin, came_back, refused, whys
from tests.service.enquiry.province.conftest import set_to
from tests.service.enquiry.province.province_server import Province
from tests.service.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("made")


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
