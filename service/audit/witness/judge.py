"""Judge a submission and cosign it, in the order of checks that tlog-witness sets.

What is cosigned is on the disk before anybody hears of it. From the check against what was cosigned
last to that moment the log is held, so that no older request can overtake a newer one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from service.audit.log.checkpoints import Checkpoint
from service.audit.log.note import Note
from service.audit.log.note_keys import NoteNotSigned, verified
from service.audit.log.proofs import ProofWrong, check_consistency
from service.audit.witness.home import Cosigned, Held, Home, HomeUnusable
from service.audit.witness.request import Submission, SubmissionMalformed, read_submission

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True)
class Answer:
    """What goes back: an HTTP status, a body, its type."""

    status: int
    content: str
    kind: str = TEXT


def _now() -> int:
    return int(time.time())


def add_checkpoint(home: Home, body: bytes, now: Callable[[], int] = _now) -> Answer:
    """Return the answer to one submission; never raises for what a body holds.

    Raises OSError when the disk fails: then nothing was cosigned.
    """
    try:
        submission = read_submission(body)
        log = home.logs().get(submission.checkpoint.origin)
        if log is None:
            return _said(404, "This witness does not know this log.", "本见证服务未登记该日志。")
        try:
            verified(submission.note, log.keys)
        except NoteNotSigned as refused:
            return _said(403, refused.sentence, refused.sentence_zh)
        if submission.old_size > submission.checkpoint.size:
            return _said(
                400, "The old size is larger than the checkpoint's.", "旧的大小大于检查点的大小。"
            )
        with home.held(log) as held:
            return _judged(held, submission, body, now)
    except SubmissionMalformed as malformed:
        return _said(400, malformed.sentence, malformed.sentence_zh)
    except HomeUnusable as unusable:
        return _said(503, unusable.sentence, unusable.sentence_zh)


def _judged(held: Held, submission: Submission, body: bytes, now: Callable[[], int]) -> Answer:
    last, new = held.last, submission.checkpoint
    if submission.old_size != last.size:
        if new.size == last.size and new.root != last.root_bytes:
            held.home.keep_evidence(body)
        return Answer(409, f"{last.size}\n", SIZE)
    if new.size == last.size and new.root != last.root_bytes:
        # Two trees of one size: the log shows one thing to us and another to somebody else.
        held.home.keep_evidence(body)
        return Answer(409, f"{last.size}\n", SIZE)
    try:
        check_consistency(last.size, new.size, last.root_bytes, new.root, submission.proof)
    except ProofWrong as wrong:
        held.home.keep_evidence(body)
        return _said(422, wrong.sentence, wrong.sentence_zh)
    return _cosigned(held, submission.note, new, max(now(), last.at))


def _cosigned(held: Held, note: Note, new: Checkpoint, at: int) -> Answer:
    """Sign, keep, and only then answer. Time never runs backwards in what we say of one log."""
    ours = [key.sign(note.text, at) for key in held.home.signers()]
    made = {(key.name, key.key_id) for key in held.log.keys}
    kept = Note(note.text, tuple(one for one in note.signatures if (one.name, one.key_id) in made))
    root = new.text().split("\n")[2]
    held.keep(Cosigned(new.origin, new.size, root, at, kept.signed_by(*ours).write()))
    return Answer(200, "".join(one.line() for one in ours))


def _said(status: int, sentence: str, sentence_zh: str) -> Answer:
    return Answer(status, f"{sentence}\n{sentence_zh}\n")
