"""Exit with 0 when the scheduled work ran lately: scheduler, queue and a worker are all alive."""

import sys

from sqlalchemy import text

from service.foundation.database import transaction

_FRESH = text(
    "SELECT count(*) FROM heartbeats "
    "WHERE task IN ('jobs.sweep', 'audit.sequence') AND at > now() - interval '1 minute'"
)
_TASKS = 2

with transaction() as session:
    sys.exit(0 if session.scalar(_FRESH) == _TASKS else 1)
