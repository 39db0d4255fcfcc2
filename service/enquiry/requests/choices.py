"""What somebody may say is wrong with one programme's payment, and whose department answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.explain import RulesNotRead, Whole
from service.assessment.outcome_files import OutcomesDamaged
from service.batches.models import Batch, Payment
from service.enquiry.reasons import reasons_for
from service.enquiry.wards.acting import Whom, theirs
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.programmes.owning_feed import owning_feed
from service.residents import feeds
from service.residents.requests.problems import ChoiceUnknown
from service.residents.requests.words import WRONG
from service.residents.snapshot.problems import SnapshotDamaged

_BANK, _CARD = "BK_RET", "RS_CARD"
_MONTHS_BACK = 12


@dataclass(frozen=True)
class Choice:
    """One thing that may be wrong; ``feed`` is whose department answers."""

    code: str
    text: str
    text_zh: str
    feed: str


def choices(session: Session, one: Whom, month: str, code: str) -> list[Choice]:
    """Return what can be said to be wrong; raises NotFound where there is nothing of that person's.

    For somebody else only what can be seen of the payment: what departments know of a ward is not
    the guardian's or the proxy's to read.
    """
    is_paid = _is_listed(session, one, month, code)
    if one.acted_by is not None and not is_paid and not was_listed(session, one, month, code):
        raise NotFound("decision")
    try:
        own = one.acted_by is None
        told = reasons_for(session, one.person_id, month, code) if own else []
    except NotFound:
        if not is_paid:
            raise
        told = []
    except (RulesNotRead, OutcomesDamaged, SnapshotDamaged):
        told = []
    owner = owning_feed(code)
    found = []
    if is_paid:
        found = [
            Choice("arrival", *WRONG["arrival"], _BANK),
            Choice("amount", *WRONG["amount"], owner),
            Choice("account", *WRONG["account"], _CARD),
        ]
    return [*found, *_facts(told), Choice("other", *WRONG["other"], owner)]


def chosen(session: Session, whose: Whom, month: str, code: str, about: str) -> Choice:
    """Return one of the choices; raises ChoiceUnknown, NotFound."""
    for one in choices(session, whose, month, code):
        if one.code == about:
            return one
    raise ChoiceUnknown


def _facts(told: list[Whole]) -> Iterator[Choice]:
    """Return every value from a department that the decisions stand on, once."""
    seen: set[str] = set()
    for whole in told:
        for condition in whole.explanation.conditions:
            for value in condition.values:
                if not value.feeds or value.name in seen or value.feeds[0] not in feeds.every():
                    continue
                seen.add(value.name)
                yield Choice(
                    f"fact:{value.name}",
                    f"{value.label.en}: {value.shown.en}",
                    f"{value.label.zh}：{value.shown.zh}",
                    value.feeds[0],
                )


def was_listed(session: Session, one: Whom, month: str, code: str) -> bool:
    """Whether a programme paid somebody in the year before a month."""
    return code in listed_since(session, one, month)


def listed_since(session: Session, one: Whom, month: str) -> list[str]:
    """Return the programmes that were on lists for somebody in a month and the year before it."""
    rows = session.scalars(
        select(Payment.programme)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            theirs(session, one),
            Batch.month <= month,
            Batch.month >= str(Month.parse(month).minus(_MONTHS_BACK)),
        )
        .distinct()
        .order_by(Payment.programme)
    )
    return list(rows)


def _is_listed(session: Session, one: Whom, month: str, code: str) -> bool:
    found = session.scalar(
        select(Payment.id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            theirs(session, one),
            Payment.programme == code,
            Batch.month == month,
        )
        .limit(1)
    )
    return found is not None
