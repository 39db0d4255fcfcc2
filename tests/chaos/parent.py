"""The parent of workers: it has everything imported and compiled, and forks one for each kill.

A Python process takes seconds to start and to warm up, a fork takes a few hundredths. Run by
:class:`tests.chaos.workers.Workers`, one JSON object a line: what to do and where to die in, the
process id out; a process id to wait for in, how it ended out.
"""

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn, TextIO
from uuid import UUID

from service import load_jobs
from service.foundation import jobs
from service.foundation.database import engine, transaction
from service.ledger.queries import channels
from service.officers.models import Officer
from service.reconciliation.close_day import DayNotClosable, close_day
from service.reconciliation.collect import BankSilent, collect
from tests.chaos.points import arm

KINDS = ("dispatch.begin", "dispatch.hand_over", "dispatch.resolve")


def send() -> None:
    """Do the jobs of sending that are due."""
    jobs.drain(kinds=KINDS)


def read(bank: str) -> None:
    """Read what a bank laid out."""
    with contextlib.suppress(BankSilent):
        collect(bank)


def close(day: str, by: str) -> None:
    """Close the banks' day."""
    with transaction() as session:
        officer = session.get_one(Officer, UUID(by))
        for channel in channels(session):
            with contextlib.suppress(DayNotClosable):
                close_day(session, channel, date.fromisoformat(day), by=officer)


ACTS: dict[str, Callable[..., None]] = {"send": send, "read": read, "close": close}


def main() -> None:
    """Fork what is asked for until nobody asks any more."""
    load_jobs()
    tell = os.fdopen(os.dup(1), "w", buffering=1)
    complain = os.fdopen(os.dup(2), "w", buffering=1)
    # What workers log goes nowhere; what they do is looked at instead.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            tell.write(json.dumps({"status": os.waitstatus_to_exitcode(status)}) + "\n")
        elif asked["fork"]:
            engine().dispose()
            worker = os.fork()
            if worker == 0:
                _work(asked, complain)
            tell.write(json.dumps({"worker": worker}) + "\n")
        else:
            ACTS[asked["act"]](**asked["with"])
            tell.write("{}\n")


def _work(asked: dict[str, Any], complain: TextIO) -> NoReturn:
    """Be a worker, and never come back."""
    ended = 1
    try:
        arm(asked["point"], asked["passes"])
        ACTS[asked["act"]](**asked["with"])
        ended = 0
    except Exception:
        traceback.print_exc(file=complain)
        complain.flush()
    finally:
        os._exit(ended)


if __name__ == "__main__":
    main()
