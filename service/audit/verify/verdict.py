"""What a verification found."""

from dataclasses import dataclass

from service.audit.standalone.classes import Wrong


@dataclass(frozen=True)
class Verdict:
    """What verification found: ``first_bad`` is the index of the first wrong entry, if any.

    ``code`` is the class of what is wrong (``service.audit.standalone.classes``), 0 when nothing is.
    """

    entries: int
    verified: bool
    first_bad: int | None = None
    sentence: str = ""
    sentence_zh: str = ""
    code: int = 0
    root: str = ""
    """In hex; of what was verified."""
    cosigned: int = 0
    """How many entries are under a checkpoint that as many witnesses cosigned as must."""
    checkpoints: int = 0
    edge: bytes = b""
    """The right edge of the verified tree, 32 bytes a level in use: where the next one may begin."""


def wrong_verdict(wrong: Wrong, entries: int) -> Verdict:
    """Return the verdict for the first thing that does not hold."""
    return Verdict(
        entries=entries,
        verified=False,
        first_bad=wrong.index,
        sentence=wrong.said,
        sentence_zh=wrong.said_zh,
        code=wrong.code,
    )
