"""Which papers residents need not bring because data answer, and which would have to come back."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.residents import feeds
from service.residents.feeds import Proof
from service.residents.freshness import Freshness, state_of

ANSWERED, STALE, MISSING = "answered", "stale", "missing"


@dataclass(frozen=True)
class ProofState:
    """One paper proof, and whether the feeds that replace it can answer today."""

    proof: Proof
    state: str
    """``answered`` by data, ``stale`` (some of the data are too old) or ``missing``."""
    lacking: tuple[str, ...]
    """Feeds whose absence or age brings the paper back; empty if it is answered."""


def proof_states(session: Session) -> list[ProofState]:
    """Return every proof that the feeds replace, in the order of codes.

    All feeds of a proof are needed: being alive is not told by one of four registers alone. A feed
    that somebody waived is as old as it is; a waiver lets payments go on and proves nothing.
    """
    states = state_of(session)
    return [_state(proof, states) for proof in feeds.proofs()]


def brought_back_by(session: Session, feed: str) -> list[Proof]:
    """Return the proofs that would have to be brought again if a feed were lost."""
    code = feeds.feed(feed).code
    answered = {one.proof.code for one in proof_states(session) if one.state == ANSWERED}
    return [one for one in feeds.proofs() if code in one.feeds and one.code in answered]


def _state(proof: Proof, states: Mapping[str, Freshness]) -> ProofState:
    missing = tuple(code for code in proof.feeds if states[code].believed_at is None)
    stale = tuple(code for code in proof.feeds if states[code].is_stale and code not in missing)
    state = MISSING if missing else STALE if stale else ANSWERED
    return ProofState(proof, state, missing + stale)
