"""Fold what few people share into what more share, so that no number tells about somebody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from service.notices.public_view import FEW


@dataclass(frozen=True)
class Came:
    """One programme's money in one month: who had it (ids, for counting only), and fen."""

    programme: str
    payees: frozenset[int]
    amount_fen: int


@dataclass(frozen=True)
class Shown:
    """A row that may be read by everybody; ``programme`` is "" for the others together."""

    programme: str
    people: int
    amount_fen: int


@dataclass(frozen=True)
class Told:
    """What the board tells of a month; ``people`` and ``amount_fen`` are None where few had money."""

    rows: tuple[Shown, ...]
    people: int | None
    amount_fen: int | None


def fold(came: Collection[Came], *, unnamed: Collection[str] = ()) -> Told:
    """Return rows of at least :data:`FEW` people each that add up to the total.

    A programme of fewer people, and one of ``unnamed`` (sensitive, never told by name), goes into
    "the others". If those are few as well, the smallest of the named programmes joins them: with
    the total beside it, a single missing row could be reckoned back.
    """
    if not came:
        return Told((), 0, 0)
    named = [one for one in came if len(one.payees) >= FEW and one.programme not in unnamed]
    by_name = {one.programme for one in named}
    others = [one for one in came if one.programme not in by_name]
    named.sort(key=lambda one: (-len(one.payees), one.programme))
    while others and len(_people(others)) < FEW and named:
        others.append(named.pop())
    if others and len(_people(others)) < FEW:
        return Told((), None, None)
    rows = [Shown(one.programme, len(one.payees), one.amount_fen) for one in named]
    rows.sort(key=lambda one: (-one.amount_fen, one.programme))
    if others:
        rows.append(Shown("", len(_people(others)), sum(one.amount_fen for one in others)))
    return Told(tuple(rows), len(_people(came)), sum(one.amount_fen for one in came))


def hidden_of(people: Mapping[str, int]) -> set[str]:
    """Return the keys whose figures are not told: those of few people, each of whom is in one of them.

    If these together are few, one more joins them, or they could be reckoned back from the total.
    """
    hidden: set[str] = set()
    together = 0
    for key in sorted(people, key=lambda one: (people[one], one)):
        if people[key] >= FEW and (not hidden or together >= FEW):
            break
        hidden.add(key)
        together += people[key]
    return hidden


def _people(came: Collection[Came]) -> frozenset[int]:
    return frozenset().union(*(one.payees for one in came))
