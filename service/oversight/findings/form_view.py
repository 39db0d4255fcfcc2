"""What the form of a new finding shows."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.money import yuan
from service.foundation.problems import Problem
from service.officers.models import Organisation
from service.oversight.findings.from_samples import drawn_line
from service.oversight.findings.view import faults, severities
from service.oversight.standing import words as standing_words
from service.oversight.standing.catalogue import by_code
from service.oversight.standing.queries import hit_by_id
from service.web.language import gettext
from service.web.view_models import Option

DAYS = 15
"""In which an office answers, where the auditor says nothing else."""


def form(
    session: Session,
    *,
    hit: str = "",
    evidence: str = "",
    drawn: tuple[str, str] = ("", ""),
    given: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> dict[str, Any]:
    """Return what the form of a new finding shows; a hit or a drawn line says its sentence already.

    ``drawn``: the number of a sample and the reference of its line.
    """
    first = {
        "sentence": "", "severity": "medium", "organisation": "", "amount": "",
        "due_on": (clock.today() + timedelta(days=DAYS)).isoformat(),
    }  # fmt: skip
    about = ""
    if hit:
        found = hit_by_id(session, int(hit))
        query = by_code(found.query)
        first["sentence"] = standing_words.says(query, found.evidence)
        first["severity"] = found.severity
        about = gettext("%(query)s: %(subject)s") % {
            "query": standing_words.title(query), "subject": standing_words.subject_of(found)[0],
        }  # fmt: skip
    sample_no, reference = drawn
    if sample_no:
        sample, line = drawn_line(session, sample_no, reference)
        first["sentence"] = line.note if line.outcome in ("error", "missing") else ""
        first["amount"] = yuan(abs(line.error_fen)).replace(",", "") if line.error_fen else ""
        about = gettext("Line %(line)s of sample %(sample)s") % {
            "line": reference, "sample": sample.sample_no,
        }  # fmt: skip
    offices = session.scalars(
        select(Organisation.name).where(Organisation.kind != "audit").order_by(Organisation.name)
    )
    return {
        "given": {**first, **(given or {})},
        "hit": hit,
        "sample": sample_no,
        "line": reference,
        "about": about,
        "evidence": evidence,
        "severities": severities(),
        "offices": [Option(one, one) for one in offices],
        "faults": faults(problem),
    }
