"""A resident of the tests: registered, paid, and reading the code as in the demonstration."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.enquiry.demo_code import code_for_demo
from service.residents.models import Account, Person
from tests.factories.batches import BatchFactory, PaymentFactory, payee
from tests.factories.residents import PersonIdentifierFactory, _sessions, id_number

NOBODY = id_number(777, "19330303")
WAYS: dict[str, tuple[str, ...]] = {
    "ready": ("ready",),
    "held": ("held",),
    "sent": ("ready", "frozen", "sent"),
    "unknown": ("ready", "frozen", "sent", "unknown"),
    "paid": ("ready", "frozen", "sent", "paid"),
    "rejected": ("ready", "frozen", "sent", "rejected"),
    "returned": ("ready", "frozen", "sent", "paid", "returned"),
}
"""How a payment comes into each state; the database accepts no other way."""


@dataclass(frozen=True)
class Resident:
    """A person, the number, and one payment of October."""

    person: Person
    number: str
    payment: Payment


def resident(serial: int, *, state: str = "paid", amount_fen: int = 15_000) -> Resident:
    """Make a resident whose old-age allowance of 2026-10 is in a state."""
    person = payee()
    number = id_number(serial, "19450607")
    PersonIdentifierFactory.create(person=person, number=number)
    account = _sessions[0].query(Account).filter_by(person_id=person.id, known_to=None).one()
    payment = PaymentFactory.create(
        batch=BatchFactory.create(),
        state=WAYS[state][0],
        payee_person_id=person.id,
        account_id=account.id,
        amount_fen=amount_fen,
        settled_on=date(2026, 10, 16) if state == "paid" else None,
    )
    for then in WAYS[state][1:]:
        payment.state = then
        _sessions[0].flush()
    return Resident(person, number, payment)


def code_of(session: Session, number: str) -> str:
    """Return the newest code of a number."""
    code = code_for_demo(session, number)
    assert code is not None, "nobody asked for a code with this number"
    return code


def wrong(code: str) -> str:
    """Return another code of six digits."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
