"""How short the year's money is for a list, and what share of it is the list's.

A claim is a list as it was first made: the rests of its lines stay part of it, on whatever list they
stand by now. While the money cannot pay all that is asked for, no list may be paid to a larger part
of its claim than every other could be, what was paid of each before counted in. So nobody comes first,
and who was paid 60% already waits until the others have 60%, too.
"""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.ledger.models import Appropriation

OPEN = ("draft", "returned", "frozen", "noticed")
"""States of lists that ask for money and have none committed yet."""
_CLAIMS = text(
    """
    SELECT claim, sum(given_fen)::bigint, sum(given_fen + wanted_fen + waiting_fen)::bigint,
           coalesce(sum(wanted_fen) FILTER (WHERE batch_id = :batch), 0)::bigint,
           array_agg(batch_id) FILTER (WHERE wanted_fen > 0 AND batch_id <> :batch)
    FROM claims_on_money(:programme, :year) GROUP BY claim
    """
)


@dataclass(frozen=True)
class Claim:
    """What one list asked for at first, and how far it came; all in fen."""

    given_fen: int
    """Approved, and all that follows."""
    due_fen: int
    own_fen: int
    """What the list that is looked at would pay of it."""
    others: tuple[UUID, ...] = ()
    """The other open lists that would pay a part of it."""


@dataclass(frozen=True)
class Shortage:
    """The year's money for a programme, and who asks for it; all in fen."""

    left_fen: int
    wanted_fen: int
    """What the list would pay now."""
    claims: tuple[Claim, ...]

    @property
    def asked_fen(self) -> int:
        """What is due and not given yet on all lists of the programme and year, this one with them."""
        return sum(one.due_fen - one.given_fen for one in self.claims)

    @property
    def is_short(self) -> bool:
        """Whether the list would pay more than its share of what is left."""
        return self.wanted_fen > self.share_fen

    @property
    def share_fen(self) -> int:
        """What the list may pay now, so that every other could be paid to the same part."""
        if self.asked_fen <= self.left_fen:
            return self.wanted_fen
        least, most = 0, self.wanted_fen
        while least < most:
            middle = (least + most + 1) // 2
            if self._needed_fen(middle) <= self.left_fen:
                least = middle
            else:
                most = middle - 1
        return least

    def _needed_fen(self, now_fen: int) -> int:
        """Return what it takes to bring every claim to the part that this list reaches by ``now_fen``."""
        part = max(
            (one.given_fen + Fraction(one.own_fen * now_fen, self.wanted_fen)) / one.due_fen
            for one in self.claims
            if one.own_fen
        )
        return sum(max(0, int(part * one.due_fen) - one.given_fen) for one in self.claims)


def shortage(session: Session, batch: Batch, *, lock: bool = False) -> Shortage:
    """Return how the year's money stands for a list; ``lock`` keeps others from changing it meanwhile."""
    year = batch.month[:4]
    found = select(Appropriation).where(
        Appropriation.programme == batch.programme, Appropriation.year == int(year)
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    appropriation = session.scalars(found).first()
    left = appropriation.amount_fen - appropriation.committed_fen if appropriation else 0
    session.flush()
    about = {"batch": batch.id, "programme": batch.programme, "year": year}
    claims = tuple(
        Claim(given, due, own, tuple(others or ()))
        for _, given, due, own, others in session.execute(_CLAIMS, about)
        if due > given
    )
    return Shortage(left, sum(one.own_fen for one in claims), claims)
