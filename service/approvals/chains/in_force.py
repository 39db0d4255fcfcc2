"""The chains in force: the newest that was put, or those that came with the service."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.chains.chain import Chains
from service.approvals.chains.read import PACKAGED, read
from service.approvals.models import ChainSet
from service.programmes.catalogue import rules


def chains_now(session: Session) -> Chains:
    """Return the chains that a list frozen now takes."""
    newest = session.scalars(
        select(ChainSet).order_by(ChainSet.put_at.desc(), ChainSet.id.desc()).limit(1)
    ).first()
    return _packaged() if newest is None else _of(newest.content)


@lru_cache(maxsize=1)
def _packaged() -> Chains:
    return read(PACKAGED.read_text("utf-8"), PACKAGED.name, rules().programmes)


@lru_cache(maxsize=4)
def _of(content: str) -> Chains:
    # A programme may have left the catalogue since it was put; the chain is still the chain.
    return read(content, "chains in force")
