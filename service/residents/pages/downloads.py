"""Workbooks for the department: its rejected rows with their reasons."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents.importing.give_back import rejected_workbook
from service.residents.pages.delivery import found
from service.web.transactions import Transaction

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/feeds/{code}/deliveries/{delivery_id}/rejected")
def download_rejected(
    session: Transaction, officer: SignedInOfficer, code: str, delivery_id: UUID
) -> Response:
    """Give a delivery's rejected rows out as a workbook; that is recorded, so it is no plain link."""
    require(officer, "feeds.import")
    feed, one = found(session, code, delivery_id)
    content = rejected_workbook(session, one, by=officer.actor())
    return workbook(content, f"{feed.code}-rejected-{one.as_of.isoformat()}.xlsx")


def workbook(content: bytes, name: str) -> Response:
    """Return a workbook as a download; ``name`` is made of codes and days only."""
    return Response(
        content, media_type=XLSX, headers={"content-disposition": f'attachment; filename="{name}"'}
    )
