"""Plan a sample, draw it from a later checkpoint, say what was found, and estimate.

Nobody chooses the seed: method, size and population are committed in the trail together with the
digest of a nonce that only the auditor knows; the seed is made of that nonce and the root of the
first checkpoint that covers the commitment, which nobody knew when it was made.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditCheckpoint, AuditLeaf
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.foundation import clock, ids
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.oversight.samples import draw as drawing
from service.oversight.samples.draw import Drawn, Line
from service.oversight.samples.estimate import Estimate, Looked, of_lines, of_money
from service.oversight.samples.models import AuditSample, SampleLine, SampleLook
from service.oversight.samples.problems import (
    LookUnusable,
    NonceUnusable,
    SampleDone,
    SampleEmpty,
    SampleNotYet,
    SizeUnusable,
)

ACT = "findings.write"
METHODS = {
    "simple": drawing.simple,
    "stratified": drawing.stratified,
    "money_unit": drawing.money_unit,
}
NONCE_MIN = 16
SIZE_MAX = 100_000


@dataclass(frozen=True)
class Plan:
    """What is drawn from and how; ``nonce`` only the auditor knows."""

    programme: str
    month: str
    method: str
    size: int
    nonce: str
    township: str = ""
    """Nine digits; empty: the whole county."""


def plan(session: Session, wanted: Plan, *, by: Officer, session_id: str = "") -> AuditSample:
    """Freeze the paid lines of a programme and month, of one township or all, and commit to how
    they will be drawn.

    Raises NotAllowed, BadMonth, :class:`SampleEmpty`, :class:`SizeUnusable`, :class:`NonceUnusable`.
    """
    require(by, ACT)
    month = str(Month.parse(wanted.month))
    text = _population(session, wanted.programme, month, wanted.township)
    lines = lines_of(text)
    if not lines:
        raise SampleEmpty
    if not 0 < wanted.size <= SIZE_MAX or wanted.method not in METHODS:
        raise SizeUnusable(SIZE_MAX)
    if len(wanted.nonce) < NONCE_MIN:
        raise NonceUnusable
    made = AuditSample(
        id=ids.uuid7(), programme=wanted.programme, month=month, township=wanted.township,
        method=wanted.method, size=wanted.size,
        population=zlib.compress(text.encode()), population_digest=_sha256(text),
        population_count=len(lines), population_fen=sum(line.fen for line in lines),
        commitment=_sha256(wanted.nonce), planned_by=by.id, planned_at=clock.now(),
    )  # fmt: skip
    entry = record(
        session, "sample.committed", by=by.actor(session_id), on=("audit_samples", made.id),
        details={
            "programme": made.programme, "month": made.month, "township": made.township,
            "method": made.method, "size": made.size,
            "population_sha256": made.population_digest, "lines": made.population_count,
            "nonce_sha256": made.commitment,
        },
    )  # fmt: skip
    made.entry_id = entry.id
    session.add(made)
    session.flush()
    return made


def draw(
    session: Session, sample: AuditSample, *, nonce: str, by: Officer, session_id: str = ""
) -> list[SampleLine]:
    """Draw with the committed nonce and the first checkpoint that covers the commitment.

    The caller holds the lock. Raises :class:`NonceUnusable`, :class:`SampleNotYet`,
    :class:`SampleDone`.
    """
    require(by, ACT)
    if sample.seed is not None:
        raise SampleDone
    if _sha256(nonce) != sample.commitment:
        raise NonceUnusable
    place = session.scalar(select(AuditLeaf.index).where(AuditLeaf.entry_id == sample.entry_id))
    covering = select(AuditCheckpoint).where(AuditCheckpoint.size > (place or 0))
    checkpoint = session.scalars(covering.order_by(AuditCheckpoint.size).limit(1)).first()
    if place is None or checkpoint is None:
        raise SampleNotYet
    sample.nonce, sample.checkpoint_size = nonce, checkpoint.size
    sample.seed = seed_of(sample, checkpoint.root).hex()
    sample.drawn_at = clock.now()
    text = population_of(sample)
    amounts = {line.number: line.fen for line in lines_of(text)}
    rows = [
        SampleLine(
            sample_id=sample.id, payment_id=one.number, fen=amounts[one.number],
            is_certain=one.is_certain,
        )
        for one in again(text, sample.method, sample.size, bytes.fromhex(sample.seed))
    ]  # fmt: skip
    session.add_all(rows)
    record(
        session, "sample.drawn", by=by.actor(session_id), on=("audit_samples", sample.id),
        details={
            "checkpoint_size": checkpoint.size, "seed": sample.seed, "drawn": len(rows),
            "lines_sha256": _sha256("".join(f"{row.payment_id}\n" for row in rows)),
        },
    )  # fmt: skip
    session.flush()
    return rows


def seed_of(sample: AuditSample, root: bytes) -> bytes:
    """Return the seed: SHA-256 over what was committed, the nonce, and the checkpoint's root."""
    said = "\n".join(
        ("anxin/sample/v1", sample.population_digest, sample.method, str(sample.size),
         sample.commitment, sample.nonce or "", root.hex(), "")
    )  # fmt: skip
    return hashlib.sha256(said.encode()).digest()


