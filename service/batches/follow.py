"""Do the jobs of a run in this process, beside any worker, and say how far it has come."""

import time
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.batches.models import MonthRun
from service.batches.stages import KINDS, jobs_of
from service.foundation import jobs
from service.foundation.database import transaction

_SAID = {"month.freeze": "Freezing the facts", "month.assess": "Assessing everyone",
         "month.build": "Making the lists"}  # fmt: skip
_WAIT_SECONDS = 0.2


def follow(run_id: UUID) -> dict[str, float]:
    """Work until the run is over; return {stage: seconds}, and show progress on a terminal.

    Beside each stage stands ``{stage}_cpu``, the processor seconds of this process alone.

    A worker elsewhere may do some of the jobs, and a failed one is tried again after a while: both
    are waited for.
    """
    seconds: dict[str, float] = {}
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        for kind in KINDS:
            at, cpu_at = time.monotonic(), time.process_time()
            task = shown.add_task(_SAID[kind], total=None)
            while True:
                waiting, every = _waiting(run_id, kind)
                shown.update(task, total=max(every, 1), completed=every - len(waiting))
                if not waiting:
                    break
                if not jobs.run(waiting[0]):
                    time.sleep(_WAIT_SECONDS)
            stage = kind.partition(".")[2]
            seconds[stage] = round(time.monotonic() - at, 3)
            seconds[f"{stage}_cpu"] = round(time.process_time() - cpu_at, 3)
    return seconds


def _waiting(run_id: UUID, kind: str) -> tuple[list[UUID], int]:
    """Return the jobs of a kind that are not over, those due first, and how many there are in all."""
    with transaction() as session:
        run = session.get_one(MonthRun, run_id)
        mine = [job for job in jobs_of(session, run) if job.kind == kind]
        queued = sorted(
            (job for job in mine if job.state == "queued"), key=lambda job: (job.run_after, job.id)
        )
        return [job.id for job in queued], len(mine)
