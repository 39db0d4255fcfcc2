"""What somebody may say is wrong with one programme's payment, and whose department answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.explain import RulesNotRead, Whole
from service.assessment.outcome_files import OutcomesDamaged
from service.batches.models import Batch, Payment
from service.enquiry.reasons import reasons_for
from service.foundation.problems import NotFound
from service.programmes.catalogue import rules
from service.residents import feeds
from service.residents.identity.canonical import aliases
from service.residents.requests.problems import ChoiceUnknown
from service.residents.snapshot.problems import SnapshotDamaged

_BANK, _CARD, _ANY = "BK_RET", "RS_CARD", "MZ_SA"
ARRIVAL = ("The money did not arrive", "钱没有到账")
AMOUNT = ("The amount is not right", "金额不对")
ACCOUNT = (
    "The account is not mine, or I have another one now",
    "收款账户不对，或已更换账户",
)
OTHER = ("Something else", "其他情况")


@dataclass(frozen=True)
class Choice:
    """One thing that may be wrong; ``feed`` is whose department answers."""

    code: str
    text: str
    text_zh: str
    feed: str


def choices(session: Session, person_id: int, month: str, code: str) -> list[Choice]:
    """Return what can be said to be wrong; raises NotFound where there is nothing of one's own."""
    is_paid = _is_listed(session, person_id, month, code)
    try:
        told = reasons_for(session, person_id, month, code)
    except NotFound:
        if not is_paid:
            raise
        told = []
    except (RulesNotRead, OutcomesDamaged, SnapshotDamaged):
        told = []
    owner = _owner(code)
    found = []
    if is_paid:
        found = [
            Choice("arrival", *ARRIVAL, _BANK),
            Choice("amount", *AMOUNT, owner),
            Choice("account", *ACCOUNT, _CARD),
        ]
    return [*found, *_facts(told), Choice("other", *OTHER, owner)]


def chosen(session: Session, person_id: int, month: str, code: str, about: str) -> Choice:
    """Return one of the choices; raises ChoiceUnknown, NotFound."""
    for one in choices(session, person_id, month, code):
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


def _is_listed(session: Session, person_id: int, month: str, code: str) -> bool:
    found = session.scalar(
        select(Payment.id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Payment.payee_person_id.in_(aliases(session, person_id)),
            Payment.programme == code,
            Batch.month == month,
        )
        .limit(1)
    )
    return found is not None


def _owner(code: str) -> str:
    """Return a feed of the department that pays a programme, whose people answer the rest."""
    programme = rules().programmes.get(code)
    if programme is None:
        return _ANY
    known = feeds.every()
    said = [one for one in programme.feeds if one in known]
    department = programme.department.words.zh
    own = [one for one in said if known[one].department_zh == department]
    own += [one for one, feed in known.items() if feed.department_zh == department]
    return (own or said or [_ANY])[0]
