"""Files of the software that changed underneath an approved change which stands in their place."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Words
from service.foundation.months import Month
from service.programmes.in_force import CASES, Overlay, counting
from service.programmes.models import RuleProposalFile


@dataclass(frozen=True)
class Overtaken:
    """A file whose shipped text is new, while an approved text goes on counting in its place."""

    file: str
    proposal: str
    """The change whose text counts, as people call it: R12."""

    @property
    def words(self) -> Words:
        """What has happened and what to do."""
        return Words(
            f"软件升级更新了 {self.file}，但当前生效的仍是规则变更 {self.proposal} 的文本，升级内容未生效；"
            "请比较两份文本，应采用升级内容的，请提出新的规则变更。",
            f"An upgrade of the software changed {self.file}, but the text of {self.proposal} still "
            "counts in its place and the upgrade's does not; compare the two, and propose a change "
            "if the upgrade's text shall count.",
        )


def overtaken(session: Session, month: Month | str) -> list[Overtaken]:
    """Return the files, by name, whose shipped text no change that counts in a month has ever seen.

    Cases decide nothing and are left out.
    """
    proposals = counting(session, month)
    files = session.scalars(
        select(RuleProposalFile).where(
            RuleProposalFile.proposal_id.in_([one.id for one in proposals])
        )
    ).all()
    seen: dict[str, set[str | None]] = {}
    counts: dict[str, str] = {}
    for proposal in proposals:
        for file in files:
            if file.proposal_id == proposal.id and not file.name.startswith(CASES):
                seen.setdefault(file.name, set()).update((file.before, file.after))
                counts[file.name] = proposal.spoken_name
    shipped = Overlay((), {})
    return [
        Overtaken(name, counts[name])
        for name in sorted(seen)
        if shipped.text_of(name) not in seen[name]
    ]
