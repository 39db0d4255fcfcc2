"""Introductions: here the lower stages learn what the upper ones know.

A stage never imports a later one. What it must ask of one is handed to it here, once a process, for
the pages and for the command line.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.stepper import chain_steps
from service.approvals.whom import waits
from service.audit.readers import find_viewers_by, name_officers_by
from service.batches.batch_view import show_chain_by
from service.batches.linked import link_by
from service.batches.waits import tell_waits_by
from service.dispatch.file_page import link_file_by
from service.dispatch.holding.rule import written_of
from service.dispatch.queries import contents_of
from service.doors.lead import may_open
from service.enquiry.boards.view import came_of
from service.ledger.names import name_programmes_by
from service.officers.models import Officer
from service.officers.signed_in import viewer_called
from service.officers.words import name_places_by
from service.oversight import links
from service.programmes.guide.came import tell_came_by
from service.programmes.titles import title
from service.reconciliation.origins import explain_entries
from service.residents.places.tree import name_of
from service.signing.bank_files import read_by
from service.web.leading import judge_by


def make() -> None:
    """Introduce every stage to those before it."""
    name_programmes_by(title)
    name_officers_by(_officer_names)
    name_places_by(name_of)
    find_viewers_by(viewer_called)
    read_by(contents_of, written_of)
    show_chain_by(chain_steps)
    tell_waits_by(waits)
    tell_came_by(came_of)
    link_by(links.of_batch, links.of_line)
    link_file_by(links.of_file)
    explain_entries()
    judge_by(may_open)


def _officer_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(list(ids))))
    return {officer_id: name for officer_id, name in rows}  # noqa: C416 - rows are tuples of two
