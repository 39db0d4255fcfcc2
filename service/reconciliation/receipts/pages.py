"""Pages of what nobody knows: a receipt without a payment, and a reply's line that moved nothing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.models import Payment
from service.batches.recoveries.paid_twice import case_of
from service.batches.words import line_tag
from service.foundation.money import fen_from_yuan, yuan
from service.foundation.problems import NotFound, Problem
from service.ledger.queries import channels
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import links, words
from service.reconciliation.models import InboundFile, ReplyLine
from service.reconciliation.receipts import assign, queries, resolve, views
from service.reconciliation.receipts.after_reissue import last_of
from service.reconciliation.receipts.models import ReceiptAssignment, ReplyLineResolution
from service.reconciliation.receipts.neighbours import neighbours
from service.reconciliation.receipts.queries import Receipt
from service.reconciliation.receipts.suggestions import for_line, for_receipt
from service.web import filters
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Link, Row, Tag

router = APIRouter()
Text = Annotated[str, Form(max_length=500)]
References = Annotated[str, Form(max_length=4000)]
_ID_MAX = 2**63


@router.get("/reconciliation/receipts/{line_id}")
def show_receipt(
    session: Transaction,
    officer: SignedInOfficer,
    line_id: int,
    reference: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One receipt beside what it may be; a chosen reference stands in the form that says which it is."""
    require(officer, "reconciliation.read")
    given = {"references": reference}
    return _receipt_page(session, officer, _receipt(session, line_id), given=given)


@router.post("/reconciliation/receipts/{line_id}")
def ask_receipt(
    session: Transaction, officer: SignedInOfficer, line_id: int,
    references: References = "", fee: Text = "", reason: Text = "",
) -> Response:  # fmt: skip
    """Say which payments a receipt gives back; another officer confirms it."""
    require(officer, "reconciliation.resolve")
    receipt = _receipt(session, line_id)
    given = {"references": references, "fee": fee, "reason": reason}
    try:
        with session.begin_nested():
            assign.ask(
                session, receipt, references.replace(",", " ").replace("，", " ").split(),
                fee_fen=fen_from_yuan(fee) if fee.strip() else 0, reason=reason, by=officer,
            )  # fmt: skip
    except Problem as problem:
        return _receipt_page(session, officer, receipt, problem, given)
    except ValueError:
        fault = Problem(
            "The fee is an amount in yuan with at most two decimals.",
            "手续费须为最多两位小数的人民币金额。",
        )
        return _receipt_page(session, officer, receipt, fault, given)
    return RedirectResponse(f"/reconciliation/receipts/{line_id}", status_code=303)


@router.post("/reconciliation/receipts/{line_id}/{act}")
def decide_receipt(
    session: Transaction, officer: SignedInOfficer, line_id: int, act: str
) -> Response:
    """Confirm what another officer said of a receipt, or take it back."""
    require(officer, "reconciliation.resolve")
    receipt = _receipt(session, line_id)
    decide = {"confirm": assign.confirm, "withdraw": assign.withdraw}.get(act)
    if decide is None:
        raise NotFound
    try:
        with session.begin_nested():
            decide(session, receipt, by=officer)
    except Problem as problem:
        return _receipt_page(session, officer, receipt, problem)
    return RedirectResponse(f"/reconciliation/receipts/{line_id}", status_code=303)


@router.get("/reconciliation/lines/{line_id}")
def show_line(session: Transaction, officer: SignedInOfficer, line_id: int) -> Response:
    """One line of a reply that moved nothing, and ending its matter."""
    require(officer, "reconciliation.read")
    return _line_page(session, officer, _line(session, line_id))


@router.post("/reconciliation/lines/{line_id}/{act}")
def resolve_line(
    session: Transaction, officer: SignedInOfficer, line_id: int, act: str, reason: Text = ""
) -> Response:
    """Keep what the bank explained, or take a rejected payment as paid after all."""
    require(officer, "reconciliation.resolve")
    line = _line(session, line_id)
    end = {"explain": resolve.explain, "paid-late": resolve.believe_paid}.get(act)
    if end is None:
        raise NotFound
    try:
        with session.begin_nested():
            end(session, line, reason=reason, by=officer)
    except Problem as problem:
        return _line_page(session, officer, line, problem)
    return RedirectResponse(f"/reconciliation/lines/{line_id}", status_code=303)


def _receipt(session: Session, line_id: int) -> Receipt:
    found = queries.one(session, line_id) if 0 < line_id < _ID_MAX else None
    if found is None:
        raise NotFound("receipt")
    return found


def _line(session: Session, line_id: int) -> ReplyLine:
    found = session.get(ReplyLine, line_id) if 0 < line_id < _ID_MAX else None
    if found is None or found.outcome not in words.LEFT_LYING:
        raise NotFound("line")
    return found


