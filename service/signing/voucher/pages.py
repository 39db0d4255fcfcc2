"""The voucher in the browser and as a file."""

from fastapi import APIRouter
from starlette.responses import Response

from service.batches import queries
from service.batches.about import require_seen
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.signing.voucher.pdf import pdf_of
from service.signing.voucher.voucher import voucher_of
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Row

router = APIRouter()


@router.get("/batches/{batch_no}/voucher")
def show_voucher(session: Transaction, officer: SignedInOfficer, batch_no: str) -> Response:
    """The voucher of a signed batch, to read or print."""
    require(officer, "signing.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch, "signing.read")
    voucher = voucher_of(session, batch)
    return page(
        "signing/voucher.html",
        batch=batch,
        voucher=voucher,
        account_columns=[
            Column(gettext("Debit account"), "code"),
            Column(gettext("Pay day")),
            Column(gettext("Lines")),
            Column(gettext("Amount in yuan")),
        ],
        account_rows=[Row(list(one)) for one in voucher.accounts],
    )


@router.get("/batches/{batch_no}/voucher.pdf")
def give_voucher(session: Transaction, officer: SignedInOfficer, batch_no: str) -> Response:
    """The same as PDF."""
    require(officer, "signing.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch, "signing.read")
    voucher = voucher_of(session, batch)
    return Response(
        pdf_of(voucher),
        media_type="application/pdf",
        headers={"content-disposition": f'attachment; filename="{voucher.number}.pdf"'},
    )
