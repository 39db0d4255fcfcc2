"""A few look-ups at once in each process; the others wait for their turn without a thread.

Threads of one process take the processor from one another. With as many of them as there are askers,
an answer costs half as much again, and a month's first day would leave no thread to the officers.
"""

from collections.abc import Callable
from functools import partial

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

_AT_ONCE = 3
"""One reckons while the others wait for the database."""
_turns = CapacityLimiter(_AT_ONCE)


async def in_turn(look: Callable[..., Response], *given: object) -> Response:
    """Return what ``look`` answers, in a thread of its own when its turn has come."""
    return await to_thread.run_sync(partial(look, *given), limiter=_turns)
