"""An unknown bank file sent again by a program: the officer, and a second one by password."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from service.batches.release import ReasonMissing
from service.dispatch.about import about_file
from service.dispatch.models import BankFile
from service.dispatch.pages import release_by
from service.dispatch.second_officer import confirm
from service.officers.acting import Act, Declared
from service.officers.may import require
from service.web.transactions import opener

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])


class ResendIn(Declared):
    """Why the file is sent again, and the second officer, who proves it by the password."""

    reason: str = Field(max_length=500, examples=["银行书面确认未收到该文件"])
    username: str = Field(max_length=64)
    password: str = Field(max_length=1024)


class Resent(Declared):
    """A bank file after the act."""

    file_id: UUID
    file_name: str
    state: str = Field(examples=["prepared"])


@router.post("/{file_id}/resend")
def resend(act: Act, file_id: UUID, body: ResendIn) -> Resent:
    """Let an unknown file be sent again; once it was, asking again is refused.

    Problems: ``reason_missing``, ``two_people_needed``, ``still_unknown``, ``illegal_move``.
    """
    require(act.officer, "dispatch.send")
    require(act.officer, "dispatch.send", about_file(act.session, file_id))
    if not body.reason.strip():
        raise ReasonMissing
    second = confirm(opener(act.request), body.username, body.password)
    with opener(act.request)() as deciding:
        release_by(deciding, file_id, act.officer.id, second, body.reason)
    file = act.session.get_one(BankFile, file_id, populate_existing=True)
    return Resent(file_id=file.id, file_name=file.file_name, state=file.state)
