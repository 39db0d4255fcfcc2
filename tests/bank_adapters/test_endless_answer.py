"""The simulated bank's endless answer ends with the line, and the bank has its loop back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from bank_adapters.simulator.https_door import Response, _answer


class HungUp:
    """A line whose other end leaves after three writes; ``drain`` never waits, as asyncio's then does."""

    def __init__(self) -> None:
        self.writes = 0

    def write(self, content: bytes) -> None:
        self.writes += 1
        assert self.writes < 1_000, f"{len(content)} bytes more for a line that was hung up"

    async def drain(self) -> None:
        return None

    def is_closing(self) -> bool:
        return self.writes > 3


def test_an_endless_answer_ends_when_the_line_does() -> None:
    line, turns = HungUp(), 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def answered() -> None:
        beside = asyncio.create_task(others())
        said = Response(200, b"{}", spoilt="endless_answer")
        await _answer(cast("Any", line), said)
        beside.cancel()

    # A thread of its own: a browser of another test may have left a loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, answered()).result()
    assert line.writes == 4
    assert turns >= 3, "everybody else waits while it writes"
