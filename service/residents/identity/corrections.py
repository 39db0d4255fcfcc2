"""Bring merges in line with what the police say about numbers: whatever came in whichever order.

Every look weighs every pair anew, so the picture depends on what is known and not on when it
came: a pair is merged while nothing speaks against it and apart while something does.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.foundation.logs import logger
from service.foundation.problems import Problem
from service.residents.identity.canonical import aliases, canonical
from service.residents.identity.disputes import note_answers, standing
from service.residents.identity.merge import merge
from service.residents.identity.pairs import Pair, date_numbers, pairs
from service.residents.identity.problems import IdentityInDispute
from service.residents.identity.questions import ask, close
from service.residents.identity.said import said_of
from service.residents.identity.split import split, standing_merges

CONFLICT = "identity_conflict"
_REASONS = {
    "GA_IDHIST": "公安证件号码变更：两个号码为同一人。 Public security: both numbers are one person's.",
    "GA_HUKOU": "新生儿落户：出生证对应此人。 Registered from this birth certificate.",
}
_APART = "户籍登记表明为两人，撤销合并。 The register holds two people."


def apply_corrections(session: Session, delivery_id: UUID) -> int:
    """Merge and part pairs as the police's current word demands; return how many changed.

    ``delivery_id`` is the delivery that gave cause to look; everything current is looked at. What
    cannot be merged becomes a question to public security, settled by itself once it can.
    """
    session.flush()
    changed = 0
    for pair in pairs(session):
        changed += _weigh(session, pair)
    date_numbers(session)
    for dispute in standing(session):
        note_answers(session, dispute)
    session.flush()
    logger("residents").info("identity.weighed", delivery=str(delivery_id), changed=changed)
    return changed


def _weigh(session: Session, pair: Pair) -> int:
    if pair.against is None and not pair.parted:
        return _join(session, pair)
    parted = 0
    if pair.merged and pair.against is not None:
        parted = _part(session, pair)
    if pair.against is not None:
        _ask(session, pair, pair.against)
    return parted


def _join(session: Session, pair: Pair) -> int:
    old, new = canonical(session, pair.old_id), canonical(session, pair.new_id)
    if old != new:
        kept, other = _order(session, pair, old, new)
        try:
            merge(
                session,
                kept,
                other,
                reason=_REASONS[pair.feed],
                by=Actor(kind="department", id=pair.feed),
                delivery_id=pair.delivery_id,
            )
        except IdentityInDispute:
            return 0  # Asked already; looked at again when the dispute is resolved.
        except Problem as problem:
            _ask(session, pair, problem.code)
            return 0
    close(session, CONFLICT, pair.key, to="settled")
    return int(old != new)


def _order(session: Session, pair: Pair, old: int, new: int) -> tuple[int, int]:
    """Return (kept, other): the registered one is kept, else the one known longer."""
    if pair.feed == "GA_HUKOU":
        return new, old
    before, after = said_of(session, aliases(session, old)), said_of(session, aliases(session, new))
    if (before.registered, before.current) != (after.registered, after.current):
        new_is_kept = (after.registered, after.current) > (before.registered, before.current)
        return (new, old) if new_is_kept else (old, new)
    return min(old, new), max(old, new)


def _part(session: Session, pair: Pair) -> int:
    """Take back a merge that only a feed's word had made; an officer's merge stays."""
    group = aliases(session, pair.old_id)
    for act in standing_merges(session, group):
        if {act.kept_id, act.other_id} == {pair.old_id, pair.new_id} and act.by == pair.feed:
            by = Actor(kind="department", id=pair.feed)
            split(session, pair.old_id, pair.new_id, reason=_APART, by=by)
            return 1
    return 0


def _ask(session: Session, pair: Pair, code: str) -> None:
    ask(
        session,
        CONFLICT,
        pair.key,
        person_id=pair.new_id,
        details={"code": code, "feed": pair.feed, "other": pair.old_id},
    )