def _receipt_page(
    session: Session,
    officer: Officer,
    receipt: Receipt,
    problem: Problem | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    asked = queries.standing(session, receipt.line.id)
    who = session.get(Officer, asked.asked_by) if asked else None
    banks = {one.id: one.name for one in channels(session)}
    return page(
        "reconciliation/receipt.html",
        status=problem.status if problem else 200,
        receipt=receipt,
        asked=asked,
        asked_by=who.name if who else "",
        tag=_receipt_tag(asked.state if asked else ""),
        crumbs=[Link(gettext("Reconciliation"), "/reconciliation")],
        faults=[Fault(problem.say(visit().language))] if problem else [],
        given={"references": "", "fee": "", "reason": ""} | (given or {}),
        may_resolve=may(officer, "reconciliation.resolve"),
        is_own=asked is not None and asked.asked_by == officer.id,
        columns=_payment_columns(),
        parts=[_payment_row(one, banks) for one in queries.parts(session, asked)] if asked else [],
        links=_receipt_links(session, receipt, asked),
        around=neighbours(session, "receipt", receipt.line.id),
        fact_columns=views.columns(),
        suggestions=[]
        if asked
        else views.shown(for_receipt(session, receipt, queries.suggested(session, receipt))),
    )


def _receipt_links(
    session: Session, receipt: Receipt, asked: ReceiptAssignment | None
) -> list[Link]:
    """The statement that it stands in, its place in the work list, and the payments it gives back."""
    found = [
        Link(
            gettext("Statement of %(day)s") % {"day": receipt.statement.booked_on},
            f"/reconciliation/files/{receipt.statement.inbound_file_id}",
        )
    ]
    if asked is None or asked.state != "confirmed":
        found.append(
            Link(gettext("In the work list"), f"/reconciliation/exceptions/m{receipt.line.id}")
        )
    if asked is not None:
        for one in queries.parts(session, asked):
            found += links.around(session, one.id)
    return list(dict.fromkeys(found))


def _receipt_tag(state: str) -> Tag:
    if state == "confirmed":
        return Tag(gettext("assigned"), "ok")
    if state == "asked":
        return Tag(gettext("waits for another officer"), "now")
    return Tag(gettext("belongs to nobody yet"), "warn")


def _payment_columns() -> list[Column]:
    return [
        Column(gettext("Reference"), "code"),
        Column(gettext("Bank")),
        Column(gettext("Programme")),
        Column(gettext("Payee")),
        Column(gettext("Amount"), "money", unit=gettext("yuan")),
        Column(gettext("Paid on")),
    ]


def _payment_row(one: Payment, banks: dict[UUID, str]) -> Row:
    paid_on = one.settled_on.isoformat() if one.settled_on else "—"
    programme = f"{one.programme} {one.period}"
    bank = banks.get(one.channel_id, "—") if one.channel_id else "—"
    return Row(
        (
            one.reference,
            bank,
            programme,
            filters.masked_name(one.payee_name),
            one.amount_fen,
            paid_on,
        )
    )


def _line_page(
    session: Session, officer: Officer, line: ReplyLine, problem: Problem | None = None
) -> Response:
    payment = session.get(Payment, line.payment_id) if line.payment_id else None
    inbound = session.get_one(InboundFile, line.inbound_file_id)
    ended = session.get(ReplyLineResolution, line.id)
    who = session.get(Officer, ended.officer_id) if ended else None
    late = (line.said, line.outcome) == ("paid", "contradiction") and payment is not None
    pairs = [
        (gettext("Reference"), line.reference or "—"),
        (gettext("The bank said"), gettext(words.SAID[line.said])),
        (gettext("The bank's words"), f"{line.code} {line.reason}".strip() or "—"),
        (gettext("Bank's amount"), _yuan(line.amount_fen)),
        (gettext("Our amount"), _yuan(payment.amount_fen if payment else None)),
        (gettext("File"), inbound.file_name),
    ]
    if payment is not None and payment.state == "reissued":
        second = last_of(session, payment)
        said = f"{second.reference} {line_tag(second.state).text}"
        pairs.append((gettext("Issued again as"), said))
    if ended is not None and who is not None:
        pairs.append((gettext("Ended by"), f"{who.name}: {ended.reason}"))
    return page(
        "reconciliation/reply_line.html",
        status=problem.status if problem else 200,
        line=line,
        tag=words.outcome(line.outcome),
        what_to_do=gettext(words.OUTCOMES[line.outcome][1]),
        pairs=pairs,
        crumbs=[Link(gettext("Reconciliation"), "/reconciliation")],
        faults=[Fault(problem.say(visit().language))] if problem else [],
        links=[
            Link(inbound.file_name, f"/reconciliation/files/{inbound.id}"),
            *links.around(session, line.payment_id),
        ],
        may_resolve=may(officer, "reconciliation.resolve") and ended is None,
        may_believe=late and payment is not None and payment.state in ("rejected", "reissued"),
        is_reissued=late and payment is not None and payment.state == "reissued",
        around=neighbours(session, "line", line.id),
        fact_columns=views.columns(),
        suggestions=views.shown(for_line(session, line, inbound)),
        case=case_of(session, payment) if payment else None,
    )


def _yuan(amount_fen: int | None) -> str:
    return "—" if amount_fen is None else f"{yuan(amount_fen)} {gettext('yuan')}"
