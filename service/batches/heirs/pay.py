"""Pay to the registered heirs what is due for months a person lived, once that person has died.

Only for whose death two sources agree on now: were the report wrong, the person is paid as before.
Only when the approved shares are the whole: an estate of which a part is unclear waits undivided.
Some subsidies are for the dead person's family from the start and go to whom the application names;
the registered heirs receive them where it names nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from service.assessment.keep import FOR_THE_FAMILY
from service.batches.deaths import DEATHS
from service.residents.heirs.shares import in_proportion
from service.residents.models.heirs import WHOLE_PARTS

_HEIRS = f"""
CREATE TEMPORARY TABLE heirs ON COMMIT DROP AS
SELECT * FROM (
    SELECT coalesce(dead.merged_into, dead.id) AS person_id,
           coalesce(heir.merged_into, heir.id) AS heir_id,
           h.share_num::bigint * ({WHOLE_PARTS} / h.share_den) AS parts,
           sum(h.share_num::bigint * ({WHOLE_PARTS} / h.share_den))
               OVER (PARTITION BY coalesce(dead.merged_into, dead.id)) AS all_parts,
           h.registered_at, h.id
    FROM heir_registrations h
    JOIN persons dead ON dead.id = h.person_id
    JOIN persons heir ON heir.id = h.heir_person_id
    WHERE h.approved_at IS NOT NULL AND h.ended_at IS NULL
) standing WHERE all_parts = {WHOLE_PARTS}
"""  # noqa: S608 - constants of this module
# A registration that ended since leaves the line with the dead person, and so held.
_AS_DECIDED = """
UPDATE wanted SET payee_person_id = d.payee_person_id
FROM decisions d WHERE d.id = wanted.decision_id AND wanted.line_type = 'estate'
  AND NOT EXISTS (
      SELECT FROM heirs h JOIN persons s ON s.id = wanted.subject_id
      WHERE h.person_id = coalesce(s.merged_into, s.id))
"""
# The programme and the family's say are those of the decision; what a recovery kept was paid.
CONCERNED = """
SELECT w.id, d.programme, w.period, w.line_type, coalesce(s.merged_into, s.id) AS person_id,
       w.subject_id, coalesce(p.merged_into, p.id) AS payee_id, w.amount_fen, w.replaces_id,
       EXISTS (SELECT FROM payments x WHERE x.id = w.id) AS is_listed
FROM {lines} w
JOIN decisions d ON d.id = w.decision_id
JOIN persons s ON s.id = w.subject_id
LEFT JOIN persons p ON p.id = w.payee_person_id
WHERE w.subject_kind = 'person'
  AND coalesce(s.merged_into, s.id) IN (
      SELECT h.person_id FROM heirs h JOIN deaths USING (person_id) WHERE deaths.sources > 1)
  AND (d.programme <> ALL(:for_the_family) OR d.payee_person_id IS NULL)
