"""The feeds: one YAML file per department's table, naming its columns, key, mode and limits.

A feed's file is the agreement with the department in a form that both sides can read. Everything
the importer does with a column follows from its type here; there is no code for a single feed's
columns anywhere else.
"""

from functools import lru_cache
from pathlib import Path

from service.residents.feeds.definition import Column, Feed, Household, Limits
from service.residents.feeds.loading import FeedsBroken, UnknownFeed, load

__all__ = [
    "Column",
    "Feed",
    "FeedsBroken",
    "Household",
    "Limits",
    "UnknownFeed",
    "every",
    "feed",
    "load",
]


@lru_cache(maxsize=1)
def every() -> dict[str, Feed]:
    """Return every feed by code, in alphabetical order; raises :class:`FeedsBroken`."""
    return load(Path(__file__).parent)


def feed(code: str) -> Feed:
    """Return one feed; raises :class:`UnknownFeed`."""
    try:
        return every()[code]
    except KeyError:
        raise UnknownFeed(code, every()) from None
