"""Notices for programs, without signing in: what hangs, one list, an objection, its answer."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from service.audit.proof.daily import daily_roots
from service.foundation import clock
from service.notices import queries
from service.notices.objections.lodge import Said, lodge
from service.notices.objections.track import tracked
from service.notices.public_view import LINES_A_PAGE, public_title
from service.notices.queries import Posted
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/notices", tags=["notices"])
Number = Annotated[str, Path(max_length=60, examples=["MZ17-2026-10-01-G1"])]


class NoticeOut(BaseModel):
    """One posting."""

    number: str = Field(examples=["MZ17-2026-10-01-G1"])
    title: str
    month: str = Field(examples=["2026-10"])
    level: str = Field(examples=["village"])
    posted_on: date
    ends_on: date = Field(description="The last day; it can be approved from the next day.")
    days: int = Field(examples=[7])
    counted: str = Field(examples=["natural"], description="natural or working.")
    unknown_years: list[int] = Field(description="Years whose holidays were not announced.")
    standing: str = Field(examples=["hanging"], description="hanging, ended or replaced.")


class NoticeLineOut(BaseModel):
    """A line that is shown by name; ``amount_fen`` is null where amounts are not shown."""

    model_config = ConfigDict(from_attributes=True)
    place: int = Field(examples=[17])
    name_masked: str = Field(examples=["王**"])
    division: str | None
    amount_fen: int | None


class NoticeDetail(NoticeOut):
    """One posting with a page of what it shows; nothing once it does not hang any more."""

    lines: list[NoticeLineOut]
    next: int = Field(description="Send this back as `after` for the next page; 0 at the end.")


class DailyRootOut(BaseModel):
    """The head of the audit log at the end of a day."""

    model_config = ConfigDict(from_attributes=True)
    day: date
    size: int = Field(examples=[48213], description="How many entries.")
    root: str = Field(description="64 hex digits.")


class ObjectionIn(BaseModel):
    """What somebody says; ``place`` is the number on the list, left out for the whole list."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=5_000)
    place: int | None = Field(default=None, ge=1, le=10_000_000)
    who: str = Field(default="other", max_length=20, description="resident, neighbour or other.")
    contact: str = Field(default="", max_length=400)
    once: str = Field(
        default="",
        max_length=64,
        description="Your own random text: repeated, it is one objection.",
    )


class ObjectionTaken(BaseModel):
    """The code is told once and kept nowhere."""

    code: str = Field(examples=["7K2M4P-9QRT0X"])
    line_held: bool
    due_on: date


class CodeIn(BaseModel):
    """The code of an objection."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(max_length=64, examples=["7K2M4P-9QRT0X"])


class AnswerOut(BaseModel):
    """What became of an objection."""

    model_config = ConfigDict(from_attributes=True)
    notice_number: str
    state: str = Field(examples=["dismissed"], description="open, upheld or dismissed.")
    lodged_at: datetime
    due_on: date
    answered_at: datetime | None
    answer: str


@router.get("")
def list_notices(session: Transaction) -> list[NoticeOut]:
    """List what hangs now, and what ended lately."""
    return [NoticeOut(**said(one)) for one in queries.posted(session, on=clock.today())]


@router.get("/daily-roots")
def list_daily_roots(session: Transaction) -> list[DailyRootOut]:
    """List the digest of everything recorded up to each of the last days, the newest first.

    It is the root of the audit log (RFC 6962): the same as a witness's, or something was changed.
    """
    return [DailyRootOut.model_validate(one) for one in daily_roots(session, before=clock.today())]


@router.get("/{number}")
def read_notice(
    session: Transaction,
    number: Number,
    village: Annotated[str, Query(max_length=12)] = "",
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> NoticeDetail:
    """Read one notice; names only while it hangs, children and sensitive programmes never."""
    posted = queries.by_number(session, number, on=clock.today())
    lines, following = (
        queries.named_lines(
            session, posted.notice, division=village, after=after, limit=LINES_A_PAGE
        )
        if posted.standing == "hanging"
        else ([], 0)
    )
    shown = [NoticeLineOut.model_validate(line) for line in lines]
    return NoticeDetail(**said(posted), lines=shown, next=following)


@router.post("/{number}/objections", status_code=201)
def object_to(session: Transaction, number: Number, given: ObjectionIn) -> ObjectionTaken:
    """Object to a line or to the list; the line waits until it is answered.

    Problems: ``objection_incomplete``, ``notice_over``, ``objected_too_often``.
    """
    today = clock.today()
    posted = queries.by_number(session, number, on=today)
    lodged = lodge(
        session,
        posted.notice,
        Said(given.text, given.who, given.contact, given.place, given.once),
        on=today,
    )
    return ObjectionTaken(
        code=lodged.code, line_held=lodged.line_held, due_on=lodged.objection.due_on
    )


@router.post("/answers")
def read_answer(session: Transaction, given: CodeIn) -> AnswerOut:
    """Read the answer by the code. Problem: ``objection_code_unknown``."""
    return AnswerOut.model_validate(tracked(session, given.code))


def said(posted: Posted) -> dict[str, object]:
    """Return what programs and the command line are told about a posting."""
    notice = posted.notice
    return {
        "number": notice.number or "",
        "title": public_title(posted),
        "month": posted.batch.month,
        "level": notice.level,
        "posted_on": notice.posted_on,
        "ends_on": notice.ends_on,
        "days": notice.days,
        "counted": notice.counted,
        "unknown_years": notice.unknown_years,
        "standing": posted.standing,
    }
