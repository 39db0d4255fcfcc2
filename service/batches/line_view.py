"""What a line's page shows: whom it pays, why, from whose data, and what holds it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from service.assessment.explain import explain_one
from service.assessment.models import Assessment, Decision
from service.assessment.reveal import Reveal
from service.assessment.told import tell
from service.assessment.view import letter_address
from service.batches import queries, words
from service.batches.batch_view import events
from service.batches.controls import NEVER_CLEARED_BY_HAND
from service.batches.findings.words import evidence
from service.batches.history import history, officer_names
from service.batches.linked import links_of_line
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.recoveries import queries as recoveries
from service.batches.withheld.queries import of_payment
from service.foundation.ids import reference_of
from service.foundation.problems import NotFound, Problem
from service.programmes.telling import Told
from service.web.filters import ending, masked_name, moment, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Column, Event, Link, Row, Tag

BY_DATA = "data"
"""What ``cleared_by`` says when no officer did it."""


@dataclass(frozen=True)
class Evidence:
    """Why the line is on the list; ``problem`` says why that cannot be shown."""

    told: Told | None
    letter: str
    problem: str = ""


@dataclass(frozen=True)
class LinePage:
    """Everything on a line's page."""

    batch: Batch
    payment: Payment
    name: str
    tag: Tag
    pairs: list[tuple[str, str]]
    evidence: Evidence | None
    hold_columns: list[Column]
    hold_rows: list[Row]
    may_release: bool
    release_blocked: str
    moves_later: str
    """What becomes of a line that stayed behind when its list froze, or was left out of the signed one."""
    links: list[Link]
    """What later stages keep about it: bank file, answers, recall, receipt, ledger."""
    hold_address: str
    """Where the line can be left out of its signed list, or is shown as left out; "" where neither."""
    events: list[Event]


def line_page(session: Session, batch: Batch, payment: Payment, shown: Reveal) -> LinePage:
    """Return a line's page; sensitive values only where ``shown`` is open."""
    decision = session.get(Decision, payment.decision_id) if payment.decision_id else None
    assessment = session.get(Assessment, decision.assessment_id) if decision else None
    holds = queries.holds_of_line(session, payment)
    open_holds = [one.control for one in holds if one.cleared_at is None]
    viewer = visit().viewer
    releasable = payment.state == "held" and bool(open_holds)
    return LinePage(
        batch=batch,
        payment=payment,
        name=words.programme_name(payment.programme),
        tag=words.line_tag(payment.state),
        pairs=_pairs(session, payment),
        evidence=_evidence(session, assessment, payment, shown) if assessment else None,
        hold_columns=[
            Column(gettext("Reason")),
            Column(gettext("What it means")),
            Column(gettext("Evidence")),
            Column(gettext("Found"), "moment"),
            Column(gettext("Released")),
        ],
        hold_rows=_holds(session, holds),
        may_release=bool(releasable and viewer and viewer.may("batches.resolve")),
        release_blocked=_release_blocked(open_holds),
        moves_later=_moves_later(batch, payment),
        links=links_of_line(session, payment),
        hold_address=_hold_address(batch, payment),
        events=events(history(session, "payments", payment.id, words.ACTS)),
    )


def told_of_line(session: Session, payment: Payment) -> Told:
    """Return why a line is paid, with every value written out; raises NotFound if nobody decided it."""
    decision = session.get(Decision, payment.decision_id) if payment.decision_id else None
    if decision is None:
        raise NotFound("decision")
    assessment = session.get_one(Assessment, decision.assessment_id)
    whole = explain_one(
        session, assessment, payment.subject_kind, payment.subject_id, payment.programme
    )
    return tell(whole, visit().language, traced=True, guarded=False)


