"""A signer makes a passkey in a real browser, an administrator confirms it, and it signs a batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from service.app import create_app
from service.audit.actor import SYSTEM
from service.foundation import jobs
from service.foundation.settings import settings
from service.ledger.appropriate import appropriate
from service.officers.models import Officer
from tests.factories.batches import county_batch, frozen, prepared
from tests.factories.officers import OfficerFactory, staff
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import (
    assert_accessible,
    assert_calm,
    assert_fits,
    keeps_the_promises,
    press_by_keyboard,
    type_by_keyboard,
)
from tests.service.web.browsing import PASSWORD, password_hash

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


def _with_device(page: Page) -> Callable[[bool], None]:
    """Plug in an authenticator; return what lets it know its holder, or no longer."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
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

    def knows(holder: bool) -> None:
        asked = {"authenticatorId": made["authenticatorId"], "isUserVerified": holder}
        session.send("WebAuthn.setUserVerified", asked)

    return knows


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


@dataclass(frozen=True)
class Words:
    """What the pages of the way say in one language."""

    language: str
    user: str
    password: str
    enter: str
    approve: str
    approved: str
    group: str
    keys: str
    make: str
    waits: str
    task: str
    confirm: str
    sign: str
    silent: str
    signed: str


CHINESE = Words(
    "zh-CN", "用户名", "密码", "登录", "批准发放", "已批准", "管理", "签名密钥", "登记通行密钥",
    "待第二人确认", "有签名密钥待您确认归属", "确认：这是", "签名付款", "设备没有应答", "已签名",
)  # fmt: skip
ENGLISH = Words(
    "en", "User name", "Password", "Sign in", "Approve payment", "approved", "Administration", "Signing keys",
    "Make a passkey", "waits for a second person", "A signing key waits for you", "Confirm: this is", "Sign and pay", "did not answer", "signed",
)  # fmt: skip


def _enters(page: Page, words: Words, officer: Officer) -> None:
    """Sign in from the empty page, and stand before the own work."""
    page.goto("/")
    _holds(page)
    type_by_keyboard(page, words.user, officer.username)
    type_by_keyboard(page, words.password, PASSWORD)
    press_by_keyboard(page, "button", words.enter)
    expect(page.locator(".who")).to_contain_text(officer.name)
    _holds(page)


def _holds(page: Page) -> None:
    """The page is whole, and everything the next key needs is there."""
    keeps_the_promises(page)
    assert_fits(page)


@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_from_sign_in_to_signed_with_the_keyboard_alone(
    open_browser: OpenBrowser, committed: Committed, words: Words
) -> None:
    with committed.transaction() as session:
        people = staff()
        administrator = OfficerFactory.create(
            duties=["security_administrator"], password_hash=password_hash()
        )
        for one in (people.reviewer, people.signer):
            one.password_hash = password_hash()
        batch_no = frozen(session, county_batch(session), people).batch_no
        appropriate(session, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)

    # Half as wide as a desk's screen: what is left of it at 200 % zoom.
    reviewer, signer, second = (open_browser(640, language=words.language) for _ in range(3))
    _enters(reviewer, words, people.reviewer)
    press_by_keyboard(reviewer, "link", batch_no)
    expect(reviewer.get_by_role("button", name=words.approve)).to_be_visible()
    _holds(reviewer)
    press_by_keyboard(reviewer, "button", words.approve)
    expect(reviewer.get_by_role("heading", level=1)).to_contain_text(words.approved)
    _holds(reviewer)
    assert jobs.drain(kinds=("dispatch.prepare",)) == 1

    knows = _with_device(signer)
    _enters(signer, words, people.signer)
    press_by_keyboard(signer, "link", words.group)
    expect(signer.get_by_role("navigation", name=words.group)).to_be_visible()
    press_by_keyboard(signer, "link", words.keys)
    expect(signer.get_by_role("button", name=words.make)).to_be_visible()
    _holds(signer)
    press_by_keyboard(signer, "button", words.make)
    expect(signer.get_by_role("cell", name=words.waits)).to_be_visible()

    _enters(second, words, administrator)
    press_by_keyboard(second, "link", words.task)
    expect(second.get_by_role("button", name=words.confirm)).to_be_visible()
    _holds(second)
    press_by_keyboard(second, "button", words.confirm)
    expect(second.get_by_role("button", name=words.confirm)).to_have_count(0)

    _signs(signer, words, batch_no, knows)


def _signs(signer: Page, words: Words, batch_no: str, knows: Callable[[bool], None]) -> None:
    """Think again, meet a silent device, then sign; the focus is always where one goes on."""
    signer.goto("/")
    _holds(signer)
    press_by_keyboard(signer, "link", batch_no)
    pay = signer.locator("[data-confirm]")
    expect(pay).to_be_visible()
    _holds(signer)
    press_by_keyboard(signer, "button", words.sign)
    asked = signer.get_by_role("dialog").get_by_role("button", name=words.sign)
    # Whoever presses Enter once more has not agreed: the focus is on the way back.
    no = signer.locator("#confirm [value=no]")
    expect(no).to_be_focused()
    expect(asked).to_be_visible()
    assert_accessible(signer)
    signer.keyboard.press("Escape")
    expect(pay).to_be_focused()
    knows(False)
    signer.keyboard.press("Space")
    expect(no).to_be_focused()
    signer.keyboard.press("Enter")
    expect(pay).to_be_focused()
    signer.keyboard.press("Space")
    _agrees(signer, asked)
    said = signer.get_by_text(words.silent)
    expect(said).to_be_focused()
    assert_accessible(signer)
    knows(True)
    press_by_keyboard(signer, "button", words.sign)
    _agrees(signer, asked)
    expect(signer.get_by_role("heading", level=1)).to_contain_text(words.signed)
    _holds(signer)


def _agrees(signer: Page, asked: Locator) -> None:
    """Go back from the way out to what was asked, and say yes."""
    expect(signer.locator("#confirm [value=no]")).to_be_focused()
    signer.keyboard.press("Shift+Tab")
    expect(asked).to_be_focused()
    signer.keyboard.press("Space")
