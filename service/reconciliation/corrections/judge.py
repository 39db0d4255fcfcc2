"""Judge what a row says against what we know: which payment, still failed, whose, to which account."""

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from bank_adapters.names import same_name
from service.batches import words as batch_words
from service.batches.about import lines_seen_by
from service.batches.models import Payment
from service.foundation.encryption import sealer
from service.foundation.ids import number_of
from service.officers.models import Officer
from service.reconciliation.corrections.faults import Fault
from service.residents.accounts.current import current_account
from service.residents.accounts.queries import changes_of

ACT = "accounts.request"
FAILED = ("rejected", "returned")


@dataclass(frozen=True)
class Judged:
    """The payment a row is about, if there is one to see, and what else is wrong."""

    payment: Payment | None
    faults: list[Fault]


def judge(session: Session, entry: dict[str, str], officer: Officer) -> Judged:
    """Return the row's payment and every fault that only our own records show.

    What an officer may not see looks as if it were not there.
    """
    number = number_of(entry.get("reference", "").strip())
    if number is None:
        return Judged(None, [Fault("reference", "reference_wrong")])
    payment = session.scalars(
        select(Payment)
        .where(and_(Payment.id == number, lines_seen_by(officer, ACT)))
        .execution_options(populate_existing=True)
    ).first()
    if payment is None or payment.payee_person_id is None:
        return Judged(None, [Fault("reference", "reference_unknown")])
    if payment.state not in FAILED:
        if payment.bank_file_id is None:
            return Judged(None, [Fault("reference", "reference_unknown")])
        state = batch_words.line_tag(payment.state).text
        return Judged(payment, [Fault("reference", "not_failed", state)])
    return Judged(payment, list(_faults(session, payment, payment.payee_person_id, entry)))


def index_of(entry: dict[str, str]) -> bytes:
    """Return the blind index of what a row says, by which the same word is known again."""
    return sealer().index(f"{entry['account']}|{entry['bank_code']}", "card")


def _faults(
    session: Session, payment: Payment, person_id: int, entry: dict[str, str]
) -> list[Fault]:
    found = []
    holder = entry.get("holder", "")
    if holder and payment.payee_name and not same_name(payment.payee_name, holder):
        found.append(Fault("holder", "holder_differs"))
    now = current_account(session, person_id)
    index = sealer().index(entry.get("account", ""), "card")
    if now is not None and now.card_index == index and now.bank_code == entry.get("bank_code"):
        found.append(Fault("account", "same_account"))
    elif any(one.state == "requested" for one in changes_of(session, person_id)):
        found.append(Fault("", "account_change_waiting"))
    return found
