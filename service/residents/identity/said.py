"""What the household register says, or last said, about a person row: enough to tell two apart."""

from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

_SAID = text(
    """
SELECT r.known_to IS NULL AND r.data->>'status' = '正常' AS registered,
       r.known_to IS NULL AS current,
       r.data->>'name_index' AS name, r.data->>'sex' AS sex, r.data->>'birth' AS birth
FROM feed_records r JOIN deliveries d ON d.id = r.delivery_id
WHERE r.feed = 'GA_HUKOU' AND r.person_id IN :ids
ORDER BY (r.known_to IS NULL AND r.data->>'status' = '正常') DESC, r.known_to IS NULL DESC,
         d.as_of DESC, d.received_at DESC, r.id DESC
LIMIT 1
"""
).bindparams(bindparam("ids", expanding=True))


@dataclass(frozen=True)
class Said:
    """The register's word; ``None`` is unknown and differs from nothing."""

    registered: bool = False
    """A current record in state 正常."""
    current: bool = False
    name: str | None = None
    """Blind index of the name."""
    sex: str | None = None
    birth: str | None = None

    def is_another(self, other: "Said") -> bool:
        """Return whether name, sex and birth are all known and all differ."""
        mine, theirs = (self.name, self.sex, self.birth), (other.name, other.sex, other.birth)
        return all(a and b and a != b for a, b in zip(mine, theirs, strict=True))


NOTHING = Said()


def said_of(session: Session, ids: list[int]) -> Said:
    """Return what the register says about any of some rows of one human being.

    A registration in force counts before one that is not, a current record before an ended one,
    and of several the one of the latest day, whenever it came.
    """
    row = session.execute(_SAID, {"ids": ids}).mappings().first()
    if row is None:
        return NOTHING
    return Said(row["registered"], row["current"], row["name"], row["sex"], row["birth"])
