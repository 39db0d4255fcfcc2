"""Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature), and who is trusted."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass, field

from service.audit.standalone.classes import CHECKPOINT, UNREADABLE, Wrong
from service.audit.standalone.ed25519 import Crypto

TRUST_FORMAT = "anxin/audit-trust/v1"
SIGNATURES_MAX = 64
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Key:
    """A public key as a vkey says it; kind 1 signs as the log, 4 (Ed25519) and 6 (ML-DSA) cosign."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        named = f"{self.name}\n".encode() + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    def vkey(self) -> str:
        """Return the key as text."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"


def read_key(text: str) -> Key:
    """Return the key of a vkey ``name+hexid+base64``; raises Wrong."""
    name, _, rest = text.strip().partition("+")
    said, _, material = rest.partition("+")
    found = from_base64(material)
    key = Key(name, found[0] if found else 0, found[1:])
    if key.kind not in (1, 4, 6) or key.id.hex() != said:
        raise Wrong(UNREADABLE, f"{text[:80]!r} is no verifier key.", "不是有效的验证公钥。")
    return key


@dataclass(frozen=True)
class Head:
    """A checkpoint: how many entries, their root, and its text and signature lines."""

    size: int
    root: bytes
    text: str
    lines: tuple[tuple[str, bytes], ...]
    """(name, key id and signature)."""

    @property
    def origin(self) -> str:
        return self.text.split("\n", 1)[0]


def read_head(note: str) -> Head:
    """Return what a checkpoint's note says; raises Wrong. Nothing is trusted yet."""
    at = note.rfind("\n\n")
    text, lines = note[: at + 1], note[at + 2 :].removesuffix("\n").split("\n")
    said = text.split("\n")
    signatures = tuple(_signature(one) for one in lines)
    root = from_base64(said[2]) if len(said) >= 4 else b""
    usable = at > 0 and len(root) == 32 and _NUMBER.fullmatch(said[1]) and all(said[:-1])
    if not usable or None in signatures or len(lines) > SIGNATURES_MAX:
        raise Wrong(CHECKPOINT, "A checkpoint is no signed note.", "检查点不是有效的签名文本。")
    return Head(int(said[1]), root, text, tuple(one for one in signatures if one))


def _signature(line: str) -> tuple[str, bytes] | None:
    dash, _, rest = line.partition(" ")
    name, _, value = rest.partition(" ")
    found = from_base64(value)
    return (name, found) if dash == "—" and name and len(found) > 4 else None


