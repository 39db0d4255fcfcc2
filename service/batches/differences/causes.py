"""Which conditions of a rule stand for which cause: bits of the masks that a decision keeps."""

import re

from sqlalchemy.orm import Session

from service.programmes.versions import programme_of

_WORDS = (
    ("death", re.compile(r"\b[a-z]+\.(alive|dead|death\w*|died\w*)\b|death")),
    ("age", re.compile(r"\bp\.(age\w*|months_old)\b")),
    ("move", re.compile(r"hukou|resid|moved|division|county")),
)


def masks_of(session: Session, programme: str, digest: str) -> dict[str, int]:
    """Return {cause: mask of the conditions that stand for it}: death, age, move, other, stop."""
    masks = dict.fromkeys(("death", "age", "move", "other", "stop"), 0)
    masks[""] = 0
    for bit, condition in enumerate(programme_of(session, digest, programme).conditions):
        masks[_cause(condition.kind.value, condition.expr)] |= 1 << bit
    masks.pop("", None)
    return masks


def _cause(kind: str, expr: str) -> str:
    if kind == "stacking":
        return "other"
    for cause, words in _WORDS:
        if words.search(expr):
            return cause
    return "stop" if kind == "stop" else ""
