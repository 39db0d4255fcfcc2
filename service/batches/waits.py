"""Whom each list waits for, and whether that is late: what a page of many lists shows first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.web.language import gettext

WAITING = ("draft", "returned", "frozen", "noticed", "prepared")
"""The states in which a list goes no further by itself."""


@dataclass(frozen=True)
class Wait:
    """Whom a list waits for and by when; ``late`` once that day is over."""

    said: str
    late: bool = False


# What stands above this stage knows the chain's steps, as `service.app` arranges it.
_told_by: list[Callable[[Session, Sequence[Batch]], Mapping[UUID, Wait]]] = []


def tell_waits_by(read: Callable[[Session, Sequence[Batch]], Mapping[UUID, Wait]]) -> None:
    """Let a function tell, of many lists in a few statements, which step each waits for."""
    _told_by[:] = [read]


def waits_of(session: Session, batches: Sequence[Batch]) -> dict[UUID, Wait]:
    """Return whom each list waits for; one that goes on by itself, or is done, is left out."""
    open_ones = [batch for batch in batches if batch.state in WAITING]
    told = _told_by[0](session, open_ones) if _told_by and open_ones else {}
    return {batch.id: told.get(batch.id) or _plain(batch) for batch in open_ones}


def _plain(batch: Batch) -> Wait:
    if batch.state == "draft":
        return Wait(gettext("its maker, to submit it"))
    if batch.state == "returned":
        return Wait(gettext("its maker, to mend it and submit it again"))
    if batch.state == "prepared":
        return Wait(gettext("the signature"))
    return Wait(gettext("the review"))
