"""One row of a correction workbook for programs: mend it, or drop it."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from service.batches.api import Strict
from service.foundation.encryption import sealer
from service.officers.acting import Act, Acting, NoMore
from service.officers.may import require
from service.reconciliation.corrections import queries
from service.reconciliation.corrections.api import FileOut, out
from service.reconciliation.corrections.judge import ACT
from service.reconciliation.corrections.mend import drop, mend

router = APIRouter(prefix="/api/account-corrections", tags=["workbooks"])


class RowIn(Strict):
    """What a row should read; what is not sent stays, and the account's number is never sent back."""

    reference: str = Field(default="", max_length=200, examples=["AX00000012345"])
    account: str = Field(default="", max_length=200, examples=["6217000012345671175"])
    bank_name: str = Field(default="", max_length=200)
    bank_code: str = Field(default="", max_length=200)
    holder: str = Field(default="", max_length=200)
    evidence: str = Field(default="", max_length=200)


@router.post("/{correction_id}/rows/{row_id}")
def mend_row(act: Act, correction_id: UUID, row_id: UUID, body: RowIn) -> FileOut:
    """Keep what is sent; the workbook says which faults are left. Problem: ``correction_row_done``."""
    require(act.officer, ACT)
    one = queries.one_row(act.session, act.officer, correction_id, row_id)

    def do() -> FileOut:
        mend(
            act.session,
            one.row,
            body.model_dump(exclude_unset=True),
            by=act.officer,
            session_id=act.session_id,
        )
        return _file(act, correction_id)

    # What is kept to know the request again must not let anybody find the number by trying.
    blind = sealer().index(body.account, "account in a request").hex()[:40]
    return act.once(body.model_copy(update={"account": blind}), do, FileOut)


@router.post("/{correction_id}/rows/{row_id}/drop")
def drop_row(act: Act, correction_id: UUID, row_id: UUID, body: NoMore) -> FileOut:
    """Drop a row that is not wanted. Problem: ``correction_row_done``."""
    require(act.officer, ACT)
    one = queries.one_row(act.session, act.officer, correction_id, row_id)

    def do() -> FileOut:
        drop(act.session, one.row, by=act.officer, session_id=act.session_id)
        return _file(act, correction_id)

    return act.once(body, do, FileOut)


def _file(act: Acting, correction_id: UUID) -> FileOut:
    return out(act.session, act.officer, queries.one_file(act.session, act.officer, correction_id))
