"""Draw a sample from a seed: the same seed and population give the same lines, in any language.

Numbers come from SHA-256 in counter mode: block i is SHA-256(seed ‖ i as 8 bytes, big-endian), read
as four numbers of 8 bytes. A number below n is the first of them below the largest multiple of n that
fits into 64 bits, modulo n; so every line is as likely as any other. Nothing here reads or writes.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_RANGE = 2**64


@dataclass(frozen=True)
class Line:
    """One line of the population: its payment's number, whole fen (more than 0), nine digits of place."""

    number: int
    fen: int
    township: str


@dataclass(frozen=True)
class Drawn:
    """One drawn line; ``is_certain``: so large that every sample of this size contains it."""

    number: int
    is_certain: bool = False


def numbers(seed: bytes) -> Iterator[int]:
    """Yield 64-bit numbers for ever."""
    block = 0
    while True:
        digest = hashlib.sha256(seed + block.to_bytes(8, "big")).digest()
        for start in range(0, 32, 8):
            yield int.from_bytes(digest[start : start + 8], "big")
        block += 1


def below(source: Iterator[int], limit: int) -> int:
    """Return the next number from 0 to ``limit`` - 1."""
    accepted = _RANGE - _RANGE % limit
    return next(one for one in source if one < accepted) % limit


def simple(lines: Sequence[Line], size: int, seed: bytes) -> list[Drawn]:
    """Draw ``size`` lines without replacement, each as likely (Fisher and Yates), in order of number."""
    return [Drawn(line.number) for line in _shuffled(lines, size, numbers(seed))]


def stratified(lines: Sequence[Line], size: int, seed: bytes) -> list[Drawn]:
    """Draw from each township its share of ``size``: whole lines first, then the largest remainders;
    every township with a line gives one at least, even where that makes the sample larger.
    """
    strata: dict[str, list[Line]] = {}
    for line in lines:
        strata.setdefault(line.township, []).append(line)
    source = numbers(seed)
    drawn: list[Drawn] = []
    for name, share in shares({name: len(of) for name, of in strata.items()}, size).items():
        drawn += [Drawn(line.number) for line in _shuffled(strata[name], share, source)]
    return sorted(drawn, key=lambda one: one.number)


def shares(counts: dict[str, int], size: int) -> dict[str, int]:
    """Return {stratum: lines to draw} in order of name, by the largest remainders."""
    total = sum(counts.values())
    size = min(size, total)
    given = {name: size * counts[name] // total for name in sorted(counts)}
    by_remainder = sorted(counts, key=lambda name: (-(size * counts[name] % total), name))
    for name in by_remainder[: size - sum(given.values())]:
        given[name] += 1
    return {name: max(1, share) for name, share in given.items()}


def money_unit(lines: Sequence[Line], size: int, seed: bytes) -> list[Drawn]:
    """Draw by money: every fen is as likely. What is at least an interval large is drawn for certain;
    through the rest, in order of number, goes one random start and then every interval.
    """
    rest = sorted(lines, key=lambda line: line.number)
    certain: list[Line] = []
    left = min(size, len(rest))
    while left and rest:
        interval = max(1, sum(line.fen for line in rest) // left)
        large = [line for line in rest if line.fen >= interval]
        if not large:
            break
        certain += large
        rest = [line for line in rest if line.fen < interval]
        left = max(0, left - len(large))
    drawn = [Drawn(line.number, is_certain=True) for line in certain]
    if left and rest:
        drawn += _systematic(rest, left, seed)
    return sorted(drawn, key=lambda one: one.number)


def _systematic(rest: Sequence[Line], size: int, seed: bytes) -> list[Drawn]:
    total = sum(line.fen for line in rest)
    interval = total // size
    point = below(numbers(seed), interval)
    drawn: list[Drawn] = []
    reached = 0
    for line in rest:
        reached += line.fen
        if point < reached and len(drawn) < size:
            drawn.append(Drawn(line.number))
            point += interval
    return drawn


def _shuffled(lines: Sequence[Line], size: int, source: Iterator[int]) -> list[Line]:
    placed = sorted(lines, key=lambda line: line.number)
    size = min(size, len(placed))
    for place in range(size):
        other = place + below(source, len(placed) - place)
        placed[place], placed[other] = placed[other], placed[place]
    return sorted(placed[:size], key=lambda line: line.number)
