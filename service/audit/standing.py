"""What is known of the trail without looking through it: the chain, its last verification, what is newer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.audit import queries
from service.audit.nightly.ask import waiting_since
from service.audit.nightly.models import AuditVerification
from service.audit.nightly.queries import LATE_AFTER, latest
from service.audit.queries import Chain
from service.audit.standalone.classes import MEANING
from service.foundation import clock


@dataclass(frozen=True)
class Standing:
    """Where the trail stands, and what was found when it was last gone through from its first entry."""

    chain: Chain
    last: AuditVerification | None
    waits_since: datetime | None

    @property
    def newer(self) -> int:
        """Return how many entries no verification has seen."""
        seen = self.last.entries if self.last and self.last.verified else 0
        return max(self.chain.entries - seen, 0)

    @property
    def is_shorter(self) -> bool:
        """Return whether there are fewer entries now than were verified: some are gone."""
        return bool(self.last and self.last.verified and self.chain.entries < self.last.entries)

    @property
    def is_old(self) -> bool:
        """Return whether the last verification is older than one may be."""
        return self.last is not None and clock.now() - self.last.ended_at > LATE_AFTER

    def wrong(self, *, zh: bool) -> str:
        """Return what was wrong, "" where nothing was."""
        if self.last is None or self.last.verified:
            return ""
        en_said, zh_said = MEANING[self.last.code]
        return zh_said if zh else en_said


def standing(session: Session) -> Standing:
    """Return where the trail stands: a few rows are read, no entry."""
    return Standing(queries.chain(session), latest(session), waiting_since(session))
