"""Verify an HTTP message signature with Ed25519 (RFC 9421), over headers alone, before any body.

Only what departments need is understood, in its canonical form: one signature a message, header
fields and the derived components ``@method``, ``@path`` and ``@authority``, without parameters on
components. Everything else is malformed, which is never an answer to guess from.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_LABEL = r"([a-z*][a-z0-9_.*-]{0,63})"
_COMPONENT = r'"(?:@[a-z-]{1,40}|[a-z0-9!#$%&\'*+.^_`|~-]{1,80})"'
_VALUE = r'(?:-?[0-9]{1,15}|"[\x20\x21\x23-\x5b\x5d-\x7e]{0,200}")'
_INPUT = re.compile(
    rf"{_LABEL}=(\(({_COMPONENT}(?: {_COMPONENT}){{0,30}})\)((?:;[a-z*][a-z0-9_.*-]{{0,30}}={_VALUE}){{0,8}}))"
)
_PARAMETER = re.compile(rf";([a-z*][a-z0-9_.*-]*)=({_VALUE})")
_SIGNATURE = re.compile(rf"{_LABEL}=:([A-Za-z0-9+/]{{1,400}}={{0,2}}):")


class SignatureMalformed(ValueError):
    """There is no signature that could be verified."""


@dataclass(frozen=True)
class Message:
    """What of a request can be signed; ``headers`` has lower-case names and every value."""

    method: str
    path: str
    authority: str
    headers: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Claim:
    """What a message says about its own signature."""

    components: tuple[str, ...]
    parameters: Mapping[str, str | int]
    said: str
    """The signature's parameters exactly as written: part of what is signed."""
    signature: bytes


def read_claim(message: Message) -> Claim:
    """Return the message's one signature; raises :class:`SignatureMalformed`."""
    told = _INPUT.fullmatch(_only(message, "signature-input"))
    given = _SIGNATURE.fullmatch(_only(message, "signature"))
    if not told or not given or told[1] != given[1]:
        raise SignatureMalformed
    components = tuple(one.strip('"') for one in told[3].split(" "))
    pairs = _PARAMETER.findall(told[4])
    parameters = {name: _value(text) for name, text in pairs}
    if len(set(components)) != len(components) or len(parameters) != len(pairs):
        raise SignatureMalformed
    try:
        signature = base64.b64decode(given[2], validate=True)
    except binascii.Error:
        raise SignatureMalformed from None
    return Claim(components, parameters, told[2], signature)


def signature_base(message: Message, claim: Claim) -> bytes:
    """Return the bytes that were signed (RFC 9421, 2.5); raises :class:`SignatureMalformed`."""
    lines = [f'"{name}": {_component(message, name)}' for name in claim.components]
    lines.append(f'"@signature-params": {claim.said}')
    try:
        return "\n".join(lines).encode("ascii")
    except UnicodeEncodeError:
        raise SignatureMalformed from None


def is_signed_by(message: Message, claim: Claim, public_key: bytes) -> bool:
    """Return whether the holder of an Ed25519 key signed this message."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(claim.signature, signature_base(message, claim))
    except (InvalidSignature, SignatureMalformed, ValueError):
        return False
    return True


def _only(message: Message, name: str) -> str:
    values = message.headers.get(name, ())
    if len(values) != 1:
        raise SignatureMalformed
    return values[0].strip(" \t")


def _value(text: str) -> str | int:
    return text[1:-1] if text.startswith('"') else int(text)


def _component(message: Message, name: str) -> str:
    derived = {"@method": message.method, "@path": message.path, "@authority": message.authority}
    if name in derived:
        return derived[name]
    if name.startswith("@") or name not in message.headers:
        raise SignatureMalformed
    return ", ".join(value.strip(" \t") for value in message.headers[name])
