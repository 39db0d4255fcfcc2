"""Who looked at a resident's record: which office, on which day, at what, in plain words."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Text, any_, cast, exists, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock
from service.web.language import gettext

LOOKS_MAX = 50
KEPT = timedelta(days=366)
_ACTS = ("resident.read", "resident.revealed")
_READ_MAX = 2_000
_BY_OFFICERS = (AuditEntry.actor_kind == "officer", AuditEntry.act == any_(array(_ACTS)))


@dataclass(frozen=True)
class Look:
    """One office's looks of one day, at one kind of thing."""

    day: date
    office: str
    what: str


def any_look_at(
    own: ColumnElement[list[int]], since: ColumnElement[datetime]
) -> ColumnElement[bool]:
    """Whether there is a look at a human being of these ids since an instant, as a part of a statement."""
    return (
        exists()
        .where(
            AuditEntry.object_type == "persons",
            AuditEntry.object_id == any_(cast(own, ARRAY(Text))),
            *_BY_OFFICERS,
            AuditEntry.at >= since,
        )
        .correlate_except(AuditEntry)
    )


def lookers(session: Session, own: list[int]) -> list[Look]:
    """Return the newest looks of officers at a human being of these ids in a year, once for each day, office and kind of thing.

    Offices are named and officers are not: who it was, the office and the auditors know.
    """
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == "persons",
            AuditEntry.object_id.in_([str(one) for one in own]),
            *_BY_OFFICERS,
            AuditEntry.at >= clock.now() - KEPT,
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
