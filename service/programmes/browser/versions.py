"""Versions of the rules that were kept, and what differs between two of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.programmes.catalogue import rules
from service.programmes.in_force import COUNTING
from service.programmes.models import RuleProposal, RuleProposalFile, RuleSetVersion
from service.programmes.proposals.diff import Line, line_diff
from service.programmes.versions import VersionUnknown

VERSIONS_MAX = 24
"""How many kept versions a page looks into, the newest first."""


@dataclass(frozen=True)
class Version:
    """One exact set of rules; ``proposals`` are the approved changes that led to it."""

    digest: str
    recorded_at: datetime | None
    """When it first decided anything; None for the shipped set before it has."""
    proposals: tuple[RuleProposal, ...]


@dataclass(frozen=True)
class FileDiff:
    """One file that differs between two versions."""

    name: str
    lines: list[Line]


def versions(session: Session) -> list[Version]:
    """Return the kept versions, the newest first, and the shipped one."""
    kept = session.execute(
        select(RuleSetVersion.digest, RuleSetVersion.recorded_at)
        .order_by(RuleSetVersion.recorded_at.desc(), RuleSetVersion.digest)
        .limit(VERSIONS_MAX)
    ).all()
    led: dict[str, list[RuleProposal]] = {}
    for one in session.scalars(
        select(RuleProposal)
        .where(RuleProposal.state.in_(COUNTING))
        .order_by(RuleProposal.effective_month.desc(), RuleProposal.number.desc())
    ):
        led.setdefault(one.proposed_digest, []).append(one)
    found = [Version(row.digest, row.recorded_at, tuple(led.get(row.digest, ()))) for row in kept]
    if rules().digest not in {one.digest for one in found}:
        found.append(Version(rules().digest, None, ()))
    return found


def digest_of(session: Session, written: str) -> str:
    """Return the digest that begins as somebody wrote it; raises VersionUnknown."""
    if written and rules().digest.startswith(written):
        return rules().digest
    found = session.scalars(
        select(RuleSetVersion.digest)
        .where(RuleSetVersion.digest.startswith(written, autoescape=True))
        .limit(2)
    ).all()
    if not written or len(found) != 1:
        raise VersionUnknown(written)
    return found[0]


def content(session: Session, digest: str) -> dict[str, Any]:
    """Return a version's documents by file; raises VersionUnknown."""
    if digest == rules().digest:
        written = rules().canonical
    else:
        kept = session.get(RuleSetVersion, digest)
        if kept is None:
            raise VersionUnknown(digest)
        written = kept.content
    found: dict[str, Any] = json.loads(written)
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FileDiff]:
    """Return every file that differs, line by line."""
    names = sorted({*before, *after})
    return [
        FileDiff(name, line_diff(_text(before.get(name)), _text(after.get(name)) or ""))
        for name in names
        if before.get(name) != after.get(name)
    ]


def changes_of(session: Session, files: set[str]) -> list[RuleProposal]:
    """Return the proposals that were about some files, the newest first."""
    return list(
        session.scalars(
            select(RuleProposal)
            .where(
                RuleProposal.id.in_(
                    select(RuleProposalFile.proposal_id).where(RuleProposalFile.name.in_(files))
                )
            )
            .order_by(RuleProposal.number.desc())
        )
    )


def versions_of(session: Session, file: str) -> list[tuple[Version, bool | None]]:
    """Return each version with whether a file is otherwise in it than in the one before, if any."""
    found = versions(session)
    documents = [content(session, one.digest).get(file) for one in found]
    return [
        (one, documents[place] != documents[place + 1] if place + 1 < len(found) else None)
        for place, one in enumerate(found)
    ]


def _text(document: Any) -> str | None:
    if document is None:
        return None
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
