"""What a finding or a measure points to: read from what people type, and shown where it is seen."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Batch, Payment
from service.batches.recoveries import queries as recoveries
from service.foundation.ids import number_of, reference_of
from service.foundation.problems import NotFound
from service.notices.objections import queries as objections
from service.oversight.findings.problems import EvidenceUnknown
from service.oversight.standing.models import StandingHit

LINKS_MAX = 100


def links_from(session: Session, typed: str) -> list[dict[str, str]]:
    """Return [{kind, id}] of what somebody typed, numbers apart by spaces or commas.

    Lines by reference, lists, recoveries and objections by number, entries of the trail by id.
    Raises :class:`EvidenceUnknown` for the first that is not there.
    """
    words = typed.replace(",", " ").replace("，", " ").replace("、", " ").split()
    if len(words) > LINKS_MAX:
        raise EvidenceUnknown(words[LINKS_MAX])
    return [_link(session, word) for word in dict.fromkeys(words)]


def links_of_hit(hit: StandingHit) -> list[dict[str, str]]:
    """Return what a hit's evidence names that has a place to be seen at."""
    kind, _, number = hit.subject.partition(":")
    found = [{"kind": "hit", "id": str(hit.id)}]
    if kind in ("batch", "case", "person"):
        found.append({"kind": {"case": "recovery"}.get(kind, kind), "id": number})
    lines = [hit.evidence["line"]] if "line" in hit.evidence else hit.evidence.get("first", [])
    found += [{"kind": "line", "id": reference_of(int(line))} for line in lines]
    return found


def addresses(session: Session, links: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return (what it is called, where it is seen or "") of links."""
    found = []
    for link in links:
        kind, name = link["kind"], link["id"]
        href = {
            "batch": f"/batches/{name}",
            "recovery": f"/recoveries/{name}",
            "objection": f"/objections/{name}",
            "person": f"/residents/{name}",
            "hit": f"/oversight/hits/{name}",
            "sample": f"/oversight/samples/{name}",
        }.get(kind, "")
        if kind == "line":
            batch_no = session.scalar(
                select(Batch.batch_no)
                .join(Payment, Payment.batch_id == Batch.id)
                .where(Payment.id == number_of(name))
            )
            href = f"/batches/{batch_no}/lines/{name}" if batch_no else ""
        found.append((name, href))
    return found


def _link(session: Session, word: str) -> dict[str, str]:
    number = number_of(word)
    if number is not None and session.get(Payment, number) is not None:
        return {"kind": "line", "id": word}
    if session.scalar(select(Batch.id).where(Batch.batch_no == word)) is not None:
        return {"kind": "batch", "id": word}
    for kind, find in (("recovery", recoveries.by_no), ("objection", objections.by_no)):
        try:
            find(session, word)
        except NotFound:
            continue
        return {"kind": kind, "id": word}
    try:
        entry = session.get(AuditEntry, UUID(word))
    except ValueError:
        entry = None
    if entry is None:
        raise EvidenceUnknown(word)
    return {"kind": "entry", "id": word}
