"""What would become of each chosen list: moved, or left where it is and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches import figures
from service.batches.about import batches_seen_by
from service.batches.figures import Totals
from service.batches.models import Batch
from service.batches.seen import mark_of
from service.foundation.problems import NotFound, Problem
from service.officers.models import Officer
from service.signing.offers import offers
from service.web.here import visit
from service.web.language import gettext

SeveralAct = Literal["submit", "approve", "return"]
ACTS: tuple[SeveralAct, ...] = get_args(SeveralAct)
LISTS_MAX = 100


class DecideAlone(Problem):
    """A list is decided on its own sheet, and not among others."""

    code = "decide_alone"
    status = 409
    title = "This list is decided by itself"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"{batch.batch_no} was screened while a control was off; approve it on its own sheet.",
            f"{batch.batch_no} 核验时有控制处于关闭状态，请在该批次的审批页单独办理。",
        )


@dataclass(frozen=True)
class Looked:
    """One chosen list; of one that the officer does not see, nothing but what was asked for."""

    batch_no: str
    batch: Batch | None
    sums: Totals
    mark: str
    refused: str
    """Why it stays where it is; "" when it would move."""

    @property
    def moves(self) -> bool:
        return not self.refused


def look(
    session: Session, officer: Officer, act: SeveralAct, numbers: Sequence[str], *, on: date
) -> list[Looked]:
    """Return what an act would do with each list, once each, in the order of their numbers."""
    wanted = sorted(set(numbers))[:LISTS_MAX]
    query = select(Batch).where(Batch.batch_no.in_(wanted), batches_seen_by(officer))
    found = {batch.batch_no: batch for batch in session.scalars(query)}
    totals = figures.totals_of(session, [batch.id for batch in found.values()], officer)
    return [
        _looked(session, officer, act, found[number], totals[found[number].id], on)
        if number in found
        else Looked(number, None, Totals(), "", NotFound("batch").say(visit().language))
        for number in wanted
    ]


def require_among_others(batch: Batch, act: SeveralAct) -> None:
    """Raise :class:`DecideAlone` for what nobody approves without having opened its sheet."""
    if act == "approve" and batch.controls_off:
        raise DecideAlone(batch)


def _looked(
    session: Session, officer: Officer, act: SeveralAct, batch: Batch, sums: Totals, on: date
) -> Looked:
    offered = [one for one in offers(session, batch, officer, sums, on=on) if one.act == act]
    refused = offered[0].blocked if offered else gettext("This is not yours to do, or not now.")
    if not refused:
        try:
            require_among_others(batch, act)
        except DecideAlone as alone:
            refused = alone.say(visit().language)
    return Looked(batch.batch_no, batch, sums, mark_of(session, batch), refused)
