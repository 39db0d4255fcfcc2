"""A signer makes a passkey in a real browser, an administrator confirms it, and it signs a batch."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.foundation.settings import settings
from tests.factories.batches import county_batch, prepared
from tests.factories.officers import OfficerFactory, staff
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def server(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The real application under the name that passkeys are bound to: an address is no site."""
    with serving(create_app()) as address:
        here = address.replace("127.0.0.1", "localhost")
        monkeypatch.setenv("ANXIN_WEB_ORIGIN", here)
        settings.cache_clear()
        yield here
        settings.cache_clear()


def _with_device(page: Page) -> None:
    """Plug in an authenticator that knows its holder."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_made_confirmed_and_signs(
    open_browser: OpenBrowser, committed: Committed
) -> None:
    with committed.transaction() as session:
        people = staff()
        people.signer.password_hash = password_hash()
        administrator = OfficerFactory.create(
            duties=["security_administrator"], password_hash=password_hash()
        )
        batch = prepared(session, county_batch(session), people)
        batch_no = batch.batch_no

    signer = open_browser()
    _with_device(signer)
    sign_in(signer, people.signer)
    signer.goto("/keys")
    assert_accessible(signer)
    signer.get_by_role("button", name="登记通行密钥").click()
    expect(signer.get_by_role("cell", name="待第二人确认")).to_be_visible()

    second = open_browser()
    sign_in(second, administrator)
    second.goto("/keys")
    assert_accessible(second)
    second.get_by_role("button", name=f"确认：这是{people.signer.name}的密钥").click()
    expect(second.get_by_role("button", name="确认：")).to_have_count(0)

    signer.goto(f"/batches/{batch_no}/decide")
    assert_accessible(signer)
    signer.get_by_role("button", name="签名付款").click()
    signer.get_by_role("dialog").get_by_role("button", name="签名付款").click()
    expect(signer.get_by_role("heading", level=1)).to_contain_text("已签名")
    for page in (signer, second):
        assert_calm(page)