ORDER BY w.id
"""
_RECEIVED = text(
    """
    SELECT coalesce(h.merged_into, h.id) AS heir_id, sum(p.amount_fen + coalesce((
        SELECT sum(o.offset_fen) FROM recovery_offsets o WHERE o.payment_id = p.id), 0))::bigint AS fen
    FROM payments p
    JOIN persons s ON s.id = p.subject_id
    JOIN persons h ON h.id = p.payee_person_id
    WHERE p.programme = :programme AND p.period = :period AND p.subject_kind = 'person'
      AND coalesce(s.merged_into, s.id) = :person AND p.line_type = 'estate'
      AND p.state <> 'reissued' AND p.id <> ALL(:besides)
    GROUP BY 1
    """
).bindparams(bindparam("besides", type_=ARRAY(BigInteger)))
_NEXT_ATTEMPT = text(
    """
    SELECT 1 + greatest(
        coalesce((SELECT max(p.attempt) FROM payments p
                  WHERE p.programme = :programme AND p.subject_kind = 'person'
                    AND p.subject_id = :subject AND p.period = :period
                    AND p.line_type = 'estate'), 0),
        coalesce((SELECT max(w.attempt) FROM wanted w JOIN decisions d ON d.id = w.decision_id
                  WHERE d.programme = :programme AND w.subject_kind = 'person'
                    AND w.subject_id = :subject AND w.period = :period
                    AND w.line_type = 'estate'), 0))
    """
)
_TO_HEIR = text(
    "UPDATE wanted SET payee_person_id = :heir, amount_fen = :fen, line_type = 'estate', "
    "attempt = coalesce(:attempt, attempt) WHERE id = :id"
)
_ANOTHER = text(
    """
    INSERT INTO wanted
    SELECT nextval(pg_get_serial_sequence('payments', 'id')), decision_id, period, 'estate',
           :attempt, replaces_id, mends_id, subject_kind, subject_id, :heir, division, :fen
    FROM wanted WHERE id = :id
    """
)


@dataclass(frozen=True)
class Line:
    """A line about the dead that is to be paid to heirs; ``is_listed``: it is among the payments."""

    id: int
    programme: str
    period: str
    line_type: str
    person_id: int
    subject_id: int
    payee_id: int | None
    amount_fen: int
    replaces_id: int | None
    is_listed: bool


def pay_heirs(session: Session) -> None:
    """Turn the lines of ``wanted`` that are about the dead into estate lines of their heirs."""
    if not find_heirs(session):
        session.execute(text(_AS_DECIDED))
        return
    session.execute(text(_AS_DECIDED))
    for line, pieces in divided(session, "wanted"):
        if len(pieces) > 1 and line.is_listed:
            continue  # `divide` makes lines of their own of it, before anything is addressed.
        _give(session, line, pieces)


def find_heirs(session: Session) -> bool:
    """Fill ``heirs`` and, where there are any, ``deaths``; return whether there are any."""
    session.execute(text("DROP TABLE IF EXISTS heirs"))
    session.execute(text(_HEIRS))
    if not session.scalar(text("SELECT EXISTS (SELECT FROM heirs)")):
        return False
    session.execute(text("DROP TABLE IF EXISTS deaths"))
    session.execute(text(DEATHS))
    return True


def divided(session: Session, lines: str) -> list[tuple[Line, dict[int, int]]]:
    """Return each line of a table of wanted lines that is the heirs', with fen by heir.

    An heir has no more of a period's estate than his share of all of it, whatever was paid, is on
    its way or waits under whichever registration.
    """
    rows = session.execute(
        text(CONCERNED.format(lines=lines)), {"for_the_family": list(FOR_THE_FAMILY)}
    )
    groups: dict[tuple[int, str, str], list[Line]] = {}
    for row in rows:
        line = Line(*row)
        groups.setdefault((line.person_id, line.programme, line.period), []).append(line)
    found = []
    for (person, programme, period), members in groups.items():
        besides = [one.id for one in members]
        besides += [one.replaces_id for one in members if one.replaces_id is not None]
        received = session.execute(
            _RECEIVED,
            {"person": person, "programme": programme, "period": period, "besides": besides},
        )
        got = {row.heir_id: int(row.fen) for row in received}
        found += assign(members, got, _parts(session, person))
    return sorted(found, key=lambda pair: pair[0].id)


def assign(
    lines: Iterable[Line], got: dict[int, int], parts: dict[int, int]
) -> list[tuple[Line, dict[int, int]]]:
    """Say which heir has how much of each line; ``got`` and the results in fen by heir.

    A line that is an heir's already stays so while it is within his share; all others are divided
    by what each heir still lacks.
    """
    lines = list(lines)
    due = in_proportion(sum(got.values()) + sum(one.amount_fen for one in lines), parts)
    lacks = {heir: max(0, due.get(heir, 0) - got.get(heir, 0)) for heir in parts}
    found, rest = [], []
    for line in lines:
        payee = line.payee_id
        if line.line_type == "estate" and payee in lacks and line.amount_fen <= lacks[payee]:
            lacks[payee] -= line.amount_fen
            found.append((line, {payee: line.amount_fen}))
        else:
            rest.append(line)
    for line in rest:
        pieces = in_proportion(line.amount_fen, lacks)
        for heir, fen in pieces.items():
            lacks[heir] -= fen
        found.append((line, pieces))
    return found


def _parts(session: Session, person: int) -> dict[int, int]:
    rows = session.execute(
        text("SELECT heir_id, parts FROM heirs WHERE person_id = :id ORDER BY registered_at, id"),
        {"id": person},
    )
    parts: dict[int, int] = {}
    for row in rows:
        parts[row.heir_id] = parts.get(row.heir_id, 0) + int(row.parts)
    return parts


def _give(session: Session, line: Line, pieces: dict[int, int]) -> None:
    said = {"programme": line.programme, "subject": line.subject_id, "period": line.period}
    for number, (heir, fen) in enumerate(pieces.items()):
        is_first = number == 0
        keeps = is_first and line.line_type == "estate"
        attempt = None if keeps else session.scalar(_NEXT_ATTEMPT, said)
        session.execute(
            _TO_HEIR if is_first else _ANOTHER,
            {"id": line.id, "heir": heir, "fen": fen, "attempt": attempt},
        )
