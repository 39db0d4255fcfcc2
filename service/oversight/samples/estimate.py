"""From what was found in a sample's lines to what is likely in all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.oversight.samples.bounds import TWO_SIDED_95, lower_ppm, stringer_fen, upper_ppm


@dataclass(frozen=True)
class Looked:
    """One line that was looked at; ``error_fen`` is what was paid too much (negative: too little),
    the whole line where evidence is missing."""

    fen: int
    error_fen: int
    is_wrong: bool
    is_certain: bool = False


@dataclass(frozen=True)
class Estimate:
    """Errors found, their rate with bounds in parts per million (95 %, both sides), and money.

    ``likely_fen`` is the error projected to everything (ratio estimate; by money: mean share of the
    drawn lines); ``at_most_fen`` is Stringer's bound, for samples drawn by money only.
    """

    looked: int
    wrong: int
    rate_low_ppm: int
    rate_high_ppm: int
    found_fen: int
    likely_fen: int
    at_most_fen: int | None


def of_lines(lines: Sequence[Looked], population_fen: int) -> Estimate:
    """Return the estimate of a sample whose lines were drawn one as likely as another."""
    of, wrong = len(lines), sum(line.is_wrong for line in lines)
    found, seen = sum(line.error_fen for line in lines), sum(line.fen for line in lines)
    return Estimate(
        of, wrong,
        lower_ppm(wrong, of, TWO_SIDED_95) if of else 0,
        upper_ppm(wrong, of, TWO_SIDED_95) if of else 1_000_000,
        found, _rounded(Fraction(population_fen * found, seen)) if seen else 0, None,
    )  # fmt: skip


def of_money(lines: Sequence[Looked], population_fen: int) -> Estimate:
    """Return the estimate of a sample drawn by money: what was certain is known, not projected."""
    certain = [line for line in lines if line.is_certain]
    drawn = [line for line in lines if not line.is_certain]
    rest_fen = population_fen - sum(line.fen for line in certain)
    known = sum(line.error_fen for line in certain)
    shares = [Fraction(line.error_fen, line.fen) for line in drawn if line.error_fen]
    likely = known + (_rounded(rest_fen * sum(shares, Fraction()) / len(drawn)) if drawn else 0)
    over = [share for share in shares if share > 0]
    at_most = sum(max(0, line.error_fen) for line in certain)
    wrong = sum(line.is_wrong for line in lines)
    drawn_wrong = sum(line.is_wrong for line in drawn)
    return Estimate(
        len(lines), wrong,
        lower_ppm(drawn_wrong, len(drawn), TWO_SIDED_95) if drawn else 0,
        upper_ppm(drawn_wrong, len(drawn), TWO_SIDED_95) if drawn else 0,
        sum(line.error_fen for line in lines), likely,
        at_most + stringer_fen(rest_fen, len(drawn), over),
    )  # fmt: skip


def _rounded(value: Fraction) -> int:
    return round(value)
