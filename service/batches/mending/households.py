"""Who lives together, for programmes of a person that rest on one of the household, or the reverse."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

Of = tuple[str, int]
"""``person`` or ``household`` (or another kind), and the subject."""

# As far as was known when the month was frozen; persons by the id that counts now.
_LINKS = text(
    """
    WITH at AS (
        SELECT s.taken_at FROM assessments a JOIN snapshots s ON s.id = a.snapshot_id
        WHERE a.id = :assessment
    ),
    member AS (
        SELECT DISTINCT r.household_id, coalesce(p.merged_into, p.id) AS person_id
        FROM feed_records r JOIN persons p ON p.id = r.person_id, at
        WHERE r.feed = 'MZ_SA' AND r.known_from <= at.taken_at
          AND (r.known_to IS NULL OR r.known_to > at.taken_at)
          AND (r.household_id = ANY(:households) OR r.person_id IN (
              SELECT id FROM persons WHERE id = ANY(:persons) OR merged_into = ANY(:persons)))
    )
    SELECT household_id, person_id FROM member WHERE household_id IS NOT NULL
    """
).bindparams(
    bindparam("households", type_=ARRAY(BigInteger)), bindparam("persons", type_=ARRAY(BigInteger))
)


@dataclass(frozen=True)
class Households:
    """Which persons belong to which households of those who live together."""

    members: Mapping[int, set[int]]
    of: Mapping[int, set[int]]

    def of_kind(self, subject: Of, kind: str) -> list[Of]:
        """Return the subject itself, or who of another kind belongs to it."""
        if subject[0] == kind:
            return [subject]
        pairs = {("person", "household"): self.of, ("household", "person"): self.members}
        found = pairs.get((subject[0], kind), {}).get(subject[1], set())
        return [(kind, one) for one in found]

    def everybody(self, subjects: Iterable[Of]) -> set[Of]:
        """Return the subjects with everybody and every household found beside them."""
        return {
            *subjects,
            *(("household", one) for one in self.members),
            *(("person", one) for one in self.of),
        }


def households_of(session: Session, assessment_id: UUID, subjects: Iterable[Of]) -> Households:
    """Find who lives together with some subjects, and with those, to the end."""
    members: defaultdict[int, set[int]] = defaultdict(set)
    of: defaultdict[int, set[int]] = defaultdict(set)
    new = set(subjects)
    seen: set[Of] = set()
    while new:
        seen |= new
        said = {
            "assessment": assessment_id,
            "households": [one for kind, one in new if kind == "household"],
            "persons": [one for kind, one in new if kind == "person"],
        }
        for household_id, person_id in session.execute(_LINKS, said).all():
            members[household_id].add(person_id)
            of[person_id].add(household_id)
        new = Households(members, of).everybody(()) - seen
    return Households(members, of)
