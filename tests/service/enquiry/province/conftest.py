"""A province that runs, and settings under which residents are led there."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from service.enquiry.province import configured, provider
from service.foundation.settings import settings
from tests.service.enquiry.province import province_server as server


@pytest.fixture
def province(monkeypatch: pytest.MonkeyPatch) -> Iterator[server.Province]:
    """A province of this test's own, that nobody has asked yet."""
    with server.running() as here:
        set_to(monkeypatch, here)
        yield here
    provider.forget()


def set_to(monkeypatch: pytest.MonkeyPatch, here: server.Province, **changed: object) -> None:
    """Let residents sign in at a province."""
    terms = {
        "oidc_issuer": here.issuer,
        "oidc_client_id": server.CLIENT_ID,
        "oidc_client_secret": SecretStr(server.SECRET),
        "web_origin": "http://testserver",
    } | changed
    now = settings().model_copy(update=terms)
    monkeypatch.setattr(configured, "settings", lambda: now)
    provider.forget()
