"""An entry of the audit trail as an event on a page about bank files."""

import json
from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.officers import queries as officer_queries
from service.web.language import gettext
from service.web.view_models import Event, Tone


def event_of(session: Session, entry: AuditEntry, say: Callable[[str], tuple[str, Tone]]) -> Event:
    """Return who did what when, in the words of ``say``, with the reason that was given."""
    what, tone = say(entry.act)
    return Event(entry.at, _who(session, entry), what, json.loads(entry.canonical)["reason"], tone)


def _who(session: Session, entry: AuditEntry) -> str:
    if entry.actor_kind == "officer":
        officer = officer_queries.by_id(session, UUID(entry.actor_id))
        return officer.name if officer else entry.actor_id
    return gettext("the bank") if entry.actor_kind == "bank" else gettext("the system")
