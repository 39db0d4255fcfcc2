"""People who change rules, in the test's session."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import residents
from tests.factories.proposals import RulePeople, rule_people
from tests.foundation.committed import committed, template

__all__ = ["committed", "people", "template"]


@pytest.fixture
def people(session: Session) -> RulePeople:
    residents.use(session)
    return rule_people()
