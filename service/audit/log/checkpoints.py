"""What a checkpoint says (C2SP tlog-checkpoint): which log, how many leaves, which root."""

import base64
import re
from dataclasses import dataclass

from service.audit.log.note import NoteMalformed, decode_base64

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
ORIGIN_BYTES_MAX = 255


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: ``origin`` names the log, ``size`` counts its leaves, ``root`` is 32 bytes.

    ``extensions`` are further lines, which no signature but Ed25519's covers; ours have none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the note text, which ends in a newline."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode())
        return "".join(f"{line}\n" for line in (*lines, *self.extensions))


def read_checkpoint(text: str) -> Checkpoint:
    """Return what a note's text says of a tree; raises NoteMalformed, which names the line."""
    if not text.endswith("\n"):
        raise NoteMalformed(text.count("\n") + 1, "does not end in a newline", "没有以换行结束")
    lines = text[:-1].split("\n")
    if "" in lines:
        raise NoteMalformed(lines.index("") + 1, "is empty", "为空行")
    if len(lines) < 3:
        raise NoteMalformed(
            len(lines),
            "is the last one; a checkpoint has an origin, a size and a root",
            "即是末行；检查点应有来源、大小和根",
        )
    if len(lines[0].encode()) > ORIGIN_BYTES_MAX:
        raise NoteMalformed(
            1, f"is longer than {ORIGIN_BYTES_MAX} bytes", f"超过 {ORIGIN_BYTES_MAX} 字节"
        )
    if not _SIZE.fullmatch(lines[1]) or int(lines[1]) >= 2**63:
        raise NoteMalformed(
            2, "is no tree size: digits without a leading zero", "不是树的大小（不带前导零的数字）"
        )
    root = decode_base64(lines[2], 3)
    if len(root) != 32:
        raise NoteMalformed(
            3, f"has a root of {len(root)} bytes instead of 32", f"的根为 {len(root)} 字节而非 32"
        )
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))
