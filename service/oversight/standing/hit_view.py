"""What the page of one hit shows: what it says, what it is about, and the evidence as it was stored."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.readers import officer_names
from service.batches.models import Batch, Payment
from service.foundation.ids import reference_of
from service.oversight.standing import evidence, words
from service.oversight.standing.catalogue import by_code
from service.oversight.standing.models import StandingAside, StandingHit
from service.oversight.standing.queries import run_no
from service.web import filters
from service.web.language import gettext
from service.web.view_models import Column, Link, Row

_LINES_MAX = 20


def hit_page(session: Session, hit: StandingHit) -> dict[str, Any]:
    """Return everything the template needs; ``is_open`` says whether it may still be set aside."""
    query = by_code(hit.query)
    about, address = words.subject_of(hit)
    aside = session.get(StandingAside, hit.id)
    first = run_no(session, hit.query, hit.first_run)
    pairs = [
        (gettext("Amount"), f"{filters.yuan(hit.amount_fen)} {gettext('yuan')}"),
        (gettext("First seen"), filters.moment(first.as_of)),
    ]
    if hit.gone_run is not None:
        gone = run_no(session, hit.query, hit.gone_run)
        pairs.append((gettext("Gone since"), filters.moment(gone.as_of)))
    if aside is not None:
        who = officer_names(session, [str(aside.officer_id)]).get(str(aside.officer_id), "")
        pairs.append((gettext("Set aside"), f"{filters.moment(aside.at)} · {who} · {aside.reason}"))
    return {
        "heading": about,
        "tag": words.severity_tag(hit.severity),
        "said": words.says(query, hit.evidence),
        "query_title": words.title(query),
        "query_home": f"/oversight/queries/{query.code}",
        "home": f"/oversight/hits/{hit.id}",
        "hit_id": hit.id,
        "pairs": pairs,
        "columns": [Column(gettext("Evidence")), Column(gettext("Value"))],
        "rows": [
            *([Row((gettext("Seen at"), Link(about, address)))] if address else []),
            *_lines(session, hit),
            *(
                Row((evidence.named(name), _written(session, name, hit.evidence[name])))
                for name in sorted(hit.evidence)
            ),
            Row((gettext("Digest of the evidence"), hit.evidence_digest.hex())),
        ],
        "is_open": hit.gone_run is None and aside is None,
    }


def _lines(session: Session, hit: StandingHit) -> list[Row]:
    """Return a row with a link for each line that the evidence names."""
    named = [hit.evidence["line"]] if "line" in hit.evidence else hit.evidence.get("first", [])
    found = []
    for number in named[:_LINES_MAX]:
        payment = session.get(Payment, number)
        if payment is not None:
            batch = session.get_one(Batch, payment.batch_id)
            reference = reference_of(payment.id)
            found.append(
                Row(
                    (
                        gettext("Line"),
                        Link(reference, f"/batches/{batch.batch_no}/lines/{reference}"),
                    )
                )
            )
    return found


def _written(session: Session, name: str, value: Any) -> str:
    if value is None:
        return filters.NONE
    if name == "fen" or name.endswith("_fen"):
        return filters.yuan(int(value))
    if isinstance(value, str):
        return words.spoken(name, value)
    if isinstance(value, list):
        names = officer_names(session, [str(one) for one in value if _is_uuid(one)])
        return ", ".join(names.get(str(one), str(one)) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _is_uuid(value: Any) -> bool:
    try:
        return str(UUID(str(value))) == str(value)
    except ValueError:
        return False
