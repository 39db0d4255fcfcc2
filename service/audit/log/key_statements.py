"""The statement that other keys sign a log from a size on: a note of few lines, for people and programs.

``anxin log keys v1``, the origin, ``after <size>``, then a line ``old <vkey>`` or ``new <vkey>`` for
every key. The new Ed25519 key signs it, and the old one too unless it was lost.
"""

import re
from dataclasses import dataclass

from service.audit.log.note import NoteMalformed
from service.audit.log.note_keys import VerifierKey, read_vkey

_FIRST = "anxin log keys v1"
_AFTER = re.compile(r"after (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Statement:
    """Checkpoints of ``origin`` with more than ``from_size`` leaves are signed by ``new``."""

    origin: str
    from_size: int
    old: tuple[VerifierKey, ...]
    new: tuple[VerifierKey, ...]

    def text(self) -> str:
        """Return the note text."""
        lines = [_FIRST, self.origin, f"after {self.from_size}"]
        lines += [f"old {one.vkey()}" for one in self.old]
        lines += [f"new {one.vkey()}" for one in self.new]
        return "".join(f"{line}\n" for line in lines)


def read_statement(text: str) -> Statement:
    """Return what a statement says; raises NoteMalformed, which names the line."""
    lines = text.removesuffix("\n").split("\n")
    after = _AFTER.fullmatch(lines[2]) if len(lines) > 2 else None
    if lines[0] != _FIRST or after is None:
        raise NoteMalformed(1, "begins no statement of log keys", "不是日志密钥声明的开头")
    keys: dict[str, list[VerifierKey]] = {"old": [], "new": []}
    for number, line in enumerate(lines[3:], start=4):
        which, _, vkey = line.partition(" ")
        if which not in keys:
            raise NoteMalformed(
                number, "names neither an old nor a new key", "既非旧密钥也非新密钥"
            )
        keys[which].append(read_vkey(vkey))
    if not keys["old"] or not keys["new"]:
        raise NoteMalformed(len(lines), "is the last one, but keys are missing", "之后缺少密钥")
    return Statement(lines[1], int(after[1]), tuple(keys["old"]), tuple(keys["new"]))
