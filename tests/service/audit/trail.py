"""A small audit trail to tamper with: entries recorded, sequenced in rounds, heads remembered."""

from service.audit.actor import Actor
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.audit.record import record
from service.audit.verify import Verdict, verify
from tests.foundation.committed import Committed

ROUNDS = (3, 1, 4, 2)
"""How many entries each signed round adds: ends at 3, 4, 8 and 10."""
SIZE = sum(ROUNDS)


def write(committed: Committed, *rounds: int, remember: bool = True) -> None:
    """Record and sequence rounds of entries, each signed and remembered."""
    number = 0
    for entries in rounds:
        with committed.transaction() as session:
            for _ in range(entries):
                record(
                    session,
                    "thing.done",
                    by=Actor(kind="officer", id=f"officer-{number % 3}"),
                    on=("things", number),
                    details={"number": number},
                )
                number += 1
        with committed.transaction() as session:
            sequence(session)
        if remember:
            publish(committed.transaction)


def verdict(committed: Committed) -> Verdict:
    """Verify the trail as it is now."""
    with committed.transaction() as session:
        return verify(session)


def at(index: int) -> str:
    """Return SQL for the id of the entry at a place."""
    return f"(SELECT entry_id FROM audit_leaves WHERE index = {index})"
