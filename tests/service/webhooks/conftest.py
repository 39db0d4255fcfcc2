"""A county with an endpoint that two administrators agreed on, and a real receiver behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.models import Officer, Organisation
from service.webhooks.agree import Proposed, confirm, propose
from service.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.factories import residents
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.service.webhooks.receiver import Receiver

__all__ = ["committed", "made", "template"]
OFFICE = "县民政局"


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session


@dataclass(frozen=True)
class Agreed:
    """An endpoint that is on, its secret, and who runs it."""

    id: UUID
    secret: str
    system: Officer
    security: Officer


def office(session: Session, name: str = OFFICE, division: str = "") -> str:
    """Make sure that an organisation is there."""
    if session.get(Organisation, name) is None:
        kind = "township" if division else "department"
        session.add(Organisation(name=name, kind=kind, division=division))
        session.flush()
    return name


def agree(session: Session, url: str, **changes: object) -> Agreed:
    """Let two administrators agree on an endpoint for MZ15."""
    system = OfficerFactory.create(duties=["system_administrator"])
    security = OfficerFactory.create(duties=["security_administrator"])
    said = {
        "name": "民政业务系统",
        "organisation": office(session),
        "programmes": ["MZ15"],
        **changes,
    }
    endpoint, secret = propose(session, Proposed(url=url, **said), by=system)  # type: ignore[arg-type]
    confirm(session, endpoint.id, by=security)
    return Agreed(endpoint.id, secret, system, security)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    running = Receiver().start()
    yield running
    running.stop()


@pytest.fixture
def agreed(committed: Committed, receiver: Receiver) -> Agreed:
    """An endpoint in a database whose commits stay."""
    with committed.transaction() as session:
        return agree(session, receiver.url)


def hurry(committed: Committed) -> None:
    """Let the hour of everything that waits have come."""
    with committed.transaction() as session:
        session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.due_at.is_not(None))
            .values(due_at=clock.now())
        )
        session.execute(update(WebhookEndpoint).values(not_before=None))
