"""Find programmes in words, Chinese or English, and by whom they are for, who pays and how."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eligibility_rules import Programme
from service.programmes.guide.entries import Entry

WORDS_MAX = 80
BY_ITSELF, APPLIED = "by_itself", "apply"
MONTHLY = ("monthly", "triggered_monthly")
REGULAR = ("annual", "quarterly", "semiannual", "semester", "school_year")
OFTEN: Mapping[str, tuple[str, ...]] = {
    "month": MONTHLY,
    "year": REGULAR,
    "once": ("event", "one_off"),
}
"""How often, as somebody asks: every month, every year or part of it, when something happened."""
_HAN = re.compile("[\u3400-\u9fff]")
_NAME, _GROUP, _REST = 8, 4, 1
_PIECES_FROM, _PAIRS_SHARE = 3, 60
"""Of a hundred pairs of characters, how many must be found where the whole word is not."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; an empty text asks for nothing."""

    words: str = ""
    whom: str = ""
    department: str = ""
    paid: str = ""
    often: str = ""

    @property
    def is_anything(self) -> bool:
        return any((self.words.strip(), self.whom, self.department, self.paid, self.often))


def found(
    entries: Iterable[Entry], wanted: Wanted, programmes: Mapping[str, Programme]
) -> list[Entry]:
    """Return the entries that fit, the best first where words are looked for."""
    fitting = [one for one in entries if _fits(one, wanted)]
    terms = wanted.words[:WORDS_MAX].casefold().split()
    if not terms:
        return fitting
    ranked = [(_rank(one, terms, programmes[one.code]), one) for one in fitting]
    # Sorting is stable: equals stay in the order of their codes.
    return [one for rank, one in sorted(ranked, key=lambda pair: -pair[0]) if rank]


def _fits(one: Entry, wanted: Wanted) -> bool:
    return (
        (not wanted.whom or wanted.whom in {each.key for each in one.groups})
        and wanted.department in {"", one.department}
        and wanted.paid in {"", APPLIED if one.application else BY_ITSELF}
        and (not wanted.often or one.frequency in OFTEN.get(wanted.often, ()))
    )


def _rank(one: Entry, terms: Sequence[str], programme: Programme) -> int:
    """Return how well an entry answers the words; 0 where one of them is nowhere in it."""
    texts = [
        (_NAME, f"{one.code} {one.names.zh} {one.names.en}"),
        (_GROUP, " ".join(f"{each.words.zh} {each.words.en} {each.also}" for each in one.groups)),
        (_REST, _rest(programme)),
    ]
    lowered = [(weight, text.casefold()) for weight, text in texts]
    together = " ".join(text for _, text in lowered)
    ranks = [
        max((weight for weight, text in lowered if term in text), default=0)
        or _in_pieces(term, together)
        for term in terms
    ]
    return sum(ranks) if all(ranks) else 0


def _rest(programme: Programme) -> str:
    said = [programme.department.words, programme.amount.words, programme.payee]
    said += [condition.words for condition in programme.conditions]
    laws = [f"{law.title} {law.number}" for law in programme.laws]
    return " ".join(
        (*(f"{words.zh} {words.en}" for words in said), *laws, *programme.proofs_replaced)
    )


def _in_pieces(term: str, text: str) -> int:
    """Return the least rank where most of a Chinese word is there; it is written without spaces."""
    if len(term) < _PIECES_FROM or not all(_HAN.match(sign) for sign in term):
        return 0
    pairs = [term[place : place + 2] for place in range(len(term) - 1)]
    share = 100 * sum(pair in text for pair in pairs) // len(pairs)
    return _REST if share >= _PAIRS_SHARE else 0
