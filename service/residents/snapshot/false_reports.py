"""Deaths reported in error: counted against the feed that reported them, as a mark of its quality."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.months import Month
from service.foundation.settings import settings
from service.residents.models import Confirmation
from service.residents.snapshot.build import death_workings
from service.residents.snapshot.merges import ids_of
from service.residents.snapshot.workbench import workbench
from service.residents.snapshot.working import working_folder


def false_reports(session: Session, *, as_known_at: datetime | None = None) -> dict[str, int]:
    """Return feed → deaths it alone reported of people whom the register and a township know alive.

    By the very rule that clears the report in a snapshot. Retracted reports are not among them:
    who takes back an error has none left.
    """
    seen = select(Confirmation.person_id).where(
        Confirmation.answer == "alive", Confirmation.withdrawn_at.is_(None)
    )
    persons = sorted({one for found in session.scalars(seen) for one in ids_of(session, found)})
    if not persons:
        return {}
    month, county = Month.of(clock.today()), settings().county_division
    with working_folder(settings().snapshots_dir) as folder, workbench(folder) as bench:
        death_workings(session, bench, folder, month, county, as_known_at, persons)
        found = bench.execute(
            "SELECT falsely_reported_by FROM death WHERE falsely_reported_by IS NOT NULL"
        ).fetchall()
    return dict(Counter(feed for (feed,) in found))
