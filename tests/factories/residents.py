"""Synthetic residents: persons, households, deliveries, records and accounts in the test's session.

A folder's conftest calls :func:`use` with its session; everything made is flushed, never committed.
"""

import hashlib
from typing import Any

import factory
import rfc8785
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.encryption import sealer
from service.residents.models import (
    Account,
    AccountChange,
    Delivery,
    FeedRecord,
    Household,
    Person,
    PersonIdentifier,
    ReviewTask,
)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_sessions: list[Session] = []


def use(session: Session) -> None:
    """Make everything in this session from now on."""
    _sessions[:] = [session]


def id_number(serial: int, birth: str = "19500101") -> str:
    """Return an ID number with a right check character, of nobody (GB 11643)."""
    body = f"330523{birth}{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


class _Made(factory.alchemy.SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: _sessions[0]  # noqa: E731 - factory-boy wants a callable here
        sqlalchemy_session_persistence = "flush"


class PersonFactory(_Made):
    """A person registered in the county."""

    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"试样{n}")
    division = "330523100200"


class HouseholdFactory(_Made):
    """A household that lives together; ``kind="land"`` for a contractor's."""

    class Meta:
        model = Household

    kind = "assist"
    code = factory.Sequence(lambda n: f"H{n:06d}")


class DeliveryFactory(_Made):
    """An imported file of a feed."""

    class Meta:
        model = Delivery

    feed = "GA_HUKOU"
    file_name = factory.Sequence(lambda n: f"delivery-{n}.csv")
    sha256 = factory.Sequence(lambda n: hashlib.sha256(f"delivery {n}".encode()).digest())
    encoding = "utf-8"
    state = "imported"
    mode = "full"
    received_at = factory.LazyFunction(clock.now)
    received_by = "officer-1"
    confirmed_at = factory.SelfAttribute("received_at")
    as_of = factory.LazyAttribute(lambda made: clock.civil(made.received_at).date())


class PersonIdentifierFactory(_Made):
    """An ID number of a person, sealed as the import seals it."""

    class Meta:
        model = PersonIdentifier

    class Params:
        number = factory.Sequence(id_number)
        person = factory.SubFactory(PersonFactory)
        delivery = factory.SubFactory(DeliveryFactory)

    person_id = factory.SelfAttribute("person.id")
    value_index = factory.LazyAttribute(lambda made: sealer().index(made.number, "id18"))
    value_sealed = factory.LazyAttribute(
        lambda made: sealer().seal(
            made.number, f"person_identifiers:value:{made.value_index.hex()}"
        )
    )
    tail = factory.LazyAttribute(lambda made: made.number[-4:])
    delivery_id = factory.SelfAttribute("delivery.id")


class FeedRecordFactory(_Made):
    """A current record of a feed; ``person`` and ``household`` may be None."""

    class Meta:
        model = FeedRecord

    class Params:
        person = factory.SubFactory(PersonFactory)
        household = None
        delivery = factory.SubFactory(DeliveryFactory, feed=factory.SelfAttribute("..feed"))

    feed = "GA_HUKOU"
    record_key = factory.Sequence(lambda n: f"key-{n}")
    person_id = factory.LazyAttribute(lambda made: made.person and made.person.id)
    household_id = factory.LazyAttribute(lambda made: made.household and made.household.id)
    data: Any = factory.LazyFunction(dict)
    digest = factory.LazyAttribute(lambda made: hashlib.sha256(rfc8785.dumps(made.data)).digest())
    delivery_id = factory.SelfAttribute("delivery.id")
    row_no = factory.Sequence(lambda n: n + 1)
    known_from = factory.SelfAttribute("delivery.received_at")
    known_to = None


class AccountFactory(_Made):
    """A normal account of a person at a bank that does not exist."""

    class Meta:
        model = Account

    class Params:
        card = factory.Sequence(lambda n: f"6217{n:015d}")
        person = factory.SubFactory(PersonFactory)
        delivery = factory.SubFactory(DeliveryFactory, feed="RS_CARD")

    person_id = factory.SelfAttribute("person.id")
    card_index = factory.LazyAttribute(lambda made: sealer().index(made.card, "card"))
    card_sealed = factory.LazyAttribute(
        lambda made: sealer().seal(made.card, f"accounts:card:{made.card_index.hex()}")
    )
    tail = factory.LazyAttribute(lambda made: made.card[-4:])
    bank_code = "102336000019"
    bank_name = "样例银行"
    status = "正常"
    since = None
    delivery_id = factory.SelfAttribute("delivery.id")
    known_from = factory.SelfAttribute("delivery.received_at")
    known_to = None


class ReviewTaskFactory(_Made):
    """A question to a department that waits for its answer."""

    class Meta:
        model = ReviewTask

    kind = "name_differs"
    subject_key = factory.Sequence(lambda n: f"person {n}")
    feed = "CL_CERT"
    state = "open"
    opened_at = factory.LazyFunction(clock.now)
    due_on = factory.LazyFunction(clock.today)


class AccountChangeFactory(_Made):
    """A change of account that one officer has asked for."""

    class Meta:
        model = AccountChange

    person_id = factory.LazyFunction(lambda: PersonFactory.create().id)
    card_sealed = b"sealed"
    card_index = factory.Sequence(lambda n: hashlib.sha256(f"card {n}".encode()).digest())
    tail = "0462"
    bank_code = "105336300012"
    bank_name = "石鼓农商行"
    reason = "旧卡已注销"
    state = "requested"
    requested_by = "officer-1"
    requested_at = factory.LazyFunction(clock.now)
    decided_by = "officer-2"
