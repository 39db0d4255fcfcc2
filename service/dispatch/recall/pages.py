"""Recalls on pages: ask for one, see what became of it, record what the bank answered on paper."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bank_adapters.cancellation import Answer
from service.batches.release import ReasonMissing
from service.dispatch import queries as dispatch_queries
from service.dispatch import words as dispatch_words
from service.dispatch.about import about_file, files_seen_by
from service.dispatch.history import event_of
from service.dispatch.recall import queries, words
from service.dispatch.recall.about import about_recall
from service.dispatch.recall.ask import ask
from service.dispatch.recall.by_hand import close, record_answer
from service.dispatch.recall.forms import REFUSALS, Answered, Asked, said_of, together
from service.dispatch.recall.lifecycle import WAITING
from service.dispatch.recall.models import Recall
from service.dispatch.recall.problems import AnswerMissing, EvidenceMissing, ReferencesMissing
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Link, Option, Row, Tag

router = APIRouter()


@router.get("/dispatch/recalls")
def show_recalls(session: Transaction, officer: SignedInOfficer) -> Response:
    """Every recall, those first that wait for a bank or a person."""
    require(officer, "dispatch.read")
    found = queries.listed(session, seen=files_seen_by(officer))
    return page(
        "dispatch/recalls.html",
        crumbs=[Link(gettext("Bank files"), "/dispatch")],
        columns=[
            Column(gettext("Recall")),
            Column(gettext("State")),
            Column(gettext("Bank")),
            Column(gettext("Payments"), "number"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
            Column(gettext("Decided"), "moment"),
            Column(gettext("Answer due"), "day"),
        ],
        rows=[
            Row(
                (
                    one.recall.reference,
                    _tag(one.recall),
                    one.bank,
                    one.recall.count,
                    one.recall.amount_fen,
                    one.recall.asked_at,
                    one.recall.answer_due_on,
                ),
                href=f"/dispatch/recalls/{one.recall.id}",
                tone="bad" if _is_late(one.recall) else "",
            )
            for one in found
        ],
    )


@router.get("/dispatch/recalls/{recall_id}")
def show_recall(session: Transaction, officer: SignedInOfficer, recall_id: UUID) -> Response:
    """One recall: what was asked, what the bank said of each payment, what happened."""
    require(officer, "dispatch.read", about_recall(session, recall_id))
    return _recall(session, officer, recall_id)


@router.get("/dispatch/recalls/{recall_id}/letter")
def show_letter(session: Transaction, officer: SignedInOfficer, recall_id: UUID) -> Response:
    """The letter to a bank without cancellation messages, to print."""
    require(officer, "dispatch.send", about_recall(session, recall_id))
    one = queries.one_listed(session, recall_id)
    if one is None:
        raise NotFound("recall")
    lines = queries.lines_of(session, one.recall, limit=one.recall.count)
    return page(
        "dispatch/recall_letter.html",
        one=one,
        reason=gettext(words.REASONS[one.recall.reason_code]),
        columns=[
            Column(gettext("Our reference"), "code"),
            Column(gettext("Payee"), "name"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
        ],
        rows=[
            Row((each.payment.reference, each.payment.payee_name, each.payment.amount_fen))
            for each in lines
        ],
    )


@router.get("/dispatch/{file_id}/recall")
def show_form(
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    reference: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The form of a recall of one bank file or of payments in it."""
    require(officer, "dispatch.send", about_file(session, file_id))
    given = Asked(which="these", reason_code="UPAY", references=reference)
    return _form(session, file_id, given=given)


@router.post("/dispatch/{file_id}/recall")
def decide(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    form: Annotated[Asked, Form()],
) -> Response:
    """Call back a file or payments of it: the officer here, and a second one by password."""
    require(officer, "dispatch.send", about_file(session, file_id))
    named = None if form.which == "whole" else form.references.split()

    def asking(deciding: Session, by: Officer, and_by: Officer) -> UUID:
        file = dispatch_queries.locked(deciding, file_id)
        return ask(
            deciding, file, named, reason_code=form.reason_code, reason=form.reason,
            by=by, and_by=and_by,
        ).id  # fmt: skip

    try:
        if not form.reason.strip():
            raise ReasonMissing
        if named == []:
            raise ReferencesMissing
        recall_id = together(request, officer.id, form, asking)
    except REFUSALS as problem:
        return _form(session, file_id, problem=problem, given=form)
    return RedirectResponse(f"/dispatch/recalls/{recall_id}", status_code=303)


