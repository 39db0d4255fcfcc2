"""Sign requests as a department's program does, written apart from what verifies them."""

import base64
import hashlib
import json
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient

from service.residents import feeds

COVERED = ("@method", "@path", "content-digest")
KEY = Ed25519PrivateKey.generate()


def signed_headers(
    key: Ed25519PrivateKey,
    method: str,
    path: str,
    body: bytes,
    *,
    keyid: str = "push-1",
    created: int | None = None,
    covered: tuple[str, ...] = COVERED,
    more: str = "",
) -> dict[str, str]:
    """Return the headers of a signed request."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    at = int(time.time()) if created is None else created
    said = f'({" ".join(f"{chr(34)}{one}{chr(34)}" for one in covered)});created={at};keyid="{keyid}"{more}'
    values = {"@method": method, "@path": path, "content-digest": digest}
    base = "".join(f'"{one}": {values[one]}\n' for one in covered) + f'"@signature-params": {said}'
    signature = base64.b64encode(key.sign(base.encode())).decode()
    return {
        "content-digest": digest,
        "signature-input": f"sig={said}",
        "signature": f"sig=:{signature}:",
    }


class Pushing:
    """A department's program talking to the app."""

    def __init__(
        self,
        client: TestClient,
        key: Ed25519PrivateKey,
        feed: str,
        number: str,
        keyid: str = "push-1",
    ) -> None:
        self.client, self.key, self.feed, self.keyid = client, key, feed, keyid
        self.path = f"/api/feeds/{feed}/pushes/{number}"
        self.columns = [column.header for column in feeds.feed(feed).columns]
        self.digests: list[bytes] = []
        self.rows = 0

    def ask(self, method: str, path: str = "", body: bytes = b"") -> Any:
        headers = signed_headers(self.key, method, self.path + path, body, keyid=self.keyid)
        return self.client.request(method, self.path + path, content=body, headers=headers)

    def open(self, **more: Any) -> Any:
        return self.ask("PUT", "", text({"as_of": "2026-11-01", "columns": self.columns} | more))

    def page(self, number: int, rows: Any) -> Any:
        body = rows if isinstance(rows, bytes) else text(rows)
        answer = self.ask("PUT", f"/pages/{number}", body)
        if answer.status_code == 201:
            self.digests.append(hashlib.sha256(body).digest())
            self.rows += answer.json()["rows"]
        return answer

    def complete(self, **more: Any) -> Any:
        whole = {
            "pages": len(self.digests),
            "rows": self.rows,
            "sha256": hashlib.sha256(b"".join(self.digests)).hexdigest(),
        }
        return self.ask("POST", "/complete", text(whole | more))


def text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def said(answer: Any) -> tuple[int, str]:
    """Return status and problem code of an answer."""
    return answer.status_code, answer.json()["code"]
