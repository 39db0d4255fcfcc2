"""What a looked-at sample says about everything: exact bounds, in whole numbers throughout.

Rates are parts per million. The bounds of a rate are those of Clopper and Pearson (The use of
confidence or fiducial limits illustrated in the case of the binomial, Biometrika 26, 1934): the rates
at which so many errors, or so few, would still be seen with probability α. Bounds of an amount are
Stringer's (Practical aspects of statistical sampling in auditing, 1963; as in the AICPA's Audit Guide
Audit Sampling): each error counts by its share of its line, the largest share first.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import comb

PPM = 1_000_000
ONE_SIDED_95 = Fraction(5, 100)
TWO_SIDED_95 = Fraction(25, 1000)
"""On each side."""


def at_most(errors: int, of: int, rate_ppm: int) -> Fraction:
    """Return the probability of ``errors`` or fewer among ``of``, at a rate."""
    other = PPM - rate_ppm
    ways = sum(comb(of, k) * rate_ppm**k * other ** (of - k) for k in range(errors + 1))
    return Fraction(ways, PPM**of)


def upper_ppm(errors: int, of: int, alpha: Fraction) -> int:
    """Return the upper bound of Clopper and Pearson, rounded up to a part per million."""
    if errors >= of:
        return PPM
    low, high = 0, PPM
    while low < high:
        middle = (low + high) // 2
        if at_most(errors, of, middle) > alpha:
            low = middle + 1
        else:
            high = middle
    return low


def lower_ppm(errors: int, of: int, alpha: Fraction) -> int:
    """Return the lower bound of Clopper and Pearson, rounded down."""
    return PPM - upper_ppm(of - errors, of, alpha) if errors else 0


def stringer_fen(total_fen: int, of: int, shares: Sequence[Fraction]) -> int:
    """Return the upper bound of what is wrong in ``total_fen``, with 95 % confidence, rounded up.

    ``of`` is how many were drawn by money; ``shares`` the errors' shares of their lines, 0 to 1 each.
    """
    if not of:
        return 0
    rates = [Fraction(upper_ppm(k, of, ONE_SIDED_95), PPM) for k in range(len(shares) + 1)]
    bound = rates[0]
    for k, share in enumerate(sorted(shares, reverse=True), start=1):
        bound += (rates[k] - rates[k - 1]) * min(share, Fraction(1))
    return -(-(total_fen * bound).numerator // (total_fen * bound).denominator)
