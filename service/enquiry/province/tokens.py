"""Change a code for an ID token, and believe nothing of it that was not checked."""

import time
from base64 import b64encode
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import quote_plus

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, extract_compact

from service.enquiry.province.ask import get, post
from service.enquiry.province.configured import Province, ProvinceHalfConfigured
from service.enquiry.province.flow import MINUTES, Flow
from service.enquiry.province.problems import (
    ProvinceNumberMissing,
    ProvinceRefused,
    ProvinceSilent,
)
from service.enquiry.province.provider import Provider, keys_of, provider_of
from service.foundation import ids

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519")  # fmt: skip
"""What an ID token may be signed with: never nothing, never a secret that both sides hold."""
SKEW_SECONDS = 60
_TOKEN_CHARACTERS_MAX = 16_384
_PRIVATE: tuple[tuple[type, type[RSAKey | ECKey | OKPKey]], ...] = (
    (RSAPrivateKey, RSAKey),
    (EllipticCurvePrivateKey, ECKey),
    (Ed25519PrivateKey, OKPKey),
)
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LOOSE = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
"""Headers nobody knows are passed over, as the standard says; critical ones are not."""


def number_for(here: Province, flow: Flow, code: str) -> str:
    """Return the ID number behind a code, as the province writes it.

    Raises ProvinceSilent, ProvinceRefused, ProvinceNumberMissing.
    """
    provider = provider_of(here)
    answer = _exchange(here, provider, flow, code)
    claims = _believed(here, flow, answer.get("id_token"))
    if here.acr_values and claims.get("acr") not in here.acr_values:
        raise ProvinceNumberMissing("level_too_low")
    found = claims.get(here.claim)
    if found is None and provider.userinfo:
        found = _userinfo(here, provider, claims["sub"], answer.get("access_token"))
    if not isinstance(found, str) or not found.strip():
        raise ProvinceNumberMissing
    return found


def _exchange(here: Province, provider: Provider, flow: Flow, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": here.redirect_uri,
        "code_verifier": flow.verifier,
    }
    more, headers = _credentials(here, provider)
    status, said = post(provider.token, form | more, headers)
    if status >= 500:
        raise ProvinceSilent(f"status_{status}")
    if status != 200:
        raise ProvinceRefused("code_refused")
    return said


def _credentials(here: Province, provider: Provider) -> tuple[dict[str, str], dict[str, str]]:
    """Return what proves to the province that we ask: fields of the form, and headers."""
    if here.key_file:
        key = client_key(here.key_file)
        now = int(time.time())
        claims = {
            "iss": here.client_id,
            "sub": here.client_id,
            "aud": provider.token,
            "jti": str(ids.uuid7()),
            "iat": now,
            "exp": now + SKEW_SECONDS,
        }
        signed = jwt.encode({"alg": _algorithm(key)}, claims, key, registry=_LOOSE)
        return {
            "client_id": here.client_id,
            "client_assertion_type": _ASSERTION,
            "client_assertion": signed,
        }, {}
    secret = here.secret or ""
    if "client_secret_basic" in provider.auth_methods or not provider.auth_methods:
        pair = f"{quote_plus(here.client_id)}:{quote_plus(secret)}"
        return {}, {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    return {"client_id": here.client_id, "client_secret": secret}, {}


def client_key(path: Path) -> Key:
    """Return the private key that proves who we are; raises ProvinceHalfConfigured."""
    try:
        found = load_pem_private_key(path.read_bytes(), None)
        for native, kind in _PRIVATE:
            if isinstance(found, native):
                return kind.import_key(path.read_bytes())
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm, JoseError):
        pass
    raise ProvinceHalfConfigured(
        "ANXIN_OIDC_CLIENT_KEY_FILE is no private key (RSA, EC or Ed25519) in PEM that can be read",
        "ANXIN_OIDC_CLIENT_KEY_FILE 不是可读的 PEM 私钥（RSA、EC 或 Ed25519）",
    )


def _algorithm(key: Key) -> str:
    if isinstance(key, ECKey):
        return {"P-384": "ES384"}.get(key.curve_name, "ES256")
    return "RS256" if isinstance(key, RSAKey) else "Ed25519"


def _believed(here: Province, flow: Flow, token: object) -> dict[str, Any]:
    """Return the claims of an ID token that is signed by the province, for us, now, for this flow."""
    if not isinstance(token, str) or len(token) > _TOKEN_CHARACTERS_MAX:
        raise ProvinceRefused("token_missing")
    claims = _signed(here, token)
    now = time.time()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", here.client_id if len(audiences) == 1 else None)
    expires, issued, starts = (claims.get(name) for name in ("exp", "iat", "nbf"))
    checks = {
        "token_issuer": claims.get("iss") == here.issuer,
        "token_audience": here.client_id in audiences and party == here.client_id,
        "token_expired": _is_time(expires) and now < expires + SKEW_SECONDS,
        "token_too_old": _is_time(issued)
        and -SKEW_SECONDS <= now - issued <= MINUTES * 60 + SKEW_SECONDS,
        "token_too_early": starts is None or (_is_time(starts) and now >= starts - SKEW_SECONDS),
        "token_nonce": claims.get("nonce") == flow.nonce,
        "token_subject": isinstance(claims.get("sub"), str) and bool(claims["sub"]),
    }
    for why, holds in checks.items():
        if not holds:
            raise ProvinceRefused(why)
    return claims


def _signed(here: Province, token: str) -> dict[str, Any]:
    try:
        header = extract_compact(token.encode()).headers()
        kid, algorithm = header.get("kid"), header.get("alg")
        if algorithm not in ALGORITHMS:
            raise ProvinceRefused("token_algorithm")
        for key in keys_of(here, kid if isinstance(kid, str) else None):
            claims = _by_key(token, key, algorithm)
            if claims is not None:
                return claims
    except (JoseError, ValueError, TypeError, KeyError):
        raise ProvinceRefused("token_unreadable") from None
    raise ProvinceRefused("token_signature")


def _by_key(token: str, key: Key, algorithm: str) -> dict[str, Any] | None:
    if key.get("alg", algorithm) != algorithm:
        return None
    try:
        return jwt.decode(token, key, registry=_LOOSE).claims
    except (JoseError, ValueError, TypeError):
        return None


def _is_time(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _userinfo(here: Province, provider: Provider, subject: str, access: object) -> object:
    if not isinstance(access, str) or not access.isascii() or not access.isprintable():
        return None
    said = get(provider.userinfo, access)
    if said.get("sub") != subject:
        raise ProvinceRefused("another_subject")
    return said.get(here.claim)
