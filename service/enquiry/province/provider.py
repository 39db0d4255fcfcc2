"""What the province says of itself and the keys it signs with: read seldom, and again when keys change."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from service.enquiry.province.ask import get
from service.enquiry.province.configured import Province, may_be_asked
from service.enquiry.province.problems import ProvinceSilent

KEPT_SECONDS = 3_600.0
AGAIN_SECONDS = 5.0
"""A failure is remembered so long, and keys are not fetched again sooner: no stranger makes us knock."""
_KEYS_MAX = 32
_RSA_BITS_MIN = 2_048
_KINDS: dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {
    "RSA": RSAKey,
    "EC": ECKey,
    "OKP": OKPKey,
}
"""Public keys only: with a shared secret, whoever checks a token could also write one."""


@dataclass(frozen=True)
class Provider:
    """The addresses of one provider, as its discovery document names them."""

    authorize: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    names_itself: bool
    """Whether every answer carries the issuer (RFC 9207)."""
    auth_methods: tuple[str, ...]


class _Shelf:
    """What was read last, of one issuer."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.provider: Provider | None = None
        self.read_at = self.failed_at = self.keys_at = float("-inf")
        self.keys: tuple[Key, ...] = ()


_shelves: dict[str, _Shelf] = {}
_shelves_lock = threading.Lock()


def provider_of(here: Province) -> Provider:
    """Return the provider, read at most once an hour; raises ProvinceSilent."""
    shelf = _shelf(here)
    with shelf.lock:
        now = time.monotonic()
        if shelf.provider and now - shelf.read_at < KEPT_SECONDS:
            return shelf.provider
        if now - shelf.failed_at < AGAIN_SECONDS:
            raise ProvinceSilent("failed_just_now")
        try:
            shelf.provider = _read(here)
        except ProvinceSilent:
            shelf.failed_at = time.monotonic()
            raise
        shelf.read_at = time.monotonic()
        return shelf.provider


def keys_of(here: Province, kid: str | None) -> tuple[Key, ...]:
    """Return the keys that may have signed what names ``kid``; fetched once more when none fits.

    Raises ProvinceSilent.
    """
    address, shelf = provider_of(here).keys, _shelf(here)
    with shelf.lock:
        now = time.monotonic()
        fitting = _fitting(shelf.keys, kid)
        if fitting and now - shelf.keys_at < KEPT_SECONDS:
            return fitting
        if now - shelf.keys_at >= AGAIN_SECONDS:
            shelf.keys_at = now
            shelf.keys = _keys_in(get(address))
        return _fitting(shelf.keys, kid)


def forget() -> None:
    """Read everything anew; for tests and for settings that change."""
    with _shelves_lock:
        _shelves.clear()


def _shelf(here: Province) -> _Shelf:
    with _shelves_lock:
        return _shelves.setdefault(here.issuer, _Shelf())


def _read(here: Province) -> Provider:
    said = get(here.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if said.get("issuer") != here.issuer:
        raise ProvinceSilent("another_issuer")
    authorize, token, keys = (
        _address(said, name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    )
    if not (authorize and token and keys):
        raise ProvinceSilent("address_missing")
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Provider(
        authorize=authorize,
        token=token,
        keys=keys,
        userinfo=_address(said, "userinfo_endpoint"),
        end_session=_address(said, "end_session_endpoint"),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        auth_methods=tuple(str(one) for one in methods) if isinstance(methods, list) else (),
    )


def _address(said: dict[str, Any], name: str) -> str:
    found = said.get(name)
    return str(found) if may_be_asked(found) else ""


def _keys_in(said: dict[str, Any]) -> tuple[Key, ...]:
    listed = said.get("keys")
    if not isinstance(listed, list):
        raise ProvinceSilent("no_keys")
    found = [_key(one) for one in listed[:_KEYS_MAX] if isinstance(one, dict)]
    return tuple(one for one in found if one is not None)


def _key(said: dict[str, Any]) -> Key | None:
    """Return a public key for signatures, or None for what we do not use."""
    kind = _KINDS.get(str(said.get("kty")))
    if kind is None or said.get("use", "sig") != "sig":
        return None
    try:
        key = kind.import_key(said)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey) and key.public_key.key_size < _RSA_BITS_MIN:
        return None
    return key


def _fitting(keys: tuple[Key, ...], kid: str | None) -> tuple[Key, ...]:
    return keys if kid is None else tuple(one for one in keys if one.kid == kid)
