"""Import the files of a folder side by side: each in a process of its own, each in its own transaction.

The household register goes first and alone: it makes nearly every person, and one import at a time
makes persons. The rest follow, the largest first, so that no long file is left over at the end.
"""

from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

from service import load_jobs
from service.audit.actor import Actor
from service.foundation.database import transaction
from service.residents.importing.deliver import import_delivery
from service.residents.importing.folder import Listed, Told, listed
from service.residents.models import Delivery

_FIRST = "GA_HUKOU"


def import_folder_side_by_side(
    folder: Path,
    *,
    by: Actor,
    workers: int,
    told: Told | None = None,
) -> list[Delivery]:
    """Import every listed file in ``workers`` processes; return deliveries in the order of the list.

    A file that cannot be imported at all (an unknown feed, a missing file) raises after the others
    are done.
    """
    work = listed(folder)
    ids: dict[int, UUID] = {}
    with ProcessPoolExecutor(
        max_workers=workers, mp_context=get_context("spawn"), initializer=load_jobs
    ) as pool:
        first = [number for number, one in enumerate(work) if one.feed == _FIRST]
        rest = sorted(
            (number for number in range(len(work)) if number not in first),
            key=lambda number: -work[number].path.stat().st_size,
        )
        for group in (first, rest):
            running = {pool.submit(_import_alone, work[number], by): number for number in group}
            for done in as_completed(running):
                ids[running[done]] = done.result()
                if told:
                    told(len(ids), len(work), _delivery(done.result()))
    return [_delivery(ids[number]) for number in range(len(work))]


def _import_alone(one: Listed, by: Actor) -> UUID:
    with transaction() as session:
        return import_delivery(
            session, one.feed, one.path, one.path.name, by=by, as_of=one.as_of
        ).id


def _delivery(delivery_id: UUID) -> Delivery:
    with transaction() as session:
        return session.get_one(Delivery, delivery_id)
