"""Make a pack: an act that is recorded with who, about what and how much was shown, and not too often."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.audit.record import record
from service.batches.models import Batch
from service.evidence.archive.write import Archive
from service.evidence.batch.gather import write_batch
from service.evidence.month.gather import Packs, write_month
from service.evidence.payment.gather import pack_of
from service.evidence.payment.subject import Subject
from service.foundation import clock
from service.foundation.problems import Problem
from service.residents.reading import read_resident
from service.residents.record.revealing import record_reveal

ACT, THING = "evidence.packed", "evidence_packs"
AN_HOUR_MAX = 60
"""Packs that one officer is given within an hour: enough for a sample, too few to copy a county."""


class TooManyPacks(Problem):
    """One officer asked for more packs than anybody reads."""

    code = "too_many_packs"
    status = 429
    title = "Too many packs at once"

    def __init__(self) -> None:
        super().__init__(
            f"You were given {AN_HOUR_MAX} packs within the hour; wait a while before the next one.",
            f"一小时内您已取得 {AN_HOUR_MAX} 份证据包，请稍后再试。",
        )


def make_of_payment(session: Session, about: Subject, *, by: Actor, reason: str = "") -> Archive:
    """Return a payment's pack, and record it in the same transaction.

    Whole only with a reason, which is kept as the showing of what is masked. Raises TooManyPacks,
    RevealReasonMissing.
    """
    require_not_too_many(session, by)
    payee = about.payment.payee_person_id
    if payee is not None:
        fields = ["name", "account"] if about.whole else []
        read_resident(session, payee, by=by, purpose=ACT, fields=[*fields, about.payment.programme])
    if about.whole:
        on = ("payments_shown", about.payment.reference)
        record_reveal(session, on, by=by, reason=reason, shown=["identity", "sensitive"])
    made = pack_of(session, about)
    keep(session, "payment", about.payment.reference, made.digest, by=by, whole=about.whole)
    return made


def make_of_batch(
    session: Session, batch: Batch, path: Path, *, by: Actor, reason: str = "", whole: bool = False
) -> str:
    """Write a batch's pack to a path, record it, and return its digest; whole only with a reason.

    Raises TooManyPacks, RevealReasonMissing.
    """
    require_not_too_many(session, by)
    if whole:
        shown = ["identity", "accounts"]
        record_reveal(session, ("batches_shown", batch.batch_no), by=by, reason=reason, shown=shown)
    digest = write_batch(session, batch, path, whole=whole)
    keep(session, "batch", batch.batch_no, digest, by=by, whole=whole)
    return digest


def make_of_month(session: Session, month: str, path: Path, packs: Packs, *, by: Actor) -> str:
    """Write a month's pack to a path, record it, and return its digest.

    Raises NotFound for a month without a list, TooManyPacks.
    """
    require_not_too_many(session, by)
    digest = write_month(session, month, path, packs)
    keep(session, "month", month, digest, by=by, whole=False)
    return digest


def keep(session: Session, kind: str, name: str, digest: str, *, by: Actor, whole: bool) -> None:
    """Record that a pack was made; under a thing of its own, so that the next one is the same."""
    details = {"digest": digest, "kind": kind, "shown": "whole" if whole else "masked"}
    record(session, ACT, by=by, on=(THING, name), details=details)


def require_not_too_many(session: Session, by: Actor) -> None:
    """Raise TooManyPacks when an officer was given as many as may be within the hour."""
    if by.kind != "officer":
        return
    given = session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.at > clock.now() - timedelta(hours=1),
            AuditEntry.act == ACT,
            AuditEntry.actor_id == by.id,
        )
    )
    if (given or 0) >= AN_HOUR_MAX:
        raise TooManyPacks
