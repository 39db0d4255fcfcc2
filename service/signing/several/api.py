"""Several lists for programs: look, then decide on each; a list that is refused stops no other."""

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy.orm import Session

from service.batches.api import Strict
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.officers.acting import Act
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.signing.several.decide import Decision, decide_each
from service.signing.several.look import LISTS_MAX, SeveralAct, look
from service.web.once import once
from service.web.transactions import Transaction, opener

router = APIRouter(prefix="/api/several-lists", tags=["batches"])
NEEDS: dict[SeveralAct, str] = {
    "submit": "batches.submit",
    "approve": "approvals.decide",
    "return": "batches.read",
}
"""What each act asks of whoever does it to one list; a return asks for the step besides."""


class SeveralAsked(Strict):
    """An act and the lists it is to be looked at for."""

    act: SeveralAct
    batches: list[str] = Field(min_length=1, max_length=LISTS_MAX, examples=[["MZ15-2026-10-01"]])


class ListShown(Strict):
    """One list: what it would pay, the mark that the decision repeats, and why it would stay."""

    batch_no: str
    lines: int
    amount_fen: int
    held: int
    seen: str
    refused: str = Field(description="Why the act is not done to it; empty where it would be.")


class SeveralShown(Strict):
    """What would be done; the sums are of the lists that would move."""

    act: SeveralAct
    moving: int
    lines: int
    amount_fen: int
    lists: list[ListShown]


class ListSeen(Strict):
    """One list as it was read."""

    batch_no: str = Field(max_length=40)
    seen: str = Field(
        max_length=64, description="The mark from looking, or from reading the batch."
    )


class SeveralDecided(Strict):
    """The same decision on each list, as it was read; a return needs its reason."""

    act: SeveralAct
    reason: str = Field(default="", max_length=500)
    batches: list[ListSeen] = Field(min_length=1, max_length=LISTS_MAX)


class ListOutcome(Strict):
    """What became of one list; ``code`` and the sentences are of the problem, where there was one."""

    batch_no: str
    done: bool
    code: str = ""
    detail: str = ""
    detail_zh: str = ""


class SeveralOutcome(Strict):
    """What became of each list, by number."""

    act: SeveralAct
    lists: list[ListOutcome]


@router.post("/look")
def look_at_lists(
    session: Transaction, officer: SignedInOfficer, body: SeveralAsked
) -> SeveralShown:
    """Say what an act would do to each of several lists; nothing is changed."""
    require(officer, "batches.read")
    found = look(session, officer, body.act, body.batches, on=clock.today())
    moving = [one for one in found if one.moves]
    return SeveralShown(
        act=body.act,
        moving=len(moving),
        lines=sum(one.sums.payable for one in moving),
        amount_fen=sum(one.sums.payable_fen for one in moving),
        lists=[
            ListShown(
                batch_no=one.batch_no,
                lines=one.sums.payable,
                amount_fen=one.sums.payable_fen,
                held=one.sums.held,
                seen=one.mark,
                refused=one.refused,
            )
            for one in found
        ],
    )


@router.post("")
def decide_on_lists(act: Act, body: SeveralDecided) -> SeveralOutcome:
    """Submit, approve or return each of several lists as its own act; read which of them were.

    Each is done in a transaction of its own, so the answer is 200 when some were refused. Problems of
    the whole: ``reason_missing``, ``not_allowed``.
    """
    return decided(act.request, act.session, act.officer, body, act.key)


def decided(
    request: Request, session: Session, officer: Officer, body: SeveralDecided, key: str
) -> SeveralOutcome:
    """Decide on each list once however often it is asked for under a key; keep what was answered."""
    require(officer, NEEDS[body.act])
    if body.act == "return" and not body.reason.strip():
        raise ReasonMissing
    session_id = str(request.state.officer_session.id)
    decision = Decision(body.act, body.reason, officer.id, session_id, clock.today())

    def do() -> SeveralOutcome:
        chosen = [(one.batch_no, one.seen) for one in body.batches]
        found = decide_each(opener(request), decision, chosen)
        return SeveralOutcome(
            act=body.act,
            lists=[
                ListOutcome(batch_no=number, done=True)
                if problem is None
                else ListOutcome(
                    batch_no=number,
                    done=False,
                    code=problem.code,
                    detail=problem.sentence,
                    detail_zh=problem.sentence_zh,
                )
                for number, problem in found
            ],
        )

    return once(session, request, body, do, caller=officer.id, key=key, kind=SeveralOutcome)
