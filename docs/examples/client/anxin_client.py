"""A small client of Anxin's API in plain, typed Python: copy it, and keep what you need.

with Anxin("https://pay.example.gov.cn") as anxin:
    anxin.sign_in("shen.fuhe", password)
    for batch in anxin.batches(month="2026-10", state="noticed"):
        for line in anxin.lines(batch["batch_no"]):
            ...
        anxin.approve(batch["batch_no"])
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict, cast


class Batch(TypedDict):
    """What of a batch this client uses; the document at /api/openapi.json names everything."""

    batch_no: str
    programme: str
    month: str
    state: str
    payable_lines: int
    payable_fen: int


class Line(TypedDict):
    """A payment: amounts are whole fen, names are masked."""

    reference: str
    payee: str
    account_tail: str
    period: str
    amount_fen: int
    state: str


class Problem(Exception):
    """What could not be done. Go by ``code``, which never changes; show ``detail`` to a person."""

    def __init__(self, status: int, body: Mapping[str, Any], retry_after_seconds: int) -> None:
        self.status = status
        self.code = str(body.get("code", "unexpected"))
        self.detail = str(body.get("detail", ""))
        self.members = dict(body)
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"{self.code}: {self.detail}")


class Anxin:
    """One sign-in, or one resident's enquiry."""

    def __init__(self, address: str, *, language: str = "zh-CN", tries: int = 4) -> None:
        self._address, self._language, self._tries = address.rstrip("/"), language, tries
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self._token = ""

    def __enter__(self) -> Anxin:
        return self

    def __exit__(self, *_: object) -> None:
        self._opener.close()

    def sign_in(self, username: str, password: str) -> None:
        """Sign in as an officer or as the account of a machine; raises Problem ``sign_in_refused``."""
        page = self._open("GET", "/login").decode()
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        form = {"username": username, "password": password, "form_token": token[1] if token else ""}
        self._open("POST", "/login", urllib.parse.urlencode(form).encode())
        self.call("GET", "/api/queue")  # Refused unless we are signed in now.

    def queue(self) -> list[dict[str, Any]]:
        """Return what waits for whoever is signed in."""
        return cast("list[dict[str, Any]]", self.call("GET", "/api/queue"))

    def batches(self, **wanted: str) -> Iterator[Batch]:
        """Walk all pages of the batches of a ``month``, ``programme`` or ``state``."""
        page, seen = 1, 0
        while True:
            query = urllib.parse.urlencode({**wanted, "page": str(page)})
            answer = self.call("GET", f"/api/batches?{query}")
            yield from answer["batches"]
            seen, page = seen + len(answer["batches"]), page + 1
            if not answer["batches"] or seen >= answer["total"]:
                return

    def lines(self, batch_no: str) -> Iterator[Line]:
        """Walk all lines of a batch: ``next`` of one page is ``after`` of the following."""
        after = ""
        while True:
            query = urllib.parse.urlencode({"after": after})
            answer = self.call("GET", f"/api/batches/{batch_no}/lines?{query}")
            yield from answer["lines"]
            after = answer["next"]
            if not after:
                return

    def approve(self, batch_no: str, key: str = "") -> Batch:
        """Approve exactly what was read. With one ``key`` it is done once, however often it is sent."""
        read = self.call("GET", f"/api/batches/{batch_no}")
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        path = f"/api/batches/{batch_no}/approve"
        return cast("Batch", self.call("POST", path, {"seen": read["seen"]}, headers))

    def ask_code(self, id_number: str) -> None:
        """Let a resident be sent a code; the answer never tells whether there is such a person."""
        self.call("POST", "/api/enquiry/codes", {"id_number": id_number})

    def enquire(self, id_number: str, code: str, month: str) -> dict[str, Any]:
        """Say where a resident's money of a month is, by the code that was sent."""
        given = {"id_number": id_number, "code": code}
        self._token = str(self.call("POST", "/api/enquiry/sessions", given)["token"])
        return cast("dict[str, Any]", self.call("GET", f"/api/enquiry/payments?month={month}"))

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Send one request; wait and repeat what may be repeated. Raises Problem."""
        sent = None if body is None else json.dumps(body).encode()
        said = {"Content-Type": "application/json", **(headers or {})}
        may_repeat = method == "GET" or "Idempotency-Key" in said
        for last in range(1, self._tries + 1):
            try:
                return json.loads(self._open(method, path, sent, said) or b"null")
            except Problem as problem:
                waits = problem.status in (429, 503) or problem.code == "idempotency_key_busy"
                if not (waits and may_repeat) or last == self._tries:
                    raise
                time.sleep(max(problem.retry_after_seconds, 2**last / 10))
            except (
                urllib.error.URLError
            ):  # Whether it arrived is not known; a key makes asking safe.
                if not may_repeat or last == self._tries:
                    raise
                time.sleep(2**last / 10)
        raise AssertionError("never reached")

    def _open(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        url = self._address + path
        request = urllib.request.Request(url, data=body, method=method)  # noqa: S310 - your own
        for name, value in {"Accept-Language": self._language, **(headers or {})}.items():
            request.add_header(name, value)
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=30) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                said = error.read()
            wait = error.headers.get("Retry-After", "0")
            try:
                problem = json.loads(said)
            except ValueError:
                problem = {}
            seconds = int(wait) if wait.isascii() and wait.isdecimal() else 0
            raise Problem(error.code, problem, seconds) from None


def is_webhook_ours(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a webhook is signed with the secret and not older than five minutes."""
    sent_at, name = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
    if not (sent_at.isascii() and sent_at.isdecimal()) or abs(time.time() - int(sent_at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{name}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    wanted = b"v1," + base64.b64encode(signed)
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(one, wanted) for one in given)
