"""What an auditor says of a drawn line: what was found, or that its evidence was asked for first."""

from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.officers.may import require
from service.officers.models import Officer
from service.oversight.samples.models import AuditSample, SampleAsk, SampleLine, SampleLook
from service.oversight.samples.problems import LookUnusable, SampleDone
from service.oversight.samples.work import ACT, look

ASKED = "asked"


def say(
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
    """Keep one of ``agrees``, ``error``, ``missing`` or ``asked``.

    The caller holds the sample's lock. Raises NotAllowed, :class:`SampleDone`, :class:`LookUnusable`.
    """
    if outcome != ASKED:
        look(
            session, sample, payment_id, outcome=outcome, error_fen=error_fen, note=note, by=by,
            session_id=session_id,
        )  # fmt: skip
        return
    if error_fen:
        raise LookUnusable
    ask_evidence(session, sample, payment_id, note=note, by=by, session_id=session_id)


def ask_evidence(
    session: Session,
    sample: AuditSample,
    payment_id: int,
    *,
    note: str,
    by: Officer,
    session_id: str = "",
) -> None:
    """Keep that evidence of a drawn line was asked for; it is judged later.

    The caller holds the sample's lock. Raises :class:`SampleDone`, :class:`LookUnusable`.
    """
    require(by, ACT)
    key = (sample.id, payment_id)
    said_already = session.get(SampleLook, key) or session.get(SampleAsk, key)
    if session.get(SampleLine, key) is None or said_already is not None:
        raise SampleDone
    if not note.strip():
        raise LookUnusable
    session.add(
        SampleAsk(
            sample_id=sample.id, payment_id=payment_id, note=note.strip(), officer_id=by.id,
            at=clock.now(),
        )
    )  # fmt: skip
    record(
        session, "sample.evidence_asked", by=by.actor(session_id), on=("audit_samples", sample.id),
        reason=note, details={"line": payment_id},
    )  # fmt: skip
    session.flush()
