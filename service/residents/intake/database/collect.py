"""Ask a department's database once: import the answer and move the watermark in one transaction."""

from service.foundation.database import transaction
from service.residents.intake.bring import bring
from service.residents.intake.database.pull import pull
from service.residents.intake.outcome import Outcome
from service.residents.intake.queries import source_by_code
from service.residents.intake.sealing import secret_of
from service.residents.intake.terms import DatabaseTerms
from service.residents.models import FeedSource


def collect_database(source: FeedSource, terms: DatabaseTerms) -> Outcome:
    """Import what the query answers; the watermark moves only if the import is kept.

    A killed worker leaves the watermark where it was: the same rows are asked for again and say
    nothing new. Raises what :func:`~service.residents.intake.database.pull.pull` raises.
    """
    outcome = Outcome()
    (feed,) = source.feeds
    with transaction() as session:
        locked = source_by_code(session, source.code, locked=True)
        pulled = pull(terms, secret_of(locked), feed, locked.watermark)
        if not pulled.rows and terms.watermark_column is not None:
            return outcome
        delivery = bring(session, locked, feed, pulled.content, f"{source.code}.csv")
        # What waits may still be declined, and would then be lost: it is asked for again.
        if delivery.state == "imported":
            locked.watermark = pulled.watermark
        outcome.took(delivery)
    return outcome
