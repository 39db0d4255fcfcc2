"""Answer a resident: this month's payments in one sentence each, and why not for the rest."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter

from sqlalchemy.orm import Session

from service.assessment.explain import RulesNotRead
from service.assessment.newest import said_by
from service.assessment.outcome_files import OutcomesDamaged
from service.assessment.said import Said
from service.audit.actor import Actor
from service.audit.record import record_reading
from service.batches.instalments.queries import hundredths
from service.batches.models import Payment
from service.batches.proof.payment import has_proof
from service.enquiry.asked import Asked, Paid, asked_of
from service.enquiry.beside import NOTHING, beside
from service.enquiry.whose import other_subject
from service.foundation.money import yuan
from service.foundation.spoken import spoken_day, spoken_period
from service.programmes.titles import title
from service.residents.snapshot.problems import SnapshotDamaged


@dataclass(frozen=True)
class Line:
    """One payment as its payee sees it."""

    programme: str
    name: str
    name_zh: str
    period: str
    amount_fen: int
    state: str
    on: date | None
    account_tail: str
    sentence: str
    sentence_zh: str
    proof: int = 0
    """Its place among the programme's payments that a proof can be had for, from 1; 0: none."""
    whose: str = ""
    """The surname of whom it is for, where the payee only receives it; "" for the own."""
    reference: str = ""


@dataclass(frozen=True, eq=False)
class WhyNot:
    """A programme that pays nothing this month, with what decided it; shared by all of whom it is said."""

    programme: str
    name: str
    name_zh: str
    outcome: str
    """not_due (the reasons are conditions that are not met) or unknown (they could not be checked)."""
    reasons: tuple[str, ...]
    reasons_zh: tuple[str, ...]
    department: str
    department_zh: str

    @cached_property
    def distance(self) -> tuple[bool, int]:
        """How far it is from being paid: people ask about what is nearest."""
        return self.outcome == "not_due", len(self.reasons)


@dataclass(frozen=True)
class Answer:
    """Everything about one person and month."""

    month: str
    lines: tuple[Line, ...]
    not_paid: tuple[WhyNot, ...]
    explained: bool = True
    """False when the month was not assessed yet, or under rules whose sentences are not loaded."""


_SAID = {
    "paid": (
        "{amount} yuan of {name} ({period}) went to your account ending {tail} on {on}.",
        "{period}{name} {amount} 元已于{on}发到尾号 {tail} 的账户。",
    ),
    "sent": (
        "{amount} yuan of {name} ({period}) are with the bank, for your account ending {tail}.",
        "{period}{name} {amount} 元已交银行办理，收款账户尾号 {tail}。",
    ),
    "unknown": (
        ("{amount} yuan of {name} ({period}) were given to the bank, which has not answered for this payment yet; "
        "nothing is lost and nobody needs to apply again."),
        "{period}{name} {amount} 元已交银行，银行尚未就此笔回复；资金不会丢失，无需重新申请。",
    ),
    "rejected": (
        ("The bank could not pay {amount} yuan of {name} ({period}) to your account ending {tail}; "
        "it stays yours and is paid again once the account is corrected."),
        "{period}{name} {amount} 元未能存入尾号 {tail} 的账户；您的待遇保留，账户更正后补发。",
    ),
    "returned": (
        ("The bank sent {amount} yuan of {name} ({period}) back from your account ending {tail}; "
        "it stays yours and is paid again once the account is corrected."),
        "{period}{name} {amount} 元被银行退回（账户尾号 {tail}）；您的待遇保留，账户更正后补发。",
    ),
    "held": (
        "{amount} yuan of {name} ({period}) are being checked before they are paid; you need not bring anything.",
        "{period}{name} {amount} 元正在核实，暂缓发放；您无需提供任何材料。",
    ),
    "withheld": (
        ("{amount} yuan of {name} ({period}) were left out before the list went to the bank, because something about them has to be checked; "
        "they are not lost, and if they are due they follow in a later list. You need not apply again."),
        "{period}{name} {amount} 元在送交银行前暂缓发放，正在核实；资金未丢失，核实应发的将列入以后的清单补发，您无需重新申请。",
    ),
    "waiting": (
        "{amount} yuan of {name} ({period}) are on this month's list and wait for approval.",
        "{period}{name} {amount} 元已列入本月发放名单，正在审批。",
    ),
}  # fmt: skip
_KEPT = (
    " Of {gross} yuan due, {kept} were kept for money paid to you before that was not due, as you were told.",
    "本期应发 {gross} 元，其中 {kept} 元按已告知您的决定抵扣此前多发的款项。",
)
_PAID_AGAIN = (
    " The bank had sent it back, and put it into the account again on {again}.",
    "该款曾被银行退回，后于{again}重新入账。",
)
_TWICE = (
    " The same month was paid twice, {twice} yuan too much; you are told before anything of it is kept.",
    "同一期款项重复发放，多发 {twice} 元；抵扣或收回前会先告知您。",
)
_IN_PART = (
    " This is {percent}% of {entitled} yuan due, for everybody on the list alike; the rest follows when the money is there.",
    "本次为应发 {entitled} 元的 {percent}%（同一名单各对象比例相同），其余部分资金到位后发放。",
)
_REST = (
    "{amount} yuan of {name} ({period}) are the rest of {entitled} yuan due; they follow when the money is there, you need do nothing.",
    "{period}{name} 余额 {amount} 元（应发 {entitled} 元），资金到位后自动发放，您无需办理任何手续。",
)
_FOR_ANOTHER = (
    "This is {whose}'s subsidy, paid to your account. ",
    "这是{whose}的补贴，发到您的账户。",
)
_WAITING = {"ready", "frozen"}


