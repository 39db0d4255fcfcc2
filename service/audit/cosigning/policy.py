"""Read a witness policy (C2SP tlog-policy): witnesses, groups of them, and the quorum.

```
witness audit-office audit.example.gov.cn/anxin+c0ffee00+BKx… https://witness.example.gov.cn/
witness bank         bank.example.cn/w+0badcafe+Bg5…          https://w.bank.example.cn:8760/
group   all-of-them  all audit-office bank
quorum  all-of-them
```
"""

import hashlib
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from service.audit.cosigning.address import AddressRefused, Door, door_of
from service.audit.log.note import NoteMalformed
from service.audit.log.note_keys import Kind, VerifierKey, read_vkey
from service.foundation.problems import Problem

_WITNESSES_MAX = _GROUPS_MAX = 32
_COSIGNS = frozenset({Kind.ED25519_COSIGNATURE, Kind.ML_DSA_44_COSIGNATURE})
NONE = "none"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class PolicyUnusable(Problem):
    """The policy file cannot be used; ``line`` counts from 1, 0 is the whole file."""

    code = "witness_policy_unusable"
    status = 500
    title = "The witness policy cannot be used"

    def __init__(self, path: Path, line: int, what: str, what_zh: str) -> None:
        super().__init__(
            f"{path.name}, line {line}: {what}." if line else f"{path.name}: {what}.",
            f"{path.name} 第 {line} 行：{what_zh}。" if line else f"{path.name}：{what_zh}。",
            line=line,
        )


@dataclass(frozen=True)
class Witness:
    """One witness: its name in the policy, the key of its cosignatures, where it is asked."""

    name: str
    key: VerifierKey
    door: Door


@dataclass(frozen=True)
class Group:
    """At least ``k`` of the members, which are witnesses or earlier groups."""

    k: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Whose cosignatures are asked for, and which of them are enough."""

    witnesses: dict[str, Witness]
    groups: dict[str, Group]
    quorum: str
    sha256: str
    keys: dict[VerifierKey, str] = field(default_factory=dict)

    def met(self, cosigned: AbstractSet[str]) -> bool:
        """Return whether cosignatures of these witnesses are enough."""
        return self.quorum == NONE or self._witnessed(self.quorum, cosigned)

    def _witnessed(self, name: str, cosigned: AbstractSet[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._witnessed(one, cosigned) for one in group.members) >= group.k


def read_policy(path: Path, *, loopback: bool) -> Policy:
    """Return the policy in a file; ``loopback`` lets witnesses be on this machine, over http too.

    Raises :class:`PolicyUnusable`, which names the line.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise PolicyUnusable(path, 0, "cannot be read as UTF-8 text", "无法以 UTF-8 读取") from None
    reading = _Reading(path, loopback)
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            reading.line(number, words)
    return reading.done(hashlib.sha256(content).hexdigest())


class _Reading:
    def __init__(self, path: Path, loopback: bool) -> None:
        self._path, self._loopback, self._at = path, loopback, 0
        self._witnesses: dict[str, Witness] = {}
        self._groups: dict[str, Group] = {}
        self._members: set[str] = set()
        self._quorum = ""

    def line(self, number: int, words: list[str]) -> None:
        self._at = number
        kind, rest = words[0], words[1:]
        if kind == "log" and len(rest) in {1, 2}:
            self._key(rest[0])
        elif kind == "witness" and len(rest) == 3:
            self._witness(*rest)
        elif kind == "group" and len(rest) >= 3:
            self._group(rest[0], rest[1], rest[2:])
        elif kind == "quorum" and len(rest) == 1:
            self._set_quorum(rest[0])
        else:
            raise self._refusal(
                f"“{kind}” is not one of: log <vkey> [url]; witness <name> <vkey> <url>; "
                "group <name> all|any|<k> <name>…; quorum <name>",
                f"“{kind}”不是 log、witness、group 或 quorum 的正确写法",
            )

    def done(self, sha256: str) -> Policy:
        if not self._quorum:
            raise PolicyUnusable(self._path, 0, "has no quorum line", "没有 quorum 行")
        keys = {one.key: one.name for one in self._witnesses.values()}
        return Policy(self._witnesses, self._groups, self._quorum, sha256, keys)

    def _witness(self, name: str, vkey: str, url: str) -> None:
        self._require_new(name)
        key = self._key(vkey)
        if key.kind not in _COSIGNS:
            raise self._refusal(
                "the key is no cosigner's (type 4 or 6)", "密钥不是联署类型（4 或 6）"
            )
        if any(one.key.public == key.public for one in self._witnesses.values()):
            raise self._refusal("another witness has the same key", "另一见证人使用了同一密钥")
        if len(self._witnesses) == _WITNESSES_MAX:
            raise self._refusal(
                f"at most {_WITNESSES_MAX} witnesses", f"最多 {_WITNESSES_MAX} 个见证人"
            )
        try:
            door = door_of(url, loopback=self._loopback)
        except AddressRefused as refused:
            raise self._refusal(refused.sentence_en, refused.sentence_zh) from None
        self._witnesses[name] = Witness(name, key, door)

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        self._require_new(name)
        for one in members:
            self._require_known(one)
            if one in self._members:
                raise self._refusal(f"“{one}” is a member already", f"“{one}”已是某组成员")
            self._members.add(one)
        k = {"all": len(members), "any": 1}.get(threshold, 0)
        if _NUMBER.fullmatch(threshold):
            k = int(threshold)
        if not 1 <= k <= len(members):
            raise self._refusal(
                f"“{threshold}” is neither all, any, nor 1 to {len(members)}",
                f"“{threshold}”应为 all、any 或 1 至 {len(members)}",
            )
        if len(self._groups) == _GROUPS_MAX:
            raise self._refusal(f"at most {_GROUPS_MAX} groups", f"最多 {_GROUPS_MAX} 个组")
        self._groups[name] = Group(k, tuple(members))

    def _set_quorum(self, name: str) -> None:
        if self._quorum:
            raise self._refusal("a second quorum line", "出现第二个 quorum 行")
        if name != NONE:
            self._require_known(name)
        self._quorum = name

    def _key(self, vkey: str) -> VerifierKey:
        try:
            return read_vkey(vkey)
        except NoteMalformed as malformed:
            raise self._refusal(
                malformed.sentence.rstrip("."), malformed.sentence_zh.rstrip("。")
            ) from None

    def _require_new(self, name: str) -> None:
        if name == NONE or name in self._witnesses or name in self._groups:
            raise self._refusal(f"the name “{name}” is taken", f"名称“{name}”已被使用")

    def _require_known(self, name: str) -> None:
        if name not in self._witnesses and name not in self._groups:
            raise self._refusal(f"“{name}” is not defined above this line", f"“{name}”未在前文定义")

    def _refusal(self, what: str, what_zh: str) -> PolicyUnusable:
        return PolicyUnusable(self._path, self._at, what, what_zh)
