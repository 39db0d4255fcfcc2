"""The public page of what people were spared."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.enquiry.spared.reckon import FORM_MINUTES, MINUTES_MAX, PROOF_MINUTES, Assumed
from service.enquiry.spared.view import spared_page
from service.web.render import page
from service.web.transactions import Transaction

router = APIRouter()
Minutes = Annotated[int, Query(ge=0, le=MINUTES_MAX)]


@router.get("/burden")
def show_burden(
    session: Transaction,
    year: Annotated[int, Query(ge=0, le=9999)] = 0,
    township: Annotated[str, Query(max_length=12)] = "",
    form: Minutes = FORM_MINUTES,
    proof: Minutes = PROOF_MINUTES,
) -> Response:
    """Forms and proofs replaced, requests answered by data, and the hours on a stated assumption."""
    assumed = Assumed(form, proof)
    view = spared_page(session, assumed, year=year, township=township)
    return page("enquiry/spared.html", view=view, assumed=assumed, township=township)
