"""The feeds: one YAML file per department's table, naming its columns, key, mode, limits and facts.

A feed's file is the agreement with the department in a form that both sides can read. Everything
the importer does with a column follows from its type here; there is no code for a single feed's
columns anywhere else.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from service.residents.feeds.definition import (
    ALWAYS,
    SINCE_DELIVERY,
    Column,
    FactSource,
    Feed,
    Household,
    Limits,
    Meaning,
)
from service.residents.feeds.loading import FeedsBroken, UnknownFeed, load
from service.residents.feeds.proofs import Proof, load_proofs

__all__ = [
    "ALWAYS",
    "SINCE_DELIVERY",
    "Column",
    "FactSource",
    "Feed",
    "FeedsBroken",
    "Household",
    "Limits",
    "Meaning",
    "Proof",
    "UnknownFeed",
    "event_feeds",
    "every",
    "facts",
    "feed",
    "load",
    "proofs",
    "sources_of",
]

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def every() -> dict[str, Feed]:
    """Return every feed by code, in alphabetical order; raises :class:`FeedsBroken`."""
    return load(_FOLDER)


def feed(code: str) -> Feed:
    """Return one feed; raises :class:`UnknownFeed`."""
    try:
        return every()[code]
    except KeyError:
        raise UnknownFeed(code, every()) from None


def event_feeds() -> tuple[str, ...]:
    """Return the feeds whose silence about a person means that it did not happen."""
    return tuple(code for code, one in every().items() if one.event)


@lru_cache(maxsize=1)
def facts() -> Mapping[str, tuple[Feed, ...]]:
    """Return every fact that a feed tells, with its feeds in order of precedence."""
    told: dict[str, list[tuple[int, Feed]]] = defaultdict(list)
    for one in every().values():
        for source in one.facts:
            told[source.fact].append((source.precedence, one))
    return {
        fact: tuple(one for _, one in sorted(sources, key=lambda source: source[0]))
        for fact, sources in sorted(told.items())
    }


def sources_of(fact: str) -> tuple[Feed, ...]:
    """Return the feeds that tell a fact, the one that is believed first in front; empty if none."""
    return facts().get(fact, ())


@lru_cache(maxsize=1)
def proofs() -> tuple[Proof, ...]:
    """Return the paper proofs that nobody has to bring, by code; raises :class:`FeedsBroken`."""
    return load_proofs(_FOLDER / "proofs.yaml", every())