@router.post("/dispatch/recalls/{recall_id}/answer")
def answer(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    recall_id: UUID,
    form: Annotated[Answered, Form()],
) -> Response:
    """Record what the bank answered on paper or by telephone: two officers."""
    require(officer, "dispatch.send", about_recall(session, recall_id))

    def recording(deciding: Session, by: Officer, and_by: Officer) -> UUID:
        record_answer(
            deciding, deciding.get_one(Recall, recall_id), Answer(form.said),
            form.references.split() or None, evidence=form.evidence, by=by, and_by=and_by,
        )  # fmt: skip
        return recall_id

    try:
        if form.said not in {Answer.CANCELLED, Answer.REFUSED}:
            raise AnswerMissing
        if not form.evidence.strip():
            raise EvidenceMissing
        together(request, officer.id, form, recording)
    except REFUSALS as problem:
        return _recall(session, officer, recall_id, problem=problem, given=form)
    return RedirectResponse(f"/dispatch/recalls/{recall_id}", status_code=303)


@router.post("/dispatch/recalls/{recall_id}/close")
def note(session: Transaction, officer: SignedInOfficer, recall_id: UUID) -> Response:
    """Note a refusal: whoever had to know, knows."""
    require(officer, "dispatch.send", about_recall(session, recall_id))
    close(session, session.get_one(Recall, recall_id), by=officer)
    return RedirectResponse(f"/dispatch/recalls/{recall_id}", status_code=303)


def _form(
    session: Session, file_id: UUID, *, given: Asked, problem: Problem | None = None
) -> Response:
    one = dispatch_queries.one_listed(session, file_id)
    if one is None:
        raise NotFound("file")
    faults, wrong = said_of(problem)
    return page(
        "dispatch/recall_form.html",
        status=problem.status if problem else 200,
        one=one,
        crumbs=[
            Link(gettext("Bank files"), "/dispatch"),
            Link(one.file.file_name, f"/dispatch/{file_id}"),
        ],
        choices=[
            Option("these", gettext("Only these payments")),
            Option("whole", gettext("The whole file"), gettext("all that have no end yet")),
        ],
        reasons=[Option(code, gettext(said)) for code, said in words.REASONS.items()],
        faults=faults,
        wrong=wrong,
        given=given,
    )


def _recall(
    session: Session,
    officer: Officer,
    recall_id: UUID,
    *,
    problem: Problem | None = None,
    given: Answered | None = None,
) -> Response:
    one = queries.one_listed(session, recall_id)
    if one is None:
        raise NotFound("recall")
    faults, wrong = said_of(problem)
    recall = one.recall
    lines = queries.lines_of(session, recall)
    allowed = may(officer, "dispatch.send")
    return page(
        "dispatch/recall.html",
        status=problem.status if problem else 200,
        one=one,
        tag=_tag(recall),
        meaning=words.meaning(recall.state),
        reason=gettext(words.REASONS[recall.reason_code]),
        late=_is_late(recall),
        crumbs=[
            Link(gettext("Bank files"), "/dispatch"),
            Link(one.file.file_name, f"/dispatch/{one.file.id}"),
        ],
        columns=[
            Column(gettext("Our reference"), "code"),
            Column(gettext("Payee"), "name"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
            Column(gettext("Recall")),
            Column(gettext("Payment now")),
            Column(gettext("The bank's words")),
        ],
        rows=[
            Row(
                (
                    each.payment.reference,
                    each.payment.payee_name,
                    each.payment.amount_fen,
                    words.line_tag(each.line.state),
                    dispatch_words.payment_tag(each.payment.state),
                    " ".join(part for part in (each.line.code, each.line.told) if part),
                ),
                href=f"/batches/{one.batch_no}/lines/{each.payment.reference}",
            )
            for each in lines
        ],
        hidden=recall.count - len(lines),
        events=[event_of(session, entry, words.act) for entry in queries.history(session, recall)],
        may_answer=allowed and recall.state in WAITING,
        may_note=allowed and recall.state == "answered",
        may_print=allowed and recall.state == "letter",
        answers=[
            Option(
                "cancelled", gettext("cancelled"), gettext("It does not pay, or sends it back.")
            ),
            Option(
                "refused", gettext("refused by the bank"), gettext("It goes on with the payment.")
            ),
        ],
        faults=faults,
        wrong=wrong,
        given=given or Answered(),
    )


def _is_late(recall: Recall) -> bool:
    return recall.state in WAITING and recall.answer_due_on < clock.today()


def _tag(recall: Recall) -> Tag:
    if _is_late(recall):
        return Tag(gettext("no answer in time"), "bad")
    return words.state_tag(recall.state)
