"""Processes that import, to be killed: each does one step of a department's month and ends."""

import contextlib
import os
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import select

from service import load_jobs
from service.audit.actor import Actor
from service.foundation.database import transaction
from service.residents import feeds
from service.residents.importing import confirm, import_delivery
from service.residents.models import Delivery
from tests.service.residents.importing.deliveries import OFFICE

load_jobs()
feeds.every()
STEWARD = Actor(kind="officer", id="steward")


@dataclass(frozen=True)
class Step:
    """Import ``path``; with ``confirms`` also take over what waits of that feed."""

    feed: str
    path: Path
    as_of: date
    confirms: bool = False


def take_step(environment: dict[str, str], step: Step, begun: Connection) -> None:
    """Do a step as a command would, until it is done or somebody kills this process."""
    os.environ.update(environment)
    begun.send(True)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        if step.confirms:
            _confirm_what_waits(step.feed)
        else:
            with transaction() as session:
                import_delivery(
                    session, step.feed, step.path, step.path.name, by=OFFICE, as_of=step.as_of
                )


def _confirm_what_waits(feed: str) -> None:
    with transaction() as session:
        waiting = session.scalars(
            select(Delivery.id).where(Delivery.feed == feed, Delivery.state == "waiting")
        ).all()
        for delivery_id in waiting:
            confirm(session, delivery_id, by=STEWARD, reason="与报送部门核对过")
