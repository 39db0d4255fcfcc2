"""That an officer looked at a resident's data is itself an act, and recorded like one."""

import json
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.audit.record import record
from service.foundation import clock

ACT = "resident.read"
_AGAIN = timedelta(minutes=1)
"""Leafing back and forth within this time is one look."""


def read_resident(
    session: Session, person_id: int, *, by: Actor, purpose: str, fields: Collection[str]
) -> None:
    """Record that ``by`` is shown these fields of a person, in the transaction that shows them.

    ``person_id`` is the surrogate id, ``purpose`` the page or command (``resident.page``,
    ``residents.reveal``) and ``fields`` the names of what is shown (``id_number``, ``accounts``),
    never a value. The same officer, person and purpose within a minute are one entry, unless the
    officer sees more than that entry says.
    """
    if not _said_already(session, person_id, by, purpose, set(fields)):
        record(
            session,
            ACT,
            by=by,
            on=("persons", person_id),
            details={"purpose": purpose, "fields": sorted(fields)},
        )
        session.flush()


def _said_already(
    session: Session, person_id: int, by: Actor, purpose: str, fields: set[str]
) -> bool:
    entries = session.scalars(
        select(AuditEntry.canonical).where(
            AuditEntry.object_type == "persons",
            AuditEntry.object_id == str(person_id),
            AuditEntry.act == ACT,
            AuditEntry.actor_kind == by.kind,
            AuditEntry.actor_id == by.id,
            AuditEntry.at > clock.now() - _AGAIN,
        )
    )
    said = [json.loads(canonical)["details"] for canonical in entries]
    return any(one["purpose"] == purpose and fields <= set(one["fields"]) for one in said)
