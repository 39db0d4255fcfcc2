"""What is known of proposals."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.programmes.models import RulePreview, RuleProposal, RuleProposalFile
from service.residents.models import Snapshot

_NAME = re.compile("[Rr]?([0-9]{1,9})")


def by_name(session: Session, name: str) -> RuleProposal:
    """Return the proposal people call ``R12`` (or 12); raises NotFound."""
    said = _NAME.fullmatch(name.strip())
    if said is None:
        raise NotFound("proposal")
    found = session.scalars(select(RuleProposal).where(RuleProposal.number == int(said[1]))).first()
    if found is None:
        raise NotFound("proposal")
    return found


def everyone(session: Session) -> list[RuleProposal]:
    """Return every proposal, the newest first."""
    return list(session.scalars(select(RuleProposal).order_by(RuleProposal.number.desc())))


def files_of(session: Session, proposal: RuleProposal) -> list[RuleProposalFile]:
    """Return a proposal's files by name."""
    return list(
        session.scalars(
            select(RuleProposalFile)
            .where(RuleProposalFile.proposal_id == proposal.id)
            .order_by(RuleProposalFile.name)
        )
    )


def texts_of(session: Session, proposal: RuleProposal) -> dict[str, str]:
    """Return a proposal's new texts by file name."""
    return {file.name: file.after for file in files_of(session, proposal)}


def preview_of(session: Session, proposal: RuleProposal) -> RulePreview | None:
    """Return the newest preview of exactly what is proposed now, against what it was checked with."""
    return session.scalars(
        select(RulePreview)
        .where(
            RulePreview.proposal_id == proposal.id,
            RulePreview.base_digest == proposal.base_digest,
            RulePreview.proposed_digest == proposal.proposed_digest,
        )
        .order_by(RulePreview.made_at.desc())
    ).first()


def newest_snapshot(session: Session) -> Snapshot | None:
    """Return the snapshot that effects are counted on."""
    return session.scalars(
        select(Snapshot).order_by(Snapshot.month.desc(), Snapshot.taken_at.desc())
    ).first()


def locked(session: Session, proposal: RuleProposal) -> None:
    """Take the proposal's row for the transaction, as it is now."""
    session.refresh(proposal, with_for_update=True)
