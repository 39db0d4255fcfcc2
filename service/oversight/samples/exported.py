"""The drawn lines as a file: what was found in each, so that another program can estimate too."""

import csv
import io
from collections.abc import Iterator

from sqlalchemy.orm import Session

from service.foundation.ids import reference_of
from service.oversight.samples.models import AuditSample
from service.oversight.samples.queries import every_line
from service.oversight.search.exported import safe

HEADER = ("line", "fen", "certain", "outcome", "error_fen", "note")


def csv_rows(session: Session, sample: AuditSample) -> Iterator[str]:
    """Yield the file's lines, its header first."""
    yield _written(HEADER)
    for one in every_line(session, sample):
        judged = (one.outcome, one.error_fen) if one.outcome else ("", "")
        yield _written(
            (reference_of(one.payment_id), one.fen, one.is_certain, *judged, safe(one.note))
        )


def _written(cells: tuple[object, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
