"""One bank file's page: where it is, what may be done about it, its payments and what happened."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.batches.release import ReasonMissing
from service.dispatch import queries, words
from service.dispatch.by_hand.problems import HourUnusable, ProofUnusable, ReceiptUnusable
from service.dispatch.by_hand.views import clerk_of, meaning_of, tag_of
from service.dispatch.days_view import said_of_file
from service.dispatch.history import event_of
from service.dispatch.models import BankFile
from service.dispatch.recall.lifecycle import WITH_THE_BANK
from service.dispatch.recall.queries import of_file
from service.dispatch.recall.words import state_tag as recall_tag
from service.foundation.problems import NotFound, Problem
from service.officers.may import may
from service.officers.models import Officer
from service.officers.sign_in import SignInRefused
from service.officers.throttle import TooManyAttempts
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.view_models import Column, Fault, Link, Row

_linked_by: list[Callable[[Session, BankFile], list[Link]]] = []


def link_file_by(read: Callable[[Session, BankFile], list[Link]]) -> None:
    """Let a function of a later stage say what a bank file hangs together with."""
    _linked_by[:] = [read]


def file_page(
    session: Session,
    officer: Officer,
    file_id: UUID,
    *,
    problem: Problem | None = None,
    kept: Mapping[str, str] | None = None,
) -> Response:
    """Return a file's page; ``problem`` is what was wrong with a form, whose fields are ``kept``."""
    one = queries.one_listed(session, file_id)
    if one is None:
        raise NotFound("file")
    file, fields = one.file, kept or {}
    said = problem.say(visit().language) if problem else ""
    field = _field(problem, fields)
    sends = may(officer, "dispatch.send")
    return page(
        "dispatch/file.html",
        status=problem.status if problem else 200,
        one=one,
        tag=tag_of(file, one.channel) or words.state_tag(file.state),
        meaning=meaning_of(file, one.channel) or words.meaning(file.state),
        said_of_day=said_of_file(file, one.channel),
        crumbs=[Link(gettext("Bank files"), "/dispatch")],
        links=[
            Link(f"{gettext('Batch')} {one.batch_no}", f"/batches/{one.batch_no}"),
            *(each for read in _linked_by for each in read(session, file)),
        ],
        payments=[
            Row((words.payment_tag(state), count, amount_fen))
            for state, (count, amount_fen) in queries.payments_of(session, file).items()
        ],
        payment_columns=[
            Column(gettext("State")),
            Column(gettext("Payments"), "number"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
        ],
        events=[event_of(session, entry, words.act) for entry in queries.history(session, file)],
        recalls=[
            Row(
                (one.reference, recall_tag(one.state), one.count, one.amount_fen, one.asked_at),
                href=f"/dispatch/recalls/{one.id}",
            )
            for one in of_file(session, file)
        ],
        recall_columns=[
            Column(gettext("Recall")),
            Column(gettext("State")),
            Column(gettext("Payments"), "number"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
            Column(gettext("Decided"), "moment"),
        ],
        may_recall=file.state in WITH_THE_BANK and sends,
        may_see_held=file.lines_root is not None and file.state in ("prepared", "withdrawn"),
        may_resend=file.state == "unknown" and sends and one.channel.kind != "folder",
        clerk=clerk_of(session, officer, file, one.channel),
        faults=[Fault(said, field=field)] if problem else [],
        wrong={field: said} if field else {},
        kept=fields,
    )


_FIELDS: dict[type[Problem], str] = {
    ReceiptUnusable: "receipt_no",
    HourUnusable: "receipt_at",
    ProofUnusable: "proof",
    SignInRefused: "username",
    TooManyAttempts: "username",
}


def _field(problem: Problem | None, kept: Mapping[str, str]) -> str:
    if isinstance(problem, ReasonMissing):
        return "why_back" if "why_back" in kept else "reason"
    return _FIELDS.get(type(problem), "") if problem else ""
