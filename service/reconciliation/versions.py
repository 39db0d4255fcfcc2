"""Read an answer with the version of the bank's profile that its file was written with.

The present profile is tried first: it is nearly always the right one. It is wrong when the file it
names was written with another one, and then what it said is thrown away, however well it could be
read: columns that changed places are read without a fault, and say the wrong thing.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank_adapters import adapter_for
from bank_adapters.recognise import Message
from service.dispatch.kept_profiles import adapter_as_kept, digest_of, earlier_profiles
from service.dispatch.models import BankFile
from service.ledger.models import BankChannel
from service.reconciliation.reading import Answer, read_answer


def read_as_sent(
    session: Session, channel: BankChannel, name: str, content: bytes, message: Message | None
) -> Answer:
    """Read everything a bank may say of payments. Never raises for what the bank sent."""
    answer = read_answer(channel, name, content, message)
    if answer.is_notice:
        return answer
    now = digest_of(adapter_for(channel.profile).profile)
    if answer.reply.believable and _written_with(session, channel, answer) in {None, now}:
        return answer
    for kept in earlier_profiles(session, channel, now):
        adapter = adapter_as_kept(kept)
        if adapter is None:
            continue
        again = read_answer(channel, name, content, message, adapter=adapter)
        if _written_with(session, channel, again) == kept.sha256:
            return again
    return answer


def _written_with(session: Session, channel: BankChannel, answer: Answer) -> str | None:
    """Return the digest of the profile of the file that an answer names.

    None for a file that was sent before profiles were kept; "" when it names no file of ours.
    """
    if not answer.reply.file_reference:
        return ""
    found = session.execute(
        select(BankFile.profile_sha256).where(
            BankFile.file_reference == answer.reply.file_reference,
            BankFile.channel_id == channel.id,
        )
    ).first()
    return found.profile_sha256 if found else ""
