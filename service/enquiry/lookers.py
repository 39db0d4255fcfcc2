"""Who looked at a resident's record: which office, on which day, at what, in plain words."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock
from service.residents.identity.canonical import aliases
from service.web.language import gettext

LOOKS_MAX = 50
_KEPT = timedelta(days=366)
_ACTS = ("resident.read", "resident.revealed")
_READ_MAX = 2_000


@dataclass(frozen=True)
class Look:
    """One office's looks of one day, at one kind of thing."""

    day: date
    office: str
    what: str


def lookers(session: Session, person_id: int) -> list[Look]:
    """Return the newest looks of officers in a year, once for each day, office and kind of thing.

    Offices are named and officers are not: who it was, the office and the auditors know.
    """
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == "persons",
            AuditEntry.object_id.in_([str(one) for one in aliases(session, person_id)]),
            AuditEntry.actor_kind == "officer",
            AuditEntry.act.in_(_ACTS),
            AuditEntry.at >= clock.now() - _KEPT,
        )
        .order_by(AuditEntry.at.desc())
        .limit(_READ_MAX)
    )
    found: dict[Look, None] = {}
    for one in entries:
        said = json.loads(one.canonical)
        office = said["actor"].get("organisation") or gettext("an office of the county")
        purpose = said.get("details", {}).get("purpose", "")
        found[Look(clock.civil(one.at).date(), office, _what(one.act, purpose))] = None
        if len(found) == LOOKS_MAX:
            break
    return list(found)


def _what(act: str, purpose: str) -> str:
    if act == "resident.revealed" or purpose.endswith(".reveal"):
        return gettext("your numbers or accounts in full, for a reason that was written down")
    if purpose.startswith(("line.", "GET /batches", "evidence", "GET /reconciliation")):
        return gettext("one of your payments")
    if purpose.startswith(("decision", "month.")):
        return gettext("what was decided about you")
    return gettext("your record")
