"""Jobs: rows in PostgreSQL are the truth, Celery messages only wake workers up.

A job is done in the same transaction as its work, under its row's lock: a killed worker leaves the
row as it was, a repeated message finds the row done, a lost message is found by the sweeper.
Handlers take ids and look at the world again; they trust nothing the queue says.
"""

from service.foundation.jobs.enqueue import enqueue
from service.foundation.jobs.handlers import job
from service.foundation.jobs.later import Later
from service.foundation.jobs.models import Job
from service.foundation.jobs.revive import revive
from service.foundation.jobs.run import drain, run
from service.foundation.jobs.siblings import is_last
from service.foundation.jobs.sweep import sweep
from service.foundation.jobs.take_over import take_over

__all__ = [
    "Job",
    "Later",
    "drain",
    "enqueue",
    "is_last",
    "job",
    "revive",
    "run",
    "sweep",
    "take_over",
]
