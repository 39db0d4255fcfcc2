"""Look for people in whatever was written: every number, card and name that the database knows, exactly."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.foundation.encryption import sealer
from service.residents.models import Account, Person, PersonIdentifier, PersonName

NAMES_ARE_KEPT = {
    # Where a name is kept on purpose: the register, the bank's answer, and the line to be paid.
    ("persons", "name"),
    ("person_names", "name"),
    ("account_verifications", "holder_name"),
    ("payments", "payee_name"),
}
NAME_CHARACTERS_MIN = 3
"""Two characters are a name, and half of a village's or an office's as well."""
_NUMBER_SHAPE = re.compile(
    r"(?<![0-9a-fA-F])[0-9]{6}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx]"
)
_FRACTION = re.compile(r"(?<![0-9a-fA-F])[0-9]+\.[0-9]+")
"""Seconds in the metrics have seventeen digits, and once in a while they look like somebody's number."""
_WORTH_LOOKING = re.compile(r"[0-9]{15,}[Xx]?|[A-Z][0-9]{9}|[^\x00-\x7f]{2,}[0-9]*")
"""Numbers, cards, birth certificates and names (the factories' end in a digit); nothing else needs to be gone through."""
_HEX = re.compile(r"(?:[0-9a-f]{2}){20,}")


@dataclass
class Scanner:
    """Secrets by kind, and where a text holds any of them."""

    secrets: dict[str, str] = field(default_factory=dict)
    """Secret → its kind."""
    _lengths: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """First character → the lengths of what begins with it."""
    _odd: list[str] = field(default_factory=list)
    """Secrets of no usual shape (a name in Latin letters): few, and looked for one by one."""

    @classmethod
    def of(cls, session: Session) -> "Scanner":
        """Return a scanner for everybody in the database."""
        scanner, using = cls(), sealer()
        for number in session.scalars(select(PersonIdentifier)):
            place = f"person_identifiers:value:{number.value_index.hex()}"
            scanner.add("number", using.open(number.value_sealed, place))
        for card in session.scalars(select(Account)):
            scanner.add(
                "card", using.open(card.card_sealed, f"accounts:card:{card.card_index.hex()}")
            )
        for name in (
            *session.scalars(select(Person.name)),
            *session.scalars(select(PersonName.name)),
        ):
            if name and len(name) >= NAME_CHARACTERS_MIN:
                scanner.add("name", name)
        return scanner

    def add(self, kind: str, secret: str) -> None:
        """Look for one more."""
        self.secrets[secret] = kind
        if _WORTH_LOOKING.fullmatch(secret):
            self._lengths[secret[0]].add(len(secret))
        else:
            self._odd.append(secret)

    def all_of(self, kind: str) -> list[str]:
        """Return the secrets of one kind."""
        return [secret for secret, its in self.secrets.items() if its == kind]

    def count(self, kind: str) -> int:
        return len(self.all_of(kind))

    def found(self, written: str) -> list[str]:
        """Return the kinds of secrets in a text; ``shape`` is an ID number of anybody at all."""
        kinds = {"shape"} if _NUMBER_SHAPE.search(_FRACTION.sub("", written)) else set()
        for run in set(_WORTH_LOOKING.findall(written)):
            for at, first in enumerate(run):
                for length in self._lengths.get(first, ()):
                    kind = self.secrets.get(run[at : at + length])
                    if kind:
                        kinds.add(kind)
        kinds |= {self.secrets[odd] for odd in self._odd if odd in written}
        return sorted(kinds)

    def in_tables(self, session: Session) -> dict[tuple[str, str], list[str]]:
        """Return (table, column) → kinds, for every column in which anybody is found."""
        columns = session.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'bytea')"
            )
        ).all()
        assert len(columns) > 50
        leaks: dict[tuple[str, str], set[str]] = defaultdict(set)
        for table, column in columns:
            values = session.scalars(
                text(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
            )
            for written in _texts(values):
                if kinds := self.found(written):
                    leaks[table, column].update(kinds)
        return {place: sorted(kinds) for place, kinds in leaks.items()}


def _texts(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, bytes | memoryview):
            yield bytes(value).decode("utf-8", "replace")
            yield bytes(value).decode("gb18030", "replace")
        else:
            # Digests are long runs of hex, and some of them look like numbers.
            yield _HEX.sub("", json.dumps(value, ensure_ascii=False, default=str))
