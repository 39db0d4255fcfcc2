"""The page that says what a proof to keep is, and the file itself."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from service.enquiry.proof import proof_for, take_proof
from service.enquiry.signed_in import person
from service.enquiry.wards.acting import whom
from service.foundation.months import Month
from service.foundation.spoken import spoken_day
from service.programmes.titles import title
from service.web.here import visit
from service.web.render import page
from service.web.transactions import Transaction

router = APIRouter()
Code = Annotated[str, Path(max_length=16)]
Choice = Annotated[str, Query(max_length=7)]
Place = Annotated[int, Query(ge=1, le=99)]
Key = Annotated[str, Query(alias="whom", max_length=24)]


@router.get("/me/payments/{code}/proof")
def show_proof(
    request: Request,
    session: Transaction,
    code: Code,
    month: Choice = "",
    place: Place = 1,
    key: Key = "",
) -> Response:
    """Say what the file proves, and to whom it tells what."""
    person_id = person(request, session)
    if person_id is None:
        return RedirectResponse("/me", status_code=303)
    one = whom(session, person_id, key)
    payment = proof_for(session, one, str(Month.parse(month)), code, place)
    language = visit().language
    more = f"&whom={key}" if key else ""
    back = "/me/others" if key else f"/me/payments?month={month}"
    return page(
        "enquiry/proof.html",
        name=title(code, language),
        amount_fen=payment.amount_fen,
        on=spoken_day(payment.settled_on, language) if payment.settled_on else "",
        month=month,
        whose=one.name,
        acted_as=one.acted_as or "",
        back=back,
        file=f"/me/payments/{code}/proof.txt?month={month}&place={place}{more}",
    )


@router.get("/me/payments/{code}/proof.txt")
def take(
    request: Request,
    session: Transaction,
    code: Code,
    month: Choice = "",
    place: Place = 1,
    key: Key = "",
) -> Response:
    """The file. Problem: ``proof_not_yet`` while the last act waits for its signature."""
    person_id = person(request, session)
    if person_id is None:
        return RedirectResponse("/me", status_code=303)
    one = whom(session, person_id, key)
    payment = proof_for(session, one, str(Month.parse(month)), code, place)
    return Response(
        take_proof(session, one, payment),
        media_type="text/plain; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="proof-{payment.reference}.txt"'},
    )
