"""Read what a log submits: the old size, a consistency proof, and the new checkpoint."""

import re
from base64 import b64encode
from dataclasses import dataclass

from service.audit.log.checkpoints import Checkpoint, read_checkpoint
from service.audit.log.note import Note, NoteMalformed, decode_base64, read_note
from service.foundation.problems import Problem

BODY_BYTES_MAX = 128 * 1024
PROOF_LINES_MAX = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class SubmissionMalformed(Problem):
    """A request body is not what tlog-witness describes."""

    code = "submission_malformed"
    status = 400
    title = "That is no submission"

    def __init__(self, what: str, what_zh: str) -> None:
        super().__init__(f"This is no submission: {what}", f"提交内容无效：{what_zh}")


@dataclass(frozen=True)
class Submission:
    """What was submitted; nothing in it is verified yet."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def read_submission(body: bytes) -> Submission:
    """Return what a body says; raises :class:`SubmissionMalformed`."""
    head, parted, rest = body.partition(b"\n\n")
    if not parted:
        raise SubmissionMalformed("no empty line before the checkpoint.", "检查点前没有空行。")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise SubmissionMalformed("its head is not ASCII.", "首部不是 ASCII。") from None
    old = _OLD.fullmatch(lines[0])
    if old is None or int(old[1]) >= 2**63:
        raise SubmissionMalformed("line 1 is not “old <size>”.", "第 1 行不是“old <大小>”。")
    if len(lines) - 1 > PROOF_LINES_MAX:
        raise SubmissionMalformed(
            f"{len(lines) - 1} proof lines; at most {PROOF_LINES_MAX} are read.",
            f"证明有 {len(lines) - 1} 行，最多 {PROOF_LINES_MAX} 行。",
        )
    proof = tuple(_hash(line, number) for number, line in enumerate(lines[1:], 2))
    try:
        note = read_note(rest)
        return Submission(int(old[1]), proof, note, read_checkpoint(note.text))
    except NoteMalformed as malformed:
        raise SubmissionMalformed(
            f"its checkpoint. {malformed.sentence}", f"检查点有误。{malformed.sentence_zh}"
        ) from None


def write_submission(old_size: int, proof: tuple[bytes, ...] | list[bytes], note: str) -> bytes:
    """Return the body for a checkpoint's note and the proof that it continues the old size."""
    lines = [f"old {old_size}", *(b64encode(one).decode() for one in proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def _hash(line: str, number: int) -> bytes:
    try:
        found = decode_base64(line, number)
    except NoteMalformed:
        found = b""
    if len(found) != 32:
        raise SubmissionMalformed(
            f"line {number} is not 32 bytes in base64.", f"第 {number} 行不是 32 字节的 base64。"
        )
    return found
