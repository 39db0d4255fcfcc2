"""Finish a conversation for code that knows nothing of event loops."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def finish(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run one conversation to its end in a thread of its own: the caller's may have a loop running."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="bank") as alone:
        return alone.submit(asyncio.run, work).result()
