"""Leave lines out of a signed list: two officers with a reason, or the rule about deaths.

A line can be left out as long as its file was never begun to be handed over. Whoever hands a file over
holds its row first; whoever leaves lines out takes the same row and waits for nobody. So either the
bank gets the file as signed and the hold is refused, or the signed file is withdrawn before its first
byte leaves.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.audit.moves import move
from service.audit.record import record
from service.batches.lines import digest_of_ids, move_lines
from service.batches.models import Batch, Payment
from service.batches.release import ReasonMissing
from service.batches.withheld.models import HeldLine, HoldAct
from service.dispatch import queries
from service.dispatch.channels import adapter_of
from service.dispatch.day_limits import hold_account
from service.dispatch.holding.problems import (
    FileGone,
    HoldNeedsTwo,
    NothingLeft,
    NotHoldable,
    NotOfThisList,
)
from service.dispatch.holding.rule import require_as_signed
from service.dispatch.models import BankFile
from service.dispatch.sent import finish_when_gone
from service.dispatch.write import write
from service.foundation import clock
from service.foundation.ids import number_of
from service.foundation.jobs import enqueue
from service.ledger.models import BankChannel
from service.officers.may import Matter, require
from service.officers.models import Officer
from service.signing.manifest import may_leave_out, of_batch

DECIDED, AGREED = "hold.decided", "hold.agreed"
"""Acts in the audit trail: by the first officer (or the system), and by the second."""
_NOT_GOING = ("held", "ready", "withheld")


def hold(
    session: Session,
    batch: Batch,
    references: Sequence[str],
    *,
    by: Officer,
    and_by: Officer,
    reason: str,
    session_id: str = "",
) -> HoldAct:
    """Leave the named lines out, once two officers decided it. The caller holds the batch's lock.

    Their money stays committed; they are issued again in a later list once released. Raises
    NotAllowed, HoldNeedsTwo, ReasonMissing, NotOfThisList, NotHoldable, FileGone, NothingLeft.
    """
    for officer in (by, and_by):
        require(officer, "dispatch.send", Matter(kind="batch", programme=batch.programme))
    if by.id == and_by.id:
        raise HoldNeedsTwo
    if not reason.strip():
        raise ReasonMissing
    require_holdable(session, batch)
    act = HoldAct(
        batch_id=batch.id,
        round=batch.round,
        by_id=by.id,
        and_by_id=and_by.id,
        reason=reason.strip(),
        at=clock.now(),
    )
    lines = dict.fromkeys(_chosen(session, batch, references), "")
    leave_out(session, batch, act, lines, by=by.actor(session_id))
    details = {"payments_digest": digest_of_ids(list(lines))}
    record(
        session,
        AGREED,
        by=and_by.actor(),
        on=("hold_acts", act.id),
        reason=act.reason,
        details=details,
    )
    return act


def require_holdable(session: Session, batch: Batch) -> None:
    """Raise NotHoldable unless the list is signed, waits to be sent, and its manifest has the rule."""
    if batch.state != "signed":
        raise NotHoldable.state(batch)
    manifest = of_batch(session, batch)
    if manifest is None or not may_leave_out(manifest):
        raise NotHoldable.version(batch)


def leave_out(
    session: Session, batch: Batch, act: HoldAct, lines: Mapping[int, str], *, by: Actor
) -> list[BankFile]:
    """Keep the act, withdraw the files of its lines {id: control}, and write what is left of each.

    Return the files that go instead; asks for them to be handed over. The caller holds the batch's
    lock. Raises FileGone, NothingLeft, NotSigned.
    """
    carried = _by_file(session, lines)
    _require_something_left(session, batch, lines)
    session.add(act)
    session.flush()
    record(
        session,
        DECIDED,
        by=by,
        on=("hold_acts", act.id),
        reason=act.reason,
        details={
            "batch_no": batch.batch_no,
            "count": len(lines),
            "payments_digest": digest_of_ids(list(lines)),
        },
    )
    written = []
    for file, numbers in carried:
        signed = session.get_one(BankFile, file.stands_for_id) if file.stands_for_id else file
        require_as_signed(session, batch, signed)
        for number in numbers:
            session.add(
                HeldLine(
                    hold_id=act.id,
                    payment_id=number,
                    bank_file_id=signed.id,
                    control=lines[number],
                )
            )
            move_lines(
                session,
                Payment.id == number,
                now="frozen",
                then="withheld",
                by=by,
                on=("payments", number),
                values={"bank_file_id": signed.id},
            )
        move(session, file, "withdrawn", by=by, reason=act.reason, details={"hold": str(act.id)})
        instead = _instead(session, batch, file, signed)
        if instead is not None:
            written.append(instead)
            enqueue(session, "dispatch.hand_over", f"{instead.id}:0", file_id=instead.id)
    finish_when_gone(session, batch)
    return written


def _chosen(session: Session, batch: Batch, references: Sequence[str]) -> list[int]:
    """Return the ids of the named lines, each one that waits to be sent. Raises NotOfThisList."""
    named = {one: number_of(one.upper()) for one in references}
    found = set(
        session.scalars(
            select(Payment.id).where(
                Payment.batch_id == batch.id,
                Payment.state == "frozen",
                Payment.id.in_([one for one in named.values() if one is not None]),
            )
        )
    )
    for reference, number in named.items():
        if number not in found:
            raise NotOfThisList(reference, batch)
    if not found:
        raise NotOfThisList("", batch)
    return sorted(found)


def _by_file(session: Session, lines: Mapping[int, str]) -> list[tuple[BankFile, list[int]]]:
    """Return each file with those of the lines that it carries, its row held. Raises FileGone."""
    carried: dict[object, list[int]] = {}
    for number, file_id in session.execute(
        select(Payment.id, Payment.bank_file_id).where(Payment.id.in_(lines)).order_by(Payment.id)
    ):
        carried.setdefault(file_id, []).append(number)
    try:
        with session.begin_nested():
            files = session.scalars(
                select(BankFile)
                .where(BankFile.id.in_(carried))
                .order_by(BankFile.id)
                .with_for_update(nowait=True)
                .execution_options(populate_existing=True)
            ).all()
    except OperationalError:
        raise FileGone(_name_of(session, next(iter(carried)))) from None
    for file in files:
        if file.state != "prepared" or file.intent_at is not None:
            raise FileGone(file.file_name)
    return [(file, carried[file.id]) for file in files]


def _name_of(session: Session, file_id: object) -> str:
    return session.get_one(BankFile, file_id).file_name


def _require_something_left(session: Session, batch: Batch, lines: Mapping[int, str]) -> None:
    going = session.scalar(
        select(func.count())
        .select_from(Payment)
        .where(
            Payment.batch_id == batch.id,
            Payment.state.not_in(_NOT_GOING),
            Payment.id.not_in(lines),
        )
    )
    if not going:
        raise NothingLeft(batch)


def _instead(session: Session, batch: Batch, file: BankFile, signed: BankFile) -> BankFile | None:
    """Write what is left of a file for the day that was signed; None where nothing is."""
    which = (Payment.bank_file_id == file.id, Payment.state == "frozen")
    left = session.scalar(select(func.count()).select_from(Payment).where(*which))
    if not left:
        return None
    channel = session.get_one(BankChannel, file.channel_id)
    if adapter_of(channel).profile.numbers_files:
        hold_account(session, channel)
    number = queries.count_standing_for(session, signed) + 1
    return write(
        session,
        batch,
        channel,
        which,
        reference=f"{signed.file_reference}-H{number}",
        day=signed.execution_date,
        stands_for=signed,
    )


def hold_the_dead(session: Session, batch: Batch, dead: Mapping[int, str]) -> list[BankFile]:
    """Leave out lines whose people died, {id: control}, without waiting for anybody.

    Raises what :func:`leave_out` raises.
    """
    act = HoldAct(batch_id=batch.id, round=batch.round, at=clock.now())
    return leave_out(session, batch, act, dead, by=SYSTEM)
