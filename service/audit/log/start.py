"""Ask at every start whether the log continues what was published, so that no restored backup goes on."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from service.audit.log.continues import require_continuation
from service.foundation.database import transaction
from service.foundation.logs import logger
from service.foundation.problems import Problem


def log_continues(
    opened: Callable[[], AbstractContextManager[Session]] = transaction,
) -> Problem | None:
    """Return why nothing may be signed, after writing it down; None when all is well.

    A database that does not answer, or is not migrated yet, is asked again at the next start.
    """
    try:
        with opened() as session:
            require_continuation(session)
    except (OperationalError, ProgrammingError):
        logger("audit").warning("log.not_compared")
    except Problem as problem:
        logger("audit").error("log.refused", code=problem.code)
        return problem
    return None
