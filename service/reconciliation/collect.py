"""Collect what a bank laid out for us: one transaction a file, removed there only after our commit."""

from sqlalchemy import select

from bank_adapters import adapter_for
from bank_adapters.transport import BankUnreachable
from service.audit.actor import Actor
from service.dispatch.channels import folders_of, transport
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.jobs.sweep import beat
from service.foundation.logs import kind_of, logger, places_of
from service.foundation.problems import Problem
from service.ledger.models import BankChannel
from service.reconciliation.ask import ask_for_what_is_due
from service.reconciliation.banks_now import beat_of
from service.reconciliation.reply import receive_reply
from service.reconciliation.statement import receive_statement

_log = logger("reconciliation")


class BankSilent(Problem):
    """A bank's server could not be asked."""

    code = "bank_silent"
    status = 502
    title = "The bank's server does not answer"

    def __init__(self, channel: str) -> None:
        super().__init__(
            f"The server of bank channel “{channel}” does not answer; it is asked again later.",
            f"银行通道“{channel}”的服务器没有应答，稍后将重试。",
        )


def collect(channel_code: str) -> int:
    """Read and apply every finished file of one bank; return how many were new to us.

    A file seen before is recognised by its bytes and changes nothing. One whose posting fails stays
    at the bank for the next round and blocks no other; its failure is raised when the others are in.
    Raises BankSilent.
    """
    with transaction() as session:
        channel = session.scalars(select(BankChannel).where(BankChannel.code == channel_code)).one()
        if channel.kind == "https":
            # Nothing is laid out there; each question is a job of its own.
            ask_for_what_is_due(session, channel, clock.now())
            return 0
        way = transport(channel)
        profile, folders = adapter_for(channel.profile).profile, folders_of(channel)
    fresh = 0
    by = Actor(kind="bank", id=channel_code)
    failure: Exception | None = None
    try:
        for folder, receive in (
            (folders.outbox, receive_reply),
            (folders.statements, receive_statement),
        ):
            for fetched in way.fetch_new(
                folder, known=lambda _: False, max_bytes=profile.max_reply_bytes
            ):
                try:
                    with transaction() as session:
                        here = session.get_one(BankChannel, channel.id)
                        kept = receive(session, here, fetched.remote.name, fetched.content, by=by)
                        fresh += kept.times_seen == 1
                except Exception as error:
                    _log.error("collect_failed", kind=kind_of(error), places=places_of(error))
                    failure = failure or error
                    continue
                way.remove(fetched.remote)
    except BankUnreachable:
        raise BankSilent(channel_code) from None
    with transaction() as session:
        beat(session, beat_of(channel_code))
    if failure is not None:
        raise failure
    return fresh
