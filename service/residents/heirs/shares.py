"""Parts of an estate: fractions that are kept, added and divided as whole numbers only."""

import re
from collections.abc import Mapping
from fractions import Fraction

from service.residents.heirs.problems import ShareUnclear
from service.residents.models.heirs import WHOLE_PARTS

_WRITTEN = re.compile(r"([0-9]{1,7}) ?[/／] ?([0-9]{1,7})")


def share_from(written: str) -> Fraction:
    """Return what was written as ``1/3`` or ``1``; raises :class:`ShareUnclear`."""
    said = written.strip()
    found = _WRITTEN.fullmatch(said)
    if found is None and said != "1":
        raise ShareUnclear
    num, den = (int(found[1]), int(found[2])) if found else (1, 1)
    if den == 0 or not 0 < num <= den:
        raise ShareUnclear
    share = Fraction(num, den)
    if WHOLE_PARTS % share.denominator:
        raise ShareUnclear
    return share


def written(share: Fraction) -> str:
    """Return a share as people write it: ``1/3``; the whole is ``1/1``, nothing ``0``."""
    return f"{share.numerator}/{share.denominator}" if share else "0"


def in_proportion(amount_fen: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Divide fen by weights, in their order, so that the parts sum to ``amount_fen`` exactly.

    No part is above its weight as long as the amount is not above the sum of the weights. Parts
    of no fen are left out. Raises ValueError where all weights together are nothing.
    """
    whole = sum(weights.values())
    if whole <= 0 or min(weights.values()) < 0:
        raise ValueError("an amount is divided by weights that are something together")
    parts, passed, given = {}, 0, 0
    for key, weight in weights.items():
        passed += weight
        upto = amount_fen * passed // whole
        if upto > given:
            parts[key] = upto - given
        given = upto
    return parts
