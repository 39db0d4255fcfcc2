"""A province's sign-in (OpenID Connect) on a port of its own; it can be told to lie in one thing.

It signs by itself, with nothing of what our side checks with.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

CLIENT_ID, SECRET = "anxin-330523", "a secret: with/signs+"


def base64url(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def number_of(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def unpadded(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


@lru_cache(maxsize=1)
def first_key() -> rsa.RSAPrivateKey:
    """Return the key every province begins with: making one takes a moment."""
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Asked:
    """What somebody who signed in was sent here with."""

    query: dict[str, str]
    number: str
    used: bool = False


@dataclass
class Province:
    """Everything that the server knows and does; tests change it between requests."""

    port: int
    key: rsa.RSAPrivateKey = field(default_factory=first_key)
    kid: str = "key-1"
    codes: dict[str, Asked] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    """What the ID token says instead; None leaves a claim out."""
    document: dict[str, Any] = field(default_factory=dict)
    """What the discovery document says instead."""
    raw: dict[str, bytes] = field(default_factory=dict)
    """Answers, byte for byte, instead of the true ones, by path."""
    statuses: dict[str, int] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Where a path redirects to."""
    hangs: set[str] = field(default_factory=set)
    tokens: str = "RS256"
    userinfo: dict[str, Any] = field(default_factory=dict)
    client_key: ec.EllipticCurvePublicKey | None = None

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def discovery(self) -> dict[str, Any]:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        }
        return {name: value for name, value in (said | self.document).items() if value is not None}

    def jwks(self) -> dict[str, Any]:
        public = self.key.public_key().public_numbers()
        own = {
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
            "n": number_of(public.n), "e": number_of(public.e),
        }  # fmt: skip
        return {"keys": [{"kty": "oct", "k": "AAAA", "kid": "never"}, own]}

    def signed(self, claims: dict[str, Any]) -> str:
        """Return a token: signed as it should be, or as an attacker would."""
        header = {"alg": self.tokens, "kid": self.kid, "typ": "JWT", "x-unknown": "passed over"}
        parts = [base64url(json.dumps(one).encode()) for one in (header, claims)]
        said = ".".join(parts).encode()
        if self.tokens == "none":
            signature = b""
        elif self.tokens == "HS256":
            pem = self.key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            signature = hmac.digest(pem, said, "sha256")
        else:
            signature = self.key.sign(said, padding.PKCS1v15(), hashes.SHA256())
        return ".".join([*parts, base64url(signature)])

    def sign_in(self, address: str, number: str) -> str:
        """Let somebody in who came with ``address``; return where the browser is led back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = Asked(query, number)
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def id_token(self, asked: Asked) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "subject-1", "iat": now, "exp": now + 300,
            "nonce": asked.query["nonce"], "id_number": asked.number, "acr": "level-2",
        }  # fmt: skip
        claims |= self.claims
        return self.signed({name: value for name, value in claims.items() if value is not None})

    def knows(self, form: dict[str, str], authorization: str) -> bool:
        """Whether it is our client that asks."""
        if "client_assertion" in form and self.client_key:
            head, body, signature = form["client_assertion"].split(".")
            raw = unpadded(signature)
            half = len(raw) // 2
            der = encode_dss_signature(
                int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
            )
            self.client_key.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
            said = json.loads(unpadded(body))
            return bool(said["sub"] == CLIENT_ID and said["aud"] == f"{self.issuer}/token")
        pair = f"{quote_plus(CLIENT_ID)}:{quote_plus(SECRET)}".encode()
        return authorization == f"Basic {base64.b64encode(pair).decode()}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Answer the token endpoint as the standard says."""
        if not self.knows(form, authorization):
            return 401, {"error": "invalid_client"}
        asked = self.codes.get(form.get("code", ""))
        challenge = base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or asked.used
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked.query["redirect_uri"]
            or challenge != asked.query["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        asked.used = True
        return 200, {
            "access_token": "access-1",
            "token_type": "Bearer",
            "id_token": self.id_token(asked),
        }


class Server(ThreadingHTTPServer):
    """The server of one province."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.released = threading.Event()
        self.here = Province(self.server_port)


class Handler(BaseHTTPRequestHandler):
    """Answers as a province does, or as it was told to."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        here, parts = self.server.here, urlsplit(self.path)
        if parts.path == "/authorize":
            self._answer(200, _SIGN_IN.format(escape(parts.query)).encode(), "text/html")
        elif parts.path == "/logout":
            self._answer(200, _LEFT.encode(), "text/html")
        elif parts.path == "/.well-known/openid-configuration":
            self._json(parts.path, 200, here.discovery())
        elif parts.path == "/keys":
            self._json(parts.path, 200, here.jwks())
        elif parts.path == "/userinfo":
            knows = self.headers.get("Authorization") == "Bearer access-1"
            self._json(parts.path, 200 if knows else 401, {"sub": "subject-1"} | here.userinfo)
        else:
            self._json(parts.path, 404, {})

    def do_POST(self) -> None:
        here, body = self.server.here, self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if urlsplit(self.path).path == "/authorize":
            self._lead(here.sign_in(self.path, form["number"]))
        else:
            self._json("/token", *here.exchange(form, self.headers.get("Authorization", "")))

    def _json(self, path: str, status: int, said: dict[str, Any]) -> None:
        here = self.server.here
        here.heard.append(path)
        if path in here.hangs:
            self.server.released.wait(30)
        if path in here.elsewhere:
            self._lead(here.elsewhere[path])
            return
        content = here.raw.get(path, json.dumps(said).encode())
        self._answer(here.statuses.get(path, status), content, "application/json")

    def _lead(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)


_SIGN_IN = (
    '<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>Province</title><main><h1>Province</h1>'
    '<form method="post" action="/authorize?{}"><label>Number <input name="number"></label>'
    "<button>Agree</button></form></main></html>"
)
_LEFT = '<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>Left</title><h1>Left the province</h1></html>'


@contextmanager
def running() -> Iterator[Province]:
    """Serve a province until the end."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.here
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
