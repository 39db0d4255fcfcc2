"""Work out what a person may expect next; where nobody has said when, that is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.explain import (
    Explained,
    RulesNotRead,
    explain_person,
    latest,
    months_assessed,
)
from service.assessment.outcome_files import OutcomesDamaged
from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.recoveries.paid_twice import paid_instead
from service.enquiry.coming import words
from service.enquiry.coming.stage import ON_A_LIST, standing_of
from service.enquiry.whose import other_subject
from service.foundation.money import yuan
from service.foundation.months import Month
from service.foundation.spoken import spoken_day, spoken_period
from service.programmes.comes_again import comes_again, is_paid_once
from service.programmes.titles import title
from service.residents.accounts.current import current_account
from service.residents.identity.canonical import aliases
from service.residents.snapshot.problems import SnapshotDamaged

_STAGES = {"held": "checked", "withheld": "checked", "rejected": "failed", "returned": "failed"}
MONTHS_BACK = 12
"""What came once in this time is looked at; older things are over."""


@dataclass(frozen=True)
class Expected:
    """One programme: a sentence, and the conditions that have to go on being met."""

    programme: str
    name: str
    name_zh: str
    amount_fen: int | None
    by: date | None
    """The last day on which it should come, where a rule or a signed file says one."""
    stage: str
    """As :class:`~.stage.Standing` says it; checked or failed; "" where nothing is under way."""
    sentence: str
    sentence_zh: str
    holds: tuple[str, ...]
    holds_zh: tuple[str, ...]


@dataclass(frozen=True)
class Coming:
    """Everything expected, and the account it would go to ("" where none is known)."""

    expected: tuple[Expected, ...]
    account_tail: str


def coming(session: Session, person_id: int) -> Coming:
    """Return what a person may expect next; the reading is recorded."""
    own = aliases(session, person_id)
    decided = _decided(session, person_id)
    found: list[Expected] = []
    for payment, month in _last_lines(session, own):
        found.append(_of_line(session, own, payment, month, decided))
    account = current_account(session, person_id)
    record(
        session,
        "answer.read",
        by=Actor(kind="resident", id=str(person_id)),
        on=("persons", person_id),
        details={"next": True},
    )
    return Coming(tuple(found), account.tail if account else "")


def _last_lines(session: Session, own: list[int]) -> list[tuple[Payment, str]]:
    """Return the newest line of each programme and subject in the last year, by programme."""
    newest = session.scalar(select(Batch.month).distinct().order_by(Batch.month.desc()).limit(1))
    if newest is None:
        return []
    rows = session.execute(
        select(Payment, Batch.month)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Payment.payee_person_id.in_(own),
            Payment.line_type == "regular",
            Payment.state != "reissued",
            ~paid_instead(),
            Batch.month > str(Month.parse(newest).minus(MONTHS_BACK)),
        )
        .order_by(Payment.programme, Payment.subject_id, Batch.month.desc(), Payment.id.desc())
    )
    found: dict[tuple[str, str, int], tuple[Payment, str]] = {}
    for payment, month in rows:
        found.setdefault(
            (payment.programme, payment.subject_kind, payment.subject_id), (payment, month)
        )
    return list(found.values())


def _decided(session: Session, person_id: int) -> dict[str, Explained]:
    """Return the newest assessment's outcome of each programme about the person, as far as known."""
    months = months_assessed(session)
    assessment = latest(session, months[0]) if months else None
    if assessment is None:
        return {}
    try:
        return {one.programme: one for one in explain_person(session, assessment, person_id)}
    except (RulesNotRead, OutcomesDamaged, SnapshotDamaged):
        return {}


def _of_line(
    session: Session, own: list[int], payment: Payment, month: str, decided: dict[str, Explained]
) -> Expected:
    whose = other_subject(session, own, payment)
    # What was decided about the payee says nothing about somebody else's subsidy.
    known = None if whose else decided.get(payment.programme)
    amount: int | None = payment.amount_fen
    by: date | None = None
    stage, ends = _STAGES.get(payment.state, ""), None
    if payment.state in ON_A_LIST:
        at = standing_of(session, payment, month)
        stage, said, ends, by = at.stage, at.said, at.until, at.by
    elif payment.state in ("held", "withheld"):
        said = words.CHECKED
    elif payment.state in ("rejected", "returned"):
        said = words.FAILED
    elif known is not None and known.outcome == "not_due":
        said, amount = words.ENDED, None
    else:
        said, by, month = _again(payment, month)
        amount = None if said is words.ONCE else amount
    told = {
        "amount": yuan(payment.amount_fen),
        "last": payment.settled_on,
        "by": by,
        "until": ends,
        "month": month,
        "whose": whose,
    }
    reasons = known.reasons if known is not None else ()
    wanted = "false" if said is words.ENDED else "true"
    held = tuple(one for one in reasons if one.state == wanted) if said is not words.ONCE else ()
    return Expected(
        programme=payment.programme,
        name=title(payment.programme, "en"),
        name_zh=title(payment.programme, "zh"),
        amount_fen=amount,
        by=by,
        stage=stage,
        sentence=_filled(said, told, "en"),
        sentence_zh=_filled(said, told, "zh"),
        holds=tuple(one.en for one in held),
        holds_zh=tuple(one.zh for one in held),
    )


def _again(payment: Payment, month: str) -> tuple[words.Both, date | None, str]:
    """Return what is to be said of a programme that was paid: when its next period is paid."""
    if payment.period == "once" or is_paid_once(payment.programme):
        return words.ONCE, None, month
    found = comes_again(payment.programme, Month.parse(month), payment.period)
    if found is None:
        return words.AGAIN_UNKNOWN, None, month
    if found.until is None:
        return words.AGAIN_UNDATED, None, str(found.month)
    return words.AGAIN, found.until.by, str(found.month)


def _filled(said: words.Both, told: Mapping[str, object], language: str) -> str:
    en, zh = said
    pattern, whose = (zh, words.WHOSE[1]) if language == "zh" else (en, words.WHOSE[0])
    spoken = {
        name: spoken_day(value, language) if isinstance(value, date) else value or "—"
        for name, value in told.items()
    }
    spoken["month"] = spoken_period(str(told["month"]), language)
    opening = whose.format(whose=told["whose"]) if told["whose"] else ""
    return opening + pattern.format(**spoken)
