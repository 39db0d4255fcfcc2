"""Make a proposal's preview in the background, and keep its figures beside the proposal."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Subject
from service.assessment.assess import check_columns, engine_in
from service.assessment.preview.count import count
from service.audit.actor import SYSTEM
from service.audit.record import record
from service.foundation import clock
from service.foundation.jobs import job
from service.foundation.settings import settings
from service.programmes.in_force import load_with, overlay_for, rules_for
from service.programmes.models import RulePreview, RuleProposal
from service.programmes.proposals.check import changed_codes
from service.programmes.proposals.decide import PREVIEW_JOB
from service.programmes.proposals.queries import texts_of
from service.residents.models import Snapshot
from service.residents.snapshot import open_snapshot, read_table
from service.residents.snapshot.working import working_folder


@job(PREVIEW_JOB, attempts_max=3)
def preview(session: Session, proposal_id: str, snapshot_id: str) -> None:
    """Count a proposal's effects; one that moved on meanwhile is left to its next preview."""
    proposal = session.get_one(RuleProposal, UUID(proposal_id))
    snapshot = session.get_one(Snapshot, UUID(snapshot_id))
    make(session, proposal, snapshot)


def make(session: Session, proposal: RuleProposal, snapshot: Snapshot) -> RulePreview | None:
    """Return the preview on a snapshot, counted once; None when the base has moved meanwhile.

    What is compared is the first month that the change decides, on the snapshot's facts: a later
    month than the snapshot's where the change takes effect later. Raises SnapshotLacks and what
    opening a snapshot raises.
    """
    month = proposal.effective_month
    base = rules_for(session, month)
    texts = {**overlay_for(session, month).texts, **texts_of(session, proposal)}
    proposed = load_with(texts)
    if (base.digest, proposed.digest) != (proposal.base_digest, proposal.proposed_digest):
        return None
    kept = session.scalars(
        select(RulePreview).where(
            RulePreview.proposal_id == proposal.id,
            RulePreview.snapshot_id == snapshot.id,
            RulePreview.base_digest == base.digest,
            RulePreview.proposed_digest == proposed.digest,
        )
    ).first()
    if kept is not None:
        return kept
    open_snapshot(snapshot)
    begun = clock.now()
    with working_folder(settings().snapshots_dir) as working, engine_in(working) as engine:
        changed = changed_codes(base, proposed)

        def register(subject: Subject) -> None:
            engine.register(subject.value, read_table(snapshot, subject.value))
            for rule_set in (base, proposed):
                asked = {one.code for one in rule_set.of_subject(subject)} & set(changed)
                check_columns(engine, rule_set, subject, asked)

        then = RuleMonth.parse(max(month, snapshot.month))
        found = count(engine, base, proposed, changed, then, register)
    made = RulePreview(
        proposal_id=proposal.id,
        snapshot_id=snapshot.id,
        base_digest=base.digest,
        proposed_digest=proposed.digest,
        made_at=clock.now(),
        figures={
            "snapshot_month": snapshot.month,
            "snapshot_digest": snapshot.digest,
            "snapshot_taken_at": snapshot.taken_at.isoformat(),
            "month": str(then),
            "milliseconds": int((clock.now() - begun).total_seconds() * 1000),
            "programmes": {code: one.as_json() for code, one in found.items()},
        },
    )
    session.add(made)
    session.flush()
    record(
        session,
        "rules.previewed",
        by=SYSTEM,
        on=("rule_proposals", proposal.id),
        details={
            "snapshot_digest": snapshot.digest,
            "base_digest": base.digest,
            "proposed_digest": proposed.digest,
        },
    )
    return made
