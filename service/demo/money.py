"""The bank's part of a demo month: send, resolve what is unknown, read answers, close the days."""

import time
from datetime import date, timedelta

from sqlalchemy import func, select

from service.batches.models import Batch
from service.demo.bank import SimulatedBank
from service.demo.staff import Staff
from service.demo.work import wait_for
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.dispatch.resolve import StillUnknown, release_resend
from service.foundation.database import transaction
from service.ledger.queries import channels
from service.reconciliation.chain import reopened
from service.reconciliation.close_day import close_day
from service.reconciliation.collect import BankSilent, collect
from service.reconciliation.models import BankDay, BankStatement

_SECONDS_MAX = 300.0
_RETURN_DAYS = 3


def send_month(month: str, staff: Staff) -> tuple[int, int]:
    """Wait until every signed batch of the month is at the bank; return (files, fen)."""
    wait_for("signing.time_stamp")
    wait_for("dispatch.begin", "dispatch.hand_over")
    _resolve_unknown(staff)
    with transaction() as session:
        row = session.execute(
            select(func.count(), func.coalesce(func.sum(BankFile.amount_fen), 0))
            .join(Batch, Batch.id == BankFile.batch_id)
            .where(Batch.month == month, BankFile.state.in_(("delivered", "answered", "unknown")))
        ).one()
    return row[0], int(row[1])


def _resolve_unknown(staff: Staff) -> None:
    """What is unknown is looked for; what is nowhere at the bank two officers let be sent again."""
    deadline = time.monotonic() + _SECONDS_MAX
    while time.monotonic() < deadline:
        with transaction() as session:
            unknown = [file.id for file in queries.in_states(session, "unknown", "sending")]
        if not unknown:
            return
        for file_id in unknown:
            try:
                with transaction() as session:
                    file = queries.locked(session, file_id)
                    if file.state == "unknown":
                        release_resend(
                            session, file, by=staff.signer, and_by=staff.reconciler,
                            reason="Seen nowhere at the bank after an interrupted run.",
                        )  # fmt: skip
            except StillUnknown:
                time.sleep(0.5)
        wait_for("dispatch.hand_over")


def read_answers(month: str) -> None:
    """Collect the banks' files until every file of the month is answered."""
    deadline = time.monotonic() + _SECONDS_MAX
    with transaction() as session:
        codes = [channel.code for channel in channels(session)]
    while True:
        _collect(codes)
        with transaction() as session:
            waiting = session.scalar(
                select(func.count())
                .select_from(BankFile)
                .join(Batch, Batch.id == BankFile.batch_id)
                .where(
                    Batch.month == month, BankFile.state.in_(("delivered", "unknown", "sending"))
                )
            )
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{waiting} bank files of {month} were not answered")
        time.sleep(0.1)


def close_days(bank: SimulatedBank, pay_day: date, staff: Staff) -> None:
    """Let the bank close the pay day and the day on which returns come, and close them here too."""
    for day in (pay_day, pay_day + timedelta(days=_RETURN_DAYS)):
        if _statements_missing(day):
            bank.end_of_day(day)
            _await_statements(day)
        with transaction() as session:
            for channel in channels(session):
                close_day(session, channel, day, by=staff.reconciler)


def _await_statements(day: date) -> None:
    deadline = time.monotonic() + _SECONDS_MAX
    while codes := _statements_missing(day):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the banks' statements of {day} did not come")
        _collect(codes)
        time.sleep(0.05)


def _collect(codes: list[str]) -> None:
    """Ask every bank once; the worker's own round may have taken a file from under our hands."""
    for code in codes:
        try:
            collect(code)
        except BankSilent:
            continue


def _statements_missing(day: date) -> list[str]:
    """Return the channels whose statement of a day has not been booked."""
    with transaction() as session:
        booked = set(
            session.scalars(select(BankStatement.channel_id).where(BankStatement.booked_on == day))
        )
        return [channel.code for channel in channels(session) if channel.id not in booked]


def days_closed() -> list[str]:
    """Return every closed bank day."""
    with transaction() as session:
        names = {channel.id: channel.code for channel in channels(session)}
        days = session.scalars(
            select(BankDay).where(~reopened()).order_by(BankDay.day, BankDay.closed_at)
        ).all()
        return [f"{names[one.channel_id]} {one.day}" for one in days]
