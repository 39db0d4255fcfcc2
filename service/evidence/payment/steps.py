"""Screening, comparison, notice and approvals: what people and controls did with the line before it went."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.approvals.models import ApprovalAct, ApprovalStep
from service.batches.controls import BY_CODE
from service.batches.models import BatchAct, Payment, PaymentHold
from service.batches.withheld.models import HeldLine, HoldAct
from service.evidence.payment.subject import Subject
from service.evidence.said import at
from service.notices.models import Notice, NoticeCheck, NoticeLine
from service.notices.objections.models import Objection
from service.officers.models import Officer

_SHOWN = frozenset(
    ("died", "status", "verdict", "since", "feed", "feeds", "line_fen", "rule_fen", "charset", "what")
)  # fmt: skip
"""Of what a control saw, what is about this line alone; who else stands there is not told."""


class Names:
    """Officers by id, each read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[str, dict[str, str]] = {}

    def of(self, officer_id: UUID | str | None) -> dict[str, str] | None:
        """Return {id, name, organisation}; None for nobody, the id alone for what is no officer."""
        if officer_id is None:
            return None
        text = str(officer_id)
        if text not in self._found:
            self._found[text] = self._read(text)
        return self._found[text]

    def _read(self, text: str) -> dict[str, str]:
        try:
            officer = self._session.get(Officer, UUID(text))
        except ValueError:
            officer = None
        if officer is None:
            return {"id": text, "name": "", "organisation": ""}
        return {"id": text, "name": officer.name, "organisation": officer.organisation}


def screened(session: Session, about: Subject, names: Names) -> dict[str, Any]:
    """Return what the controls found about the line, who cleared it, and which controls were off."""
    holds = session.scalars(
        select(PaymentHold)
        .where(PaymentHold.payment_id == about.payment.id)
        .order_by(PaymentHold.id)
    )
    return {
        "controls_off": about.batch.controls_off or [],
        "holds": [
            {
                "control": one.control,
                "version": one.version,
                "sentence": {"en": BY_CODE[one.control].en, "zh": BY_CODE[one.control].zh}
                if one.control in BY_CODE
                else None,
                "evidence": {key: said for key, said in one.evidence.items() if key in _SHOWN},
                "found_at": at(one.found_at),
                "cleared_at": at(one.cleared_at),
                "cleared_by": names.of(one.cleared_by),
                "reason": one.cleared_reason,
            }
            for one in holds
        ],
    }


def compared(session: Session, about: Subject) -> dict[str, Any]:
    """Return the list's comparison with the month before, and this recipient's line before this one."""
    one = about.payment
    before = session.scalars(
        select(Payment)
        .where(
            Payment.programme == one.programme,
            Payment.subject_kind == one.subject_kind,
            Payment.subject_id == one.subject_id,
            Payment.period < one.period,
            Payment.state != "reissued",
        )
        .order_by(Payment.period.desc(), Payment.id.desc())
        .limit(1)
    ).first()
    return {
        "list": about.batch.comparison or {},
        "before": None
        if before is None
        else {
            "reference": before.reference,
            "period": before.period,
            "amount_fen": before.amount_fen,
            "state": before.state,
            "difference_fen": one.amount_fen - before.amount_fen,
        },
    }


def noticed(session: Session, about: Subject, names: Names) -> dict[str, Any]:
    """Return the notices on which the line hung, what was found when they ended, and objections to it."""
    rows = session.execute(
        select(Notice, NoticeLine)
        .join(NoticeLine, NoticeLine.notice_id == Notice.id)
        .where(NoticeLine.payment_id == about.payment.id)
        .order_by(Notice.posted_on, Notice.id)
    )
    checks = session.scalars(
        select(NoticeCheck)
        .where(NoticeCheck.batch_id == about.batch.id)
        .order_by(NoticeCheck.checked_at, NoticeCheck.id)
    )
    objections = session.scalars(
        select(Objection).where(Objection.payment_id == about.payment.id).order_by(Objection.number)
    )
    return {
        "posted": [
            {
                "number": notice.number,
                "level": notice.level,
                "days": notice.days,
                "counted": notice.counted,
                "posted_on": at(notice.posted_on),
                "ends_on": at(notice.ends_on),
                "lines_root": notice.lines_root.hex(),
                "place": line.place,
                "shown_name": line.name_masked,
                "shown_fen": line.amount_fen,
            }
            for notice, line in rows
        ],
        "checks": [
            {
                "reason": one.reason,
                "checked_on": at(one.checked_on),
                "lines_root": one.lines_root.hex(),
            }
            for one in checks
        ],
        "objections": [
            {
                "number": one.objection_no,
                "who": one.who,
                "lodged_at": at(one.lodged_at),
                "due_on": at(one.due_on),
                "state": one.state,
                "answered_at": at(one.answered_at),
                "answered_by": names.of(one.answered_by),
            }
            for one in objections
        ],
    }


def approved(session: Session, about: Subject, names: Names) -> dict[str, Any]:
    """Return who acted in the list's chain and the steps that this line had to take."""
    batch, where = about.batch, about.payment.division or ""
    acts = session.scalars(
        select(BatchAct)
        .where(BatchAct.batch_id == batch.id)
        .order_by(BatchAct.at, BatchAct.officer_id)
    )
    steps = session.scalars(
        select(ApprovalStep)
        .where(
            ApprovalStep.batch_id == batch.id,
            ApprovalStep.round == batch.round,
            or_(ApprovalStep.division == "", ApprovalStep.division == where[:9]),
        )
        .order_by(ApprovalStep.position, ApprovalStep.division)
    )
    taken = session.scalars(
        select(ApprovalAct)
        .where(ApprovalAct.batch_id == batch.id, ApprovalAct.round == batch.round)
        .order_by(ApprovalAct.at, ApprovalAct.officer_id)
    ).all()
    return {
        "acts": [
            {"round": one.round, "act": one.act, "by": names.of(one.officer_id),
             "at": at(one.at), "reason": one.reason}
            for one in acts
        ],
        "steps": [
            {
                "position": step.position,
                "code": step.code,
                "name": {"en": step.name_en, "zh": step.name_zh},
                "kind": step.kind,
                "duty": step.duty,
                "organisation": step.organisation,
                "needed": step.needed,
                "chain_digest": step.chain_digest,
                "taken": [
                    {"by": names.of(one.officer_id), "for": names.of(one.for_officer_id),
                     "at": at(one.at), "lines_root": one.lines_root.hex()}
                    for one in taken
                    if (one.position, one.division) == (step.position, step.division)
                ],
            }
            for step in steps
        ],
    }  # fmt: skip


def left_out(session: Session, about: Subject, names: Names) -> list[dict[str, Any]]:
    """Return by whom and why the line was left out of its signed list, if it was."""
    rows = session.execute(
        select(HeldLine, HoldAct)
        .join(HoldAct, HoldAct.id == HeldLine.hold_id)
        .where(HeldLine.payment_id == about.payment.id)
        .order_by(HoldAct.at, HoldAct.id)
    )
    return [
        {
            "round": act.round,
            "by": [names.of(one) for one in (act.by_id, act.and_by_id) if one],
            "control": line.control,
            "reason": act.reason,
            "at": at(act.at),
            "ended_how": line.ended_how,
            "ended_at": at(line.ended_at),
            "ended_reason": line.ended_reason,
        }
        for line, act in rows
    ]
