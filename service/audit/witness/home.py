"""A witness's directory: its name, its keys, the logs it knows, and what it cosigned last of each.

```
witness.json        name, and each log's origin and keys
keys/               two seeds in hex, readable by their owner only
cosigned/<log>.json the last checkpoint cosigned; replaced whole, before any answer
evidence/           signed checkpoints that were refused although the log's own key signed them
```
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from service.audit.log.note import NoteMalformed, require_name
from service.audit.log.note_keys import Kind, SignerKey, VerifierKey, read_vkey
from service.audit.log.tree import EMPTY_ROOT
from service.audit.witness.durable import alone, write_whole
from service.foundation.problems import Problem

_KEY_FILES = {
    Kind.ED25519_COSIGNATURE: "ed25519.seed",
    Kind.ML_DSA_44_COSIGNATURE: "ml-dsa-44.seed",
}
EVIDENCE_MAX = 1_000


class HomeUnusable(Problem):
    """A witness's directory is missing, incomplete or damaged: it cosigns nothing."""

    code = "witness_unusable"
    status = 503
    title = "This witness cannot work"

    def __init__(self, what: str, what_zh: str) -> None:
        super().__init__(f"This witness cosigns nothing: {what}", f"见证服务暂停联署：{what_zh}")


class LogKnown(Problem):
    """A log is added once; its keys are changed by hand, with care."""

    code = "log_known"
    status = 409
    title = "This log is known already"

    def __init__(self, origin: str) -> None:
        super().__init__(f"The log {origin} is known already.", f"日志 {origin} 已登记。")


class HomeTaken(Problem):
    """Where a witness is to be made, there is something already."""

    code = "witness_there"
    status = 409
    title = "There is something already"

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already.", f"{path} 已存在。")


