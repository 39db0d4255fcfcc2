"""Findings and samples: what a finding of a drawn line rests on, and which were raised from a sample."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation.ids import number_of, reference_of
from service.foundation.problems import NotFound
from service.oversight.findings.models import AuditFinding
from service.oversight.samples.models import AuditSample
from service.oversight.samples.queries import DrawnLine, one_line
from service.oversight.samples.work import by_no
from service.web.view_models import Link

_RAISED_MAX = 50


def drawn_line(session: Session, sample_no: str, reference: str) -> tuple[AuditSample, DrawnLine]:
    """Return a sample and a line that it drew; raises NotFound."""
    sample = by_no(session, sample_no)
    found = one_line(session, sample, number_of(reference))
    if found is None:
        raise NotFound("line")
    return sample, found


def links_to(sample: AuditSample, line: DrawnLine) -> list[dict[str, str]]:
    """Return what a finding from a drawn line rests on."""
    return [
        {"kind": "sample", "id": sample.sample_no},
        {"kind": "line", "id": reference_of(line.payment_id)},
    ]


def raised(session: Session, sample: AuditSample, reference: str = "") -> list[Link]:
    """Return the findings that rest on a sample, or on one of its lines."""
    named: list[dict[str, Any]] = [{"kind": "sample", "id": sample.sample_no}]
    if reference:
        named.append({"kind": "line", "id": reference})
    found = session.scalars(
        select(AuditFinding)
        .where(AuditFinding.origin == "sample", AuditFinding.evidence.contains(named))
        .order_by(AuditFinding.number)
        .limit(_RAISED_MAX)
    )
    return [
        Link(f"{one.finding_no} {one.sentence}", f"/findings/{one.finding_no}") for one in found
    ]