def again(population: str, method: str, size: int, seed: bytes) -> list[Drawn]:
    """Draw once more from the same text, method, size and seed: anybody gets the same lines."""
    return METHODS[method](lines_of(population), size, seed)


def population_of(sample: AuditSample) -> str:
    """Return the frozen text that a sample is drawn from."""
    return zlib.decompress(sample.population).decode()


def lines_of(population: str) -> list[Line]:
    """Return the lines of a population's text."""
    found = (row.split(" ") for row in population.splitlines())
    return [Line(int(number), int(fen), township) for number, fen, township in found]


def look(
    session: Session,
    sample: AuditSample,
    payment_id: int,
    *,
    outcome: str,
    error_fen: int = 0,
    note: str,
    by: Officer,
    session_id: str = "",
) -> None:
    """Keep what was found in a drawn line. Raises :class:`SampleDone`, :class:`LookUnusable`."""
    require(by, ACT)
    line = session.get(SampleLine, (sample.id, payment_id))
    if line is None or session.get(SampleLook, (sample.id, payment_id)) is not None:
        raise SampleDone
    fits = outcome in ("agrees", "missing") if not error_fen else outcome == "error"
    if not fits or not note.strip() or abs(error_fen) > line.fen:
        raise LookUnusable
    wrong = line.fen if outcome == "missing" else error_fen
    session.add(
        SampleLook(
            sample_id=sample.id, payment_id=payment_id, outcome=outcome, error_fen=wrong,
            note=note.strip(), officer_id=by.id, at=clock.now(),
        )
    )  # fmt: skip
    record(
        session, "sample.line_judged", by=by.actor(session_id), on=("audit_samples", sample.id),
        reason=note, details={"line": payment_id, "outcome": outcome, "error_fen": wrong},
    )  # fmt: skip
    session.flush()


def estimate(session: Session, sample: AuditSample) -> Estimate:
    """Return what the judged lines say about all of them; of part of the sample while it is under way."""
    rows = session.execute(
        select(SampleLine, SampleLook).join(
            SampleLook,
            (SampleLook.sample_id == SampleLine.sample_id)
            & (SampleLook.payment_id == SampleLine.payment_id),
        ).where(SampleLine.sample_id == sample.id)
    )  # fmt: skip
    looked = [
        Looked(line.fen, seen.error_fen, seen.outcome != "agrees", line.is_certain)
        for line, seen in rows
    ]
    judge = of_money if sample.method == "money_unit" else of_lines
    return judge(looked, sample.population_fen)


def by_no(session: Session, sample_no: str, *, locked: bool = False) -> AuditSample:
    """Return the sample that people call ``S000012``; raises NotFound."""
    spoken = re.fullmatch(r"S([0-9]{1,12})", sample_no)
    query = select(AuditSample).where(AuditSample.number == int(spoken[1] if spoken else 0))
    found = session.scalars(query.with_for_update() if locked else query).first()
    if found is None:
        raise NotFound("sample")
    return found


def _population(session: Session, programme: str, month: str, township: str) -> str:
    place = func.left(func.coalesce(Payment.division, "-"), 9)
    chosen = (
        select(Payment.id, Payment.amount_fen, place)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Batch.programme == programme, Batch.month == month, Payment.state == "paid")
        .order_by(Payment.id)
    )
    rows = session.execute(chosen.where(place == township) if township else chosen)
    return "".join(f"{number} {fen} {township}\n" for number, fen, township in rows)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
