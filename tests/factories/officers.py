"""Synthetic officers, and the people of one batch's chain.

Made in the session that :func:`tests.factories.residents.use` was given.
"""

from dataclasses import dataclass

import factory

from service.foundation import clock
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
        revoked_at=None,
    )
    _sessions[0].add(key)
    _sessions[0].flush()
    return key
