"""An officer hands in a token's certificate, a second person confirms it, its end is told, it is revoked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.foundation.settings import settings
from tests.factories.officers import OfficerFactory, staff
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.signing.signers.authority import Authority
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@pytest.fixture
def server(
    committed: Committed, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The real application, which trusts the authority and reads its revocation list."""
    lists = authority.folder / "list.crl"
    lists.write_bytes(authority.revocations()["crl_1"])
    monkeypatch.setenv("ANXIN_CERTIFICATE_ROOTS_FILE", str(authority.folder / "root.pem"))
    monkeypatch.setenv("ANXIN_REVOCATION_LISTS", str(lists))
    with serving(create_app()) as address:
        settings.cache_clear()
        yield address
        settings.cache_clear()


def _hand_in(page: Page, path: Path) -> None:
    page.set_input_files("#certificate", path)
    page.locator("form[action='/keys/certificate'] button").click()


def test_a_certificate_is_handed_in_confirmed_and_revoked(
    open_browser: OpenBrowser, committed: Committed, authority: Authority
) -> None:
    with committed.transaction():
        people = staff()
        people.signer.password_hash = password_hash()
        administrator = OfficerFactory.create(
            duties=["security_administrator"], password_hash=password_hash()
        )
    authority.issue(people.signer.username, days=20)
    authority.issue("somebody.else")

    signer = open_browser(language="en-GB")
    sign_in(signer, people.signer)
    signer.goto("/keys")
    _hand_in(signer, authority.folder / "somebody.else.pem")
    expect(signer.get_by_text("names another person").first).to_be_visible()
    assert_accessible(signer)
    # The browser writes down the refusal that was asked for.
    signer.noises.clear()  # type: ignore[attr-defined]
    _hand_in(signer, authority.folder / f"{people.signer.username}.pem")
    expect(signer.get_by_role("cell", name="waits for a second person")).to_be_visible()
    assert_accessible(signer)
    assert_calm(signer)

    second = open_browser(width=360)
    sign_in(second, administrator)
    second.goto("/keys")
    expect(second.get_by_text(f"CN={people.signer.username}").first).to_be_visible()
    assert_accessible(second)
    assert_calm(second)
    second.get_by_role("button", name=f"确认：这是{people.signer.name}的密钥").click()
    expect(second.get_by_role("button", name="确认：")).to_have_count(0)

    phone = open_browser(width=360)
    sign_in(phone, people.signer)
    expect(phone.get_by_text("您的证书将于").first).to_be_visible()
    phone.goto("/keys")
    expect(phone.get_by_role("cell", name="有效至")).to_be_visible()
    assert_accessible(phone)
    assert_calm(phone)
    signer.goto("/keys")
    expect(signer.get_by_role("cell", name="signs until")).to_be_visible()
    signer.get_by_role("button", name="Revoke the key").click()
    signer.locator("#confirm button[value=yes]").click()
    expect(signer.get_by_role("cell", name="revoked")).to_be_visible()
    assert_accessible(signer)
    assert_calm(signer)