def _pairs(session: Session, payment: Payment) -> list[tuple[str, str]]:
    account = queries.account_of(session, payment)
    where = f"{account.bank_name} · {ending(account.tail)}" if account else "—"
    decision = session.get(Decision, payment.decision_id) if payment.decision_id else None
    is_late = decision is not None and decision.is_office_late
    pairs = [
        (gettext("Payee"), masked_name(payment.payee_name)),
        (gettext("Account"), where),
        (gettext("Period"), payment.period),
        (gettext("Kind of line"), words.line_type(payment.line_type, is_office_late=is_late)),
        (gettext("Attempt"), str(payment.attempt)),
    ]
    if payment.mends_id:
        pairs.append((gettext("Adds to line"), reference_of(payment.mends_id)))
    gross_fen, kept_fen = recoveries.kept_of_line(session, payment)
    if kept_fen:
        pairs.append((gettext("Before recovery"), f"{yuan(gross_fen)} {gettext('yuan')}"))
        pairs.append((gettext("Kept for a recovery"), f"{yuan(kept_fen)} {gettext('yuan')}"))
    if payment.settled_on:
        pairs.append((gettext("Settled on"), payment.settled_on.isoformat()))
    held = of_payment(session, payment)
    if held is not None:
        why = words.hold_sentence(held.line.control) if held.line.control else held.act.reason
        pairs.append((gettext("Left out before sending"), f"{moment(held.act.at)} · {why}"))
        if held.line.ended_how == "released":
            pairs.append((gettext("Released to be issued again"), held.line.ended_reason))
    if payment.result_reason or payment.result_code:
        said = " ".join(filter(None, (payment.result_code, payment.result_reason)))
        pairs.append((gettext("The bank said"), said))
    return pairs


def _evidence(
    session: Session, assessment: Assessment, payment: Payment, shown: Reveal
) -> Evidence:
    try:
        whole = explain_one(
            session, assessment, payment.subject_kind, payment.subject_id, payment.programme
        )
    except NotFound:
        return Evidence(None, "", gettext("The snapshot holds nothing about this recipient."))
    except Problem as problem:
        return Evidence(None, "", problem.say(visit().language))
    told = tell(whole, visit().language, traced=True, guarded=not shown.is_open)
    return Evidence(told, letter_address(whole))


def _holds(session: Session, holds: list[PaymentHold]) -> list[Row]:
    officers = {one.cleared_by for one in holds if one.cleared_by not in (None, BY_DATA)}
    named = officer_names(session, {UUID(one) for one in officers if one})
    named[BY_DATA] = gettext("corrected data")
    rows = []
    for one in holds:
        released = None
        if one.cleared_at is not None:
            who = named.get(one.cleared_by or "", gettext("the system"))
            released = " · ".join(filter(None, (moment(one.cleared_at), who, one.cleared_reason)))
        rows.append(
            Row(
                [
                    words.hold_label(one.control),
                    words.hold_sentence(one.control),
                    gettext("; ").join(f"{key} {said}" for key, said in evidence(one.evidence)),
                    one.found_at,
                    released,
                ],
                tone="" if one.cleared_at else "warn",
            )
        )
    return rows


def _hold_address(batch: Batch, payment: Payment) -> str:
    """Return where dispatch shows the hold of a line; it stands above this stage and is only named."""
    viewer = visit().viewer
    waits = payment.state == "frozen" and batch.state == "signed"
    if not payment.bank_file_id or not (waits or payment.state == "withheld"):
        return ""
    if not (viewer and viewer.may("dispatch.send" if waits else "dispatch.read")):
        return ""
    return f"/dispatch/{payment.bank_file_id}/hold?reference={payment.reference}"


def _moves_later(batch: Batch, payment: Payment) -> str:
    if payment.state == "withheld":
        return gettext(
            "It was left out of the signed list and is not sent with it. Released, it is issued again in a later list, through the same approvals; its money stays committed."
        )
    if payment.state != "held" or batch.state in {"draft", "returned"}:
        return ""
    return gettext(
        "Its list was frozen without it. Once nothing holds it any more, it moves to a new list of this month with the next press of the month's button."
    )


def _release_blocked(open_holds: list[str]) -> str:
    for control in open_holds:
        if control in NEVER_CLEARED_BY_HAND:
            return gettext(
                "“%(hold)s” cannot be released by hand; it ends when the department's data are corrected."
            ) % {"hold": words.hold_label(control)}
    return ""
