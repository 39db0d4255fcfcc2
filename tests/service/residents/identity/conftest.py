"""People whose numbers the register and the police speak about, in the test's session."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import residents
from tests.foundation.committed import committed, template
from tests.service.residents.identity.police import Police

__all__ = ["committed", "police", "template"]


@pytest.fixture
def police(session: Session) -> Police:
    """The police's registers in the test's session, in which the factories work too."""
    residents.use(session)
    return Police(session)
