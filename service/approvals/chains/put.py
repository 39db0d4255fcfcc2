"""Put a county's chains in force: read, checked against the catalogue and the staff, kept, recorded."""

from pathlib import Path

from sqlalchemy.orm import Session

from service.approvals.chains.chain import Chains
from service.approvals.chains.read import ChainsRefused, read, read_file
from service.approvals.chains.staffing import shortages
from service.approvals.models import ChainSet
from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.programmes.in_force import rules_now


def put(session: Session, path: Path, *, by: Actor) -> Chains:
    """Put the chains of a file in force for every list that is frozen from now on.

    Raises :class:`ChainsRefused` for what the file says and for chains that nobody could complete;
    nothing has changed then.
    """
    codes = rules_now(session).programmes
    read_file(path, codes)
    return put_text(session, path.read_text("utf-8"), path.name, by=by)


def put_text(session: Session, text: str, name: str, *, by: Actor) -> Chains:
    """Put the chains of a text in force, as :func:`put` does."""
    chains = read(text, name, rules_now(session).programmes)
    missing = shortages(session, chains)
    if missing:
        raise ChainsRefused([f"{name}: {one.sentence}" for one in missing])
    kept = ChainSet(
        id=ids.uuid7(), digest=chains.digest, content=text, put_at=clock.now(), put_by=by.id
    )
    session.add(kept)
    record(
        session,
        "approval.chains_put",
        by=by,
        on=("approval_chain_sets", kept.id),
        details={"digest": chains.digest, "chains": len(chains.chains)},
    )
    session.flush()
    return chains
