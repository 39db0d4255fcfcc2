"""Past rule sets, loaded again from what was kept under their digest."""

from collections import OrderedDict
from threading import Lock

from sqlalchemy.orm import Session

from eligibility_rules import Programme, RuleSet, load_canonical
from service.foundation.problems import NotFound, Problem
from service.programmes.catalogue import rules
from service.programmes.models import RuleSetVersion

_SETS_MAX = 8
"""How many past rule sets a process holds; one takes a few megabytes."""

_loaded: OrderedDict[str, RuleSet] = OrderedDict()
_lock = Lock()


class VersionUnknown(Problem):
    """No rule set was kept under this digest."""

    code = "rule_version_unknown"
    status = 404
    title = "There is no such version of the rules"

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"No rule set with the digest {digest[:12]}… is kept.",
            f"未留存摘要为 {digest[:12]}… 的规则版本。",
        )


def load_version(session: Session, digest: str) -> RuleSet:
    """Return the rule set with this digest: the loaded one, or one kept when it first decided.

    Raises :class:`VersionUnknown`, and RuleFault ``language_other`` when its language is not read
    any more.
    """
    if digest == rules().digest:
        return rules()
    with _lock:
        if digest in _loaded:
            _loaded.move_to_end(digest)
            return _loaded[digest]
    kept = session.get(RuleSetVersion, digest)
    if kept is None:
        raise VersionUnknown(digest)
    found = load_canonical(kept.content)
    with _lock:
        _loaded[digest] = found
        while len(_loaded) > _SETS_MAX:
            _loaded.popitem(last=False)
    return found


def programme_of(session: Session, digest: str, code: str) -> Programme:
    """Return a programme as the rules of a decision had it; those loaded now if there was none.

    Raises as :func:`load_version`, and NotFound.
    """
    programme = (load_version(session, digest) if digest else rules()).programmes.get(code)
    if programme is None:
        raise NotFound("programme")
    return programme
