"""The verifier that the guide prints takes what is sent, and nothing else: it is executed from there."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.webhooks.signatures import headers, new_secret

GUIDE = Path(__file__).parents[3] / "docs" / "receive-webhooks.md"
BODY = b'{"type":"payment.paid","data":{"batch_no":"MZ15-2026-10-01"}}'


@pytest.fixture(scope="module")
def verify() -> Callable[..., bool]:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(code.strip().splitlines()) <= 22
    found: dict[str, Any] = {}
    exec(compile(code, str(GUIDE), "exec"), found)  # noqa: S102 - the guide's own code
    verifier: Callable[..., bool] = found["verify"]
    return verifier


def test_what_we_send_is_taken_with_either_secret(verify: Callable[..., bool]) -> None:
    older, newer = new_secret(), new_secret()
    sent = headers([newer, older], "evt_1", int(time.time()), BODY)
    assert verify(older, sent, BODY)
    assert verify(newer, sent, BODY)


@pytest.mark.parametrize(
    "change", ["body", "secret", "id", "old", "future", "missing", "no_number"]
)
def test_anything_else_is_not(verify: Callable[..., bool], change: str) -> None:
    secret, now = new_secret(), int(time.time())
    at = {"old": now - 400, "future": now + 400}.get(change, now)
    sent: dict[str, str] = headers([secret], "evt_1", at, BODY)
    if change == "id":
        sent["webhook-id"] = "evt_2"
    elif change == "missing":
        del sent["webhook-signature"]
    elif change == "no_number":
        sent["webhook-timestamp"] = "now"
    checked = new_secret() if change == "secret" else secret
    assert not verify(checked, sent, BODY + b" " if change == "body" else BODY)


def test_the_specifications_own_example_comes_out() -> None:
    """https://github.com/standard-webhooks/standard-webhooks: the reference libraries' test vector."""
    made = headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
