"""Synthetic officers, and the people of one batch's chain.

Made in the session that :func:`tests.factories.residents.use` was given.
"""

from dataclasses import dataclass
from datetime import timedelta

import factory

from service.foundation import clock
from service.officers.emergency.models import EmergencyAccess
from service.officers.holding.models import DutyGrant
from service.officers.models import Officer, SigningKey
from service.signing.sign import ALGORITHM
from tests.factories.residents import _Made, _sessions


class OfficerFactory(_Made):
    """An officer with the duty of a maker unless told otherwise; cannot sign in (no password)."""

    class Meta:
        model = Officer

    username = factory.Sequence(lambda n: f"clerk-{n}")
    name = factory.Sequence(lambda n: f"经办{n}")
    organisation = "县民政局"
    duties = factory.LazyFunction(lambda: ["maker"])
    password_hash = "none"
    active = True


class DutyGrantFactory(_Made):
    """A duty that was asked for; it has every field that any of its states needs."""

    class Meta:
        model = DutyGrant

    state = "asked"
    officer_id = factory.LazyFunction(lambda: OfficerFactory.create().id)
    duty = "maker"
    division = ""
    programmes = factory.LazyFunction(list)
    departments = factory.LazyFunction(list)
    starts_on = factory.LazyFunction(clock.today)
    ends_on = None
    reason = "新增岗位"
    asked_by = factory.LazyFunction(
        lambda: OfficerFactory.create(duties=["security_administrator"]).id
    )
    asked_at = factory.LazyFunction(clock.now)
    confirmed_by = factory.LazyFunction(
        lambda: OfficerFactory.create(duties=["security_administrator"]).id
    )
    confirmed_at = factory.LazyFunction(clock.now)
    ended_at = factory.LazyFunction(clock.now)


class EmergencyAccessFactory(_Made):
    """An emergency that was asked for; it has every field that any of its states needs."""

    class Meta:
        model = EmergencyAccess

    state = "asked"
    officer_id = factory.LazyFunction(lambda: OfficerFactory.create().id)
    reason = "防汛应急"
    minutes = 30
    asked_at = factory.LazyFunction(clock.now)
    confirmed_by = factory.LazyFunction(
        lambda: OfficerFactory.create(duties=["security_administrator"]).id
    )
    confirmed_at = factory.LazyFunction(clock.now)
    until = factory.LazyAttribute(lambda made: made.confirmed_at + timedelta(minutes=made.minutes))


@dataclass(frozen=True)
class Staff:
    """Everyone a batch needs on its way, each a different person."""

    maker: Officer
    reviewer: Officer
    signer: Officer
    reconciler: Officer


def staff() -> Staff:
    """Hire one officer for each duty in a batch's chain."""
    return Staff(
        maker=OfficerFactory.create(),
        reviewer=OfficerFactory.create(duties=["reviewer"]),
        signer=OfficerFactory.create(duties=["signer"]),
        reconciler=OfficerFactory.create(duties=["reconciler"]),
    )


def signing_key(officer: Officer, public_key: bytes) -> SigningKey:
    """Register an officer's public key."""
    key = SigningKey(
        officer_id=officer.id,
        algorithm=ALGORITHM,
        public_key=public_key,
        registered_at=clock.now(),
        confirmed_at=clock.now(),
        revoked_at=None,
    )
    _sessions[0].add(key)
    _sessions[0].flush()
    return key