@dataclass(frozen=True)
class Log:
    """A log that is watched, and the keys by which its checkpoints are known."""

    origin: str
    keys: tuple[VerifierKey, ...]

    @property
    def file_name(self) -> str:
        """What its files are called; an origin may hold anything."""
        return hashlib.sha256(self.origin.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Cosigned:
    """The last checkpoint cosigned: ``at`` in POSIX seconds, ``note`` with our lines; size 0 before the first."""

    origin: str
    size: int
    root: str
    at: int = 0
    note: str = ""

    @property
    def root_bytes(self) -> bytes:
        return base64.b64decode(self.root)


class Home:
    """The directory; everything is read anew each time, so that two processes agree."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def make(cls, path: Path, name: str) -> "Home":
        """Make a witness with fresh keys; raises NoteMalformed for a name, :class:`HomeTaken`."""
        require_name(name)
        if path.exists() and any(path.iterdir()):
            raise HomeTaken(path)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (path / "keys").mkdir(mode=0o700)
        for folder in ("cosigned", "evidence"):
            (path / folder).mkdir(exist_ok=True)
        for file_name in _KEY_FILES.values():
            seed = secrets.token_hex(32).encode()
            write_whole(path / "keys" / file_name, seed + b"\n", mode=0o600)
        home = cls(path)
        home._write_config({"name": name, "logs": []})
        return home

    @property
    def name(self) -> str:
        return str(self._config()["name"])

    def signers(self) -> list[SignerKey]:
        """Return both keys, Ed25519 first; raises :class:`HomeUnusable`."""
        name, found = self.name, []
        for kind, file_name in _KEY_FILES.items():
            try:
                seed = bytes.fromhex((self.path / "keys" / file_name).read_text("ascii").strip())
            except (OSError, ValueError):
                seed = b""
            if len(seed) != 32:
                raise HomeUnusable(f"keys/{file_name} is no key.", f"keys/{file_name} 不是密钥。")
            found.append(SignerKey(name, kind, seed))
        return found

    def logs(self) -> dict[str, Log]:
        """Return the logs that are watched, by origin; raises :class:`HomeUnusable`."""
        found = {}
        for one in self._config()["logs"]:
            keys = tuple(_key(text) for text in one["keys"])
            found[one["origin"]] = Log(one["origin"], keys)
        return found

    def add_log(self, origin: str, keys: tuple[VerifierKey, ...]) -> Log:
        """Watch a log from now on, from its empty tree; raises :class:`LogKnown`."""
        log = Log(origin, keys)
        with alone(self.path / "config.lock"):
            config = self._config()
            if origin in {one["origin"] for one in config["logs"]}:
                raise LogKnown(origin)
            # First what it starts from: a log without it is refused, never begun anew.
            empty = Cosigned(origin, 0, base64.b64encode(EMPTY_ROOT).decode())
            self._keep(log, empty)
            config["logs"].append({"origin": origin, "keys": [key.vkey() for key in keys]})
            self._write_config(config)
        return log

    @contextmanager
    def held(self, log: Log) -> Iterator["Held"]:
        """Hold what is known of one log against everybody else while it is judged."""
        with alone(self.path / "cosigned" / f"{log.file_name}.lock"):
            yield Held(self, log, self.last(log))

    def last(self, log: Log) -> Cosigned:
        """Return what was cosigned last; raises :class:`HomeUnusable` when that is lost or damaged."""
        path = self._file(log)
        try:
            found = Cosigned(**json.loads(path.read_text("utf-8")))
            if found.origin != log.origin or len(found.root_bytes) != 32 or found.size < 0:
                raise ValueError
        except (OSError, ValueError, TypeError):
            raise HomeUnusable(
                f"cosigned/{path.name} is missing or damaged; what was cosigned before is not known.",
                f"cosigned/{path.name} 缺失或损坏，无法得知此前联署的内容。",
            ) from None
        return found

    def keep_evidence(self, content: bytes) -> None:
        """Keep what a log's key signed and yet was refused, each once and not without end."""
        folder = self.path / "evidence"
        path = folder / f"{hashlib.sha256(content).hexdigest()[:32]}.txt"
        if not path.exists() and self.count_evidence() < EVIDENCE_MAX:
            write_whole(path, content)

    def count_evidence(self) -> int:
        """Return how many refused checkpoints were kept."""
        return sum(1 for one in (self.path / "evidence").glob("*.txt"))

    def _keep(self, log: Log, cosigned: Cosigned) -> None:
        content = json.dumps(asdict(cosigned), ensure_ascii=False, indent=1)
        write_whole(self._file(log), content.encode() + b"\n")

    def _file(self, log: Log) -> Path:
        return self.path / "cosigned" / f"{log.file_name}.json"

    def _config(self) -> dict[str, Any]:
        try:
            config: dict[str, Any] = json.loads((self.path / "witness.json").read_text("utf-8"))
            require_name(config["name"])
            if not all(isinstance(one["origin"], str) and one["keys"] for one in config["logs"]):
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError, NoteMalformed):
            raise HomeUnusable(
                "witness.json is missing or damaged.", "witness.json 缺失或损坏。"
            ) from None
        return config

    def _write_config(self, config: dict[str, Any]) -> None:
        content = json.dumps(config, ensure_ascii=False, indent=1)
        write_whole(self.path / "witness.json", content.encode() + b"\n")


@dataclass(frozen=True)
class Held:
    """One log while nobody else can change what is known of it."""

    home: Home
    log: Log
    last: Cosigned

    def keep(self, cosigned: Cosigned) -> None:
        """Put the newly cosigned one in place of the last, on the disk; raises OSError."""
        self.home._keep(self.log, cosigned)  # noqa: SLF001 - its own other half


def _key(text: str) -> VerifierKey:
    try:
        return read_vkey(text)
    except NoteMalformed as malformed:
        raise HomeUnusable(
            f"witness.json: {malformed.sentence}", f"witness.json：{malformed.sentence_zh}"
        ) from None
