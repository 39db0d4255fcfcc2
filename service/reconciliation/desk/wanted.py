"""Which exceptions of finance are asked for: the same filters in an address, a program's request and a command."""

from dataclasses import dataclass, fields

KINDS = ("file", "line", "receipt", "recall", "failed")
"""In the order in which those of one day or amount come."""
STATES = ("to_do", "ready", "asked")
"""Somebody has to do something; the account was corrected, so that it can be issued again; one
officer asked and another has to confirm."""
NOBODY = "nobody"
"""As an owner: those that nobody has taken."""
OTHER = "other"
"""As a reason: failed payments with a code of the bank's that is in no list."""
SORTS = ("since", "-since", "-amount", "amount")


@dataclass(frozen=True)
class Wanted:
    """Which exceptions, and in which order; what is empty is not asked about."""

    kind: str = ""
    bank: str = ""
    """A channel's code."""
    programme: str = ""
    place: str = ""
    """Leading digits of the line's division."""
    reason: str = ""
    """A bank's code, an outcome of a reply's line, or :data:`OTHER`."""
    owner: str = ""
    """A user name, or :data:`NOBODY`."""
    age: str = ""
    """Working days at least, in digits."""
    state: str = ""
    sort: str = "since"

    @property
    def by_amount(self) -> bool:
        return self.sort.endswith("amount")

    @property
    def is_falling(self) -> bool:
        """Whether the largest or newest come first."""
        return self.sort.startswith("-")

    def pairs(self) -> list[tuple[str, str]]:
        """Return what is asked for as it stands in an address."""
        plain = Wanted()
        return [
            (one.name, getattr(self, one.name))
            for one in fields(self)
            if getattr(self, one.name) != getattr(plain, one.name)
        ]


FIELDS = tuple(one.name for one in fields(Wanted))
VALUE_MAX = 64


def wanted_from(given: dict[str, str]) -> Wanted:
    """Return what names and values ask for; what cannot be one of ours finds nothing or is left out."""
    asked = {name: given[name][:VALUE_MAX] for name in FIELDS if given.get(name)}
    if asked.get("sort") not in SORTS:
        asked.pop("sort", None)
    age = asked.get("age", "")
    if age and not (age.isascii() and age.isdecimal() and len(age) < 5):
        asked.pop("age")
    return Wanted(**asked)