def from_base64(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if base64.b64encode(found).decode() == text else b""


@dataclass(frozen=True)
class Era:
    """The log's keys of one time: they sign checkpoints of more than ``after`` and at most ``up_to``."""

    keys: tuple[Key, ...]
    after: int = 0
    up_to: int | None = None

    def covers(self, size: int) -> bool:
        """Return whether a checkpoint of this many entries is these keys' to sign."""
        return (size > self.after or not self.after) and (self.up_to is None or size <= self.up_to)


@dataclass
class Trust:
    """What the verifier holds: keys, how many witnesses must have cosigned, heads kept outside."""

    log: list[Era] = field(default_factory=list)
    witnesses: list[Key] = field(default_factory=list)
    """One name with two keys is one witness."""
    required: int = 0
    heads: list[str] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    """PEM of the time-stamp authorities' roots; used by `anxin audit verify` only."""

    @property
    def origin(self) -> str:
        return self.log[0].keys[0].name if self.log else ""

    def required_by(self, crypto: Crypto) -> int:
        """Return how many must have cosigned, of those whose signatures can be checked here."""
        if crypto.ml_dsa_44 is not None:
            return self.required
        return min(self.required, len({one.name for one in self.witnesses if one.kind == 4}))

    def cosigners(self, note: Head, crypto: Crypto) -> set[str]:
        """Return the witnesses that cosigned.

        Raises Wrong unless every key of the log's then signed (as far as this can be checked), and
        when a line of a trusted key does not fit.
        """
        eras = [one for one in self.log if one.covers(note.size)]
        keys = eras[0].keys if eras else ()
        signed, bare = set[Key](), False
        for key in keys:
            for name, value in note.lines:
                # The first checkpoints had one line, without a key id before the signature.
                if name == key.name and key.kind == 1 and len(value) == 64:
                    bare = crypto.ed25519(key.public, note.text.encode(), value)
                elif name == key.name and value[:4] == key.id:
                    held = _made(key, note, value[4:], crypto)
                    if held is False:
                        raise _unfit(name)
                    signed.add(key)
        if note.origin != self.origin or not (bare or (keys and signed == set(keys))):
            raise Wrong(
                CHECKPOINT,
                "A checkpoint is not signed by the log's keys.",
                "检查点未由日志密钥签署。",
            )
        return self._witnessed(note, crypto)

    def _witnessed(self, note: Head, crypto: Crypto) -> set[str]:
        found = set()
        for key in self.witnesses:
            for name, value in note.lines:
                if name == key.name and value[:4] == key.id:
                    held = _made(key, note, value[4:], crypto)
                    if held is False:
                        raise _unfit(name)
                    if held:
                        found.add(name)
        return found


def _unfit(name: str) -> Wrong:
    return Wrong(
        CHECKPOINT,
        f"The signature of {name} does not fit its checkpoint.",
        f"{name} 的签名与检查点不符。",
    )


def _made(key: Key, note: Head, value: bytes, crypto: Crypto) -> bool | None:
    """Return whether the key made the signature, or None where that cannot be checked here."""
    if key.kind == 1:
        return crypto.ed25519(key.public, note.text.encode(), value)
    at, value = value[:8], value[8:]
    if key.kind == 4:
        message = f"cosignature/v1\ntime {int.from_bytes(at, 'big')}\n{note.text}"
        return crypto.ed25519(key.public, message.encode(), value)
    if crypto.ml_dsa_44 is None:
        return None
    names = [bytes([len(one.encode())]) + one.encode() for one in (key.name, note.origin)]
    said = names[0] + at + names[1] + bytes(8) + note.size.to_bytes(8, "big") + note.root
    return crypto.ml_dsa_44(key.public, b"subtree/v1\n\0" + said, value)


def read_trust(content: bytes) -> Trust:
    """Return what a trust file says; raises Wrong."""
    try:
        said = json.loads(content)
        if said["format"] != TRUST_FORMAT:
            raise ValueError("another format")
        log = [
            Era(tuple(map(read_key, one["keys"])), int(one["after"]), one["up_to"])
            for one in said["log"]
        ]
        witnesses = [read_key(one) for one in said["witnesses"]]
        required, heads = said["witnesses_required"], [str(one) for one in said["checkpoints"]]
        roots = [str(one) for one in said["time_stamp_roots"]]
        if type(required) is not int or not 0 <= required <= len({one.name for one in witnesses}):
            raise ValueError("another number of witnesses")
        if not log or len({key.name for one in log for key in one.keys}) != 1:
            raise ValueError("no keys of one log")
        return Trust(log, witnesses, required, heads, roots)
    except (ValueError, KeyError, TypeError) as error:
        raise Wrong(UNREADABLE, f"The trusted keys cannot be read: {error}.",
                    "可信公钥文件无法读取。") from None  # fmt: skip


def write_trust(trust: Trust) -> bytes:
    """Return a trust as the file that others verify with."""
    said = {
        "format": TRUST_FORMAT,
        "log": [
            {"after": one.after, "up_to": one.up_to, "keys": [key.vkey() for key in one.keys]}
            for one in trust.log
        ],
        "witnesses": [one.vkey() for one in trust.witnesses],
        "witnesses_required": trust.required,
        "checkpoints": trust.heads,
        "time_stamp_roots": trust.roots,
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
