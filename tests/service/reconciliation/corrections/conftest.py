"""A list of whose payments one bank refused six, and the workbook that goes out about them."""

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.build import build
from service.dispatch import queries
from service.dispatch.channels import fund
from service.dispatch.sent import mark_sent
from tests.factories import residents
from tests.factories.assessment import AssessmentFactory
from tests.factories.banks import OPENING_FEN
from tests.factories.batches import PAY_DAY, channel, due, fresh_feeds, payee, signed
from tests.factories.officers import staff
from tests.service.reconciliation.answers import Sent

NAMES = ("王秀兰", "李建国", "阿依古丽·买买提", "张伟", "赵春花", "欧阳明", "周大山")


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session


@pytest.fixture
def failed(made: Session, data_dir: object) -> Sent:
    """Seven payments at the rural bank, of which the last was paid and the others refused."""
    return six_refused(made)


def six_refused(made: Session) -> Sent:
    """Make them in a session in which the factories work."""
    fresh_feeds(made)
    fund(made, channel("rural"), OPENING_FEN, on=PAY_DAY.replace(day=1))
    assessment = AssessmentFactory.create(month="2026-10")
    for number, name in enumerate(NAMES):
        due(assessment, payee(name=name), 10_001 + number, programme="MZ15")
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    people = staff()
    signed(made, batch, people)
    for file in queries.of_batch(made, batch):
        move(made, file, "sending", by=SYSTEM)
        move(made, file, "delivered", by=SYSTEM)
        mark_sent(made, file)
    town = Sent(made, batch, people)
    assert town.reply(town.told(*["RJCT"] * 6, "ACSC")).state == "applied"
    return town