def answer(session: Session, person_id: int, month: str) -> Answer:
    """Return a month's answer for one person; the reading is recorded."""
    return answer_to(session, asked_of(session, person_id, month))


def answer_to(session: Session, asked: Asked) -> Answer:
    """Return the answer to what was asked by somebody who is known; the reading is recorded."""
    own = asked.own
    proofs = _places(asked.payments)
    lines = tuple(
        _for_whom(
            session,
            own,
            payment,
            replace(
                line_of(session, payment, payment.tail or "", has_more=payment.has_more),
                proof=proofs.get(payment.id, 0),
            ),
        )
        for payment in asked.payments
    )
    explained = _explained(session, asked)
    # What is paid for months gone by answers nothing about this one.
    paid = {one.programme for one in asked.payments if one.line_type == "regular"}
    record_reading(
        session,
        "answer.read",
        by=Actor(kind="resident", id=str(asked.person_id)),
        on=("persons", asked.person_id),
        details={"month": asked.month},
    )
    why_not = [
        _why_not(one)
        for one in explained or ()
        # Who reads over a shoulder shall not learn that somebody was looked at for these.
        if one.outcome != "due" and one.programme not in paid and not one.is_sensitive
    ]
    why_not.sort(key=attrgetter("distance"))
    return Answer(asked.month, lines, tuple(why_not), explained=explained is not None)


def _for_whom(session: Session, own: list[int], payment: Paid, line: Line) -> Line:
    whose = other_subject(session, own, payment)
    if not whose:
        return line
    return replace(
        line,
        whose=whose,
        sentence=_FOR_ANOTHER[0].format(whose=whose) + line.sentence,
        sentence_zh=_FOR_ANOTHER[1].format(whose=whose) + line.sentence_zh,
    )


def _explained(session: Session, asked: Asked) -> list[Said] | None:
    if asked.decided is None:
        return None
    try:
        return said_by(session, asked.decided, asked.own)
    except (RulesNotRead, OutcomesDamaged, SnapshotDamaged):
        # Payments are told all the same; why the rest is not paid, an officer can find out.
        return None


def _places(payments: list[Paid]) -> dict[int, int]:
    """Return {payment: its place among its programme's} of those that a proof can be had for.

    The same that :func:`~.proof.provable` finds: every paid line of the month is among these.
    """
    found: dict[str, list[int]] = {}
    for one in payments:
        if one.state == "paid" and has_proof(one.state_of_list, one.state):
            found.setdefault(one.programme, []).append(one.id)
    return {one: at for own in found.values() for at, one in enumerate(own, start=1)}


def line_of(session: Session, payment: Payment | Paid, tail: str, *, has_more: bool = True) -> Line:
    """Return one payment in the words of whoever receives it.

    ``has_more`` says whether anything may stand :mod:`~.beside` it.
    """
    told = beside(session, payment.id) if has_more else NOTHING
    state = "waiting" if payment.state in _WAITING else payment.state
    on = payment.settled_on if payment.state == "paid" else None
    en, zh = _REST if told.waits else told.words or _SAID[state]
    entitled_fen = payment.entitled_fen or payment.amount_fen
    for applies, (more_en, more_zh) in (
        (payment.entitled_fen is not None and not told.waits, _IN_PART),
        (told.kept_fen, _KEPT),
        (told.twice_fen, _TWICE),
        (told.again, _PAID_AGAIN),
    ):
        if applies:
            en, zh = en + more_en, zh + more_zh
    amounts = {
        "gross": yuan(told.gross_fen),
        "kept": yuan(told.kept_fen),
        "twice": yuan(told.twice_fen),
        "entitled": yuan(entitled_fen),
        "percent": hundredths(payment.amount_fen * 10_000 // entitled_fen),
    }
    return Line(
        programme=payment.programme,
        name=title(payment.programme, "en"),
        name_zh=title(payment.programme, "zh"),
        period=payment.period,
        amount_fen=payment.amount_fen,
        state=state,
        on=on,
        account_tail=tail,
        sentence=en.format(**_words(payment, tail, on, told.again, "en"), **amounts),
        sentence_zh=zh.format(**_words(payment, tail, on, told.again, "zh"), **amounts),
        reference=payment.reference,
    )


def _words(
    payment: Payment | Paid, tail: str, on: date | None, again: date | None, language: str
) -> dict[str, str]:
    return {
        "name": title(payment.programme, language),
        "amount": yuan(payment.amount_fen),
        "period": spoken_period(payment.period, language),
        "tail": tail or "—",
        "on": spoken_day(on, language) if on else "",
        "again": spoken_day(again, language) if again else "",
    }


@lru_cache(maxsize=16_384)
def _why_not(one: Said) -> WhyNot:
    return WhyNot(
        programme=one.programme,
        name=one.names.en,
        name_zh=one.names.zh,
        outcome=one.outcome,
        reasons=tuple(reason.en for reason in one.decisive),
        reasons_zh=tuple(reason.zh for reason in one.decisive),
        department=one.department.en,
        department_zh=one.department.zh,
    )
