"""What programs are told about acts on many exceptions: previews, decisions, assignments, progress."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from service.batches.api import Strict
from service.batches.exceptions.assign import AssignPreview
from service.batches.exceptions.choose import Share
from service.batches.exceptions.clear import ClearPreview
from service.batches.exceptions.models import ExceptionAssignment, ExceptionDecision


class ShareOut(Strict):
    """Of some of what was chosen: exceptions, different lines, and the lines' money."""

    name: str
    exceptions: int
    lines: int
    amount_fen: int


class ClearShown(Strict):
    """What clearing would do, and what it would leave out and why; nothing was changed."""

    mark: str = Field(description="Repeat it to confirm; it changes with everything chosen.")
    total: ShareOut
    freed: ShareOut = Field(description="Of the lines: those that nothing else holds.")
    programmes: list[ShareOut]
    townships: list[ShareOut]
    controls: list[ShareOut]
    refused: list[ShareOut]


class AssignShown(Strict):
    """What assigning would do; nothing was changed."""

    mark: str = Field(description="Repeat it to confirm; it changes with everything chosen.")
    total: ShareOut
    offices: list[ShareOut]
    taken: int = Field(description="Of them: those that another office has now.")
    first_due_on: date | None
    last_due_on: date | None
    programmes: list[ShareOut]
    townships: list[ShareOut]
    refused: list[ShareOut]


class DecisionOut(Strict):
    """Many holds cleared by one act."""

    decision_no: str
    decided_at: datetime
    reason: str
    exceptions: int
    lines: int
    amount_fen: int
    exceptions_digest: str


class AssignmentOut(Strict):
    """Exceptions given to one office by one act."""

    assignment_no: str
    office: str
    given_at: datetime
    note: str
    exceptions: int
    amount_fen: int
    exceptions_digest: str


class AssignmentsOut(Strict):
    """One assignment an office."""

    assignments: list[AssignmentOut]


class ProgressOut(Strict):
    """How one office has come on; ``oldest`` is since when the oldest that is not done waits."""

    office: str
    given: int
    done: int
    done_basis_points: int
    overdue: int
    returned: int
    oldest: datetime | None
    last_due_on: date | None


def common_out(shown: ClearPreview | AssignPreview) -> dict[str, Any]:
    """Return what both previews say."""
    return {
        "mark": shown.mark,
        "total": share_out(shown.total),
        "programmes": [share_out(one) for one in shown.programmes],
        "townships": [share_out(one) for one in shown.townships],
        "refused": [share_out(one) for one in shown.refused],
    }


def share_out(one: Share) -> ShareOut:
    """Return one share."""
    return ShareOut(name=one.name, exceptions=one.count, lines=one.lines, amount_fen=one.amount_fen)


def decision_out(made: ExceptionDecision) -> DecisionOut:
    """Return a decision."""
    return DecisionOut(
        decision_no=made.decision_no,
        decided_at=made.decided_at,
        reason=made.reason,
        exceptions=made.count,
        lines=made.lines,
        amount_fen=made.amount_fen,
        exceptions_digest=made.digest,
    )


def assignment_out(made: ExceptionAssignment) -> AssignmentOut:
    """Return an assignment."""
    return AssignmentOut(
        assignment_no=made.assignment_no,
        office=made.organisation,
        given_at=made.given_at,
        note=made.note,
        exceptions=made.count,
        amount_fen=made.amount_fen,
        exceptions_digest=made.digest,
    )
