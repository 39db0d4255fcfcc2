"""Ask for a look at every month that a change of identity may touch."""

from sqlalchemy.orm import Session

from service.foundation.jobs import enqueue
from service.residents.models import IdentityAct

KIND = "assessment.reopen"
"""Handled where payments are known; residents do not look at them."""


def reopen(session: Session, act: IdentityAct) -> None:
    """Have the months of both persons of an act looked at, once for each act."""
    enqueue(
        session,
        KIND,
        str(act.id),
        act_id=act.id,
        persons=f"{act.kept_id},{act.other_id}",
        cause=act.kind,
    )
