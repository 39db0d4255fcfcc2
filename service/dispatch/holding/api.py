"""Held lines for programs: the same acts by the same policy as on pages."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from service.batches.api import Strict
from service.batches.pages import session_id
from service.batches.withheld.queries import Held, of_file
from service.dispatch.about import about_file
from service.dispatch.holding.forms import Holding, held_by_two, released, signed_of
from service.dispatch.holding.words import ended, why
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])


class HeldLineOut(Strict):
    """A line that was left out of a signed file."""

    reference: str
    amount_fen: int
    state: str = Field(description="Of the payment; withheld until it is issued again.")
    control: str = Field(
        description='The control that found a death; "" where two officers decided.'
    )
    why: str
    at: datetime
    ended: str = Field(description='What became of the hold; "" while it stands.')


class ReleaseIn(Strict):
    """A line to release, and what was found."""

    reference: str = Field(max_length=40)
    reason: str = Field(max_length=1024)


@router.get("/{file_id}/hold")
def read_held(session: Transaction, officer: SignedInOfficer, file_id: UUID) -> list[HeldLineOut]:
    """What was left out of one signed file."""
    require(officer, "dispatch.read", about_file(session, file_id))
    return [_out(one) for one in of_file(session, signed_of(session, file_id))]


@router.post("/{file_id}/hold", status_code=201)
def hold_lines(
    request: Request, session: Transaction, officer: SignedInOfficer, file_id: UUID, given: Holding
) -> None:
    """Leave lines out of a signed file; the second officer is named with a password."""
    require(officer, "dispatch.send", about_file(session, file_id))
    held_by_two(request, officer, file_id, given)


@router.post("/{file_id}/hold/release")
@once_only
def release_line(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    given: ReleaseIn,
) -> None:
    """Release a held line, to be issued again in a later list."""
    require(officer, "dispatch.send", about_file(session, file_id))
    released(session, officer, file_id, given.reference, given.reason, session_id(request))


def _out(one: Held) -> HeldLineOut:
    return HeldLineOut(
        reference=one.payment.reference,
        amount_fen=one.payment.amount_fen,
        state=one.payment.state,
        control=one.line.control,
        why=why(one),
        at=one.act.at,
        ended=ended(one),
    )
