"""Write a proposal: what changes, under which law, why, and from which month on."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from eligibility_rules.evidence import Evidence
from service.audit.moves import event_for
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.months import Month
from service.officers.may import require
from service.officers.models import Officer
from service.programmes.models import RuleProposal, RuleProposalFile
from service.programmes.proposals.allowed import require_files
from service.programmes.proposals.check import Checked, check
from service.programmes.proposals.problems import NotTheAuthor, ProposalIncomplete
from service.programmes.proposals.queries import locked

CHARS_MAX = 2_000
MARKS = tuple(Evidence)
"""How a law may be known; the words of the rule files."""


@dataclass(frozen=True)
class Written:
    """What the author of a proposal says; ``texts`` are whole files by their names."""

    title: str
    law: str
    evidence: str
    reason: str
    effective_month: str
    texts: Mapping[str, str]

    def checked(self) -> "Written":
        """Return it without blanks around; raises ProposalIncomplete and BadMonth."""
        said = {
            ("title", "标题"): self.title.strip(),
            ("law", "依据"): self.law.strip(),
            ("reason", "理由"): self.reason.strip(),
        }
        for (field, field_zh), text in said.items():
            if not 0 < len(text) <= CHARS_MAX:
                raise ProposalIncomplete(field, field_zh)
        if self.evidence.partition(":")[0].strip() not in set(MARKS):
            raise ProposalIncomplete("evidence", "依据来源")
        title, law, reason = said.values()
        month = str(Month.parse(self.effective_month.strip()))
        texts = {name: _plain(text) for name, text in self.texts.items()}
        return Written(title, law, self.evidence.strip(), reason, month, texts)


def write(session: Session, written: Written, *, by: Officer, session_id: str = "") -> RuleProposal:
    """Keep a draft whose rules load and whose cases come out; raises as :func:`check.check`.

    Raises NotAllowed, ProposalIncomplete and BadMonth as well.
    """
    require(by, "rules.propose")
    said = written.checked()
    require_files(by, "rules.propose", said.texts)
    found = check(session, said.texts, said.effective_month)
    proposal = RuleProposal(
        id=ids.uuid7(),
        state="draft",
        written_by=by.id,
        written_at=clock.now(),
        base_digest=found.base.digest,
        proposed_digest=found.proposed.digest,
        title=said.title,
        law=said.law,
        evidence=said.evidence,
        reason=said.reason,
        effective_month=said.effective_month,
    )
    session.add(proposal)
    session.flush()
    keep_files(session, proposal, said.texts, found)
    record(
        session,
        event_for("rule_proposals", proposal.spoken_name, "", "draft"),
        by=by.actor(session_id),
        on=("rule_proposals", proposal.id),
        after="draft",
        reason=said.reason,
        details=details_of(proposal, found),
    )
    session.flush()
    return proposal


def rewrite(
    session: Session, proposal: RuleProposal, written: Written, *, by: Officer, session_id: str = ""
) -> None:
    """Write a draft, or one that was returned, anew; raises as :func:`write`, and NotTheAuthor."""
    require(by, "rules.propose")
    said = written.checked()
    require_files(by, "rules.propose", said.texts)
    locked(session, proposal)
    if proposal.written_by != by.id:
        raise NotTheAuthor
    event_for("rule_proposals", proposal.spoken_name, proposal.state, "submitted")
    found = check(session, said.texts, said.effective_month)
    proposal.title, proposal.law, proposal.evidence = said.title, said.law, said.evidence
    proposal.reason, proposal.effective_month = said.reason, said.effective_month
    proposal.base_digest, proposal.proposed_digest = found.base.digest, found.proposed.digest
    session.flush()
    keep_files(session, proposal, said.texts, found)
    record(
        session,
        "rules.rewritten",
        by=by.actor(session_id),
        on=("rule_proposals", proposal.id),
        before=proposal.state,
        after=proposal.state,
        reason=said.reason,
        details=details_of(proposal, found),
    )
    session.flush()


def keep_files(
    session: Session, proposal: RuleProposal, texts: Mapping[str, str], found: Checked
) -> None:
    """Keep the texts, each beside the one it takes the place of."""
    session.execute(delete(RuleProposalFile).where(RuleProposalFile.proposal_id == proposal.id))
    session.add_all(
        RuleProposalFile(
            proposal_id=proposal.id, name=name, before=found.overlay.text_of(name), after=text
        )
        for name, text in sorted(texts.items())
    )
    session.flush()


def details_of(proposal: RuleProposal, found: Checked) -> dict[str, object]:
    """Return what the trail keeps about a proposal."""
    return {
        "proposal": proposal.spoken_name,
        "effective": proposal.effective_month,
        "base_digest": found.base.digest,
        "proposed_digest": found.proposed.digest,
        "programmes": list(found.changed),
    }


def _plain(text: str) -> str:
    """A text as files have it: browsers send carriage returns."""
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"
