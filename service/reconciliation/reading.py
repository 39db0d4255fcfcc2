"""Read what a bank sent by what it is: its own format, or a message that any bank may send."""

from dataclasses import dataclass, replace
from io import BytesIO

from bank_adapters import (
    BankAdapter,
    Fault,
    Reply,
    ReplyTotals,
    State,
    StatementFile,
    adapter_for,
)
from bank_adapters.faults import fault
from bank_adapters.iso20022 import camt053, pain002
from bank_adapters.judged import rules_of
from bank_adapters.mt.reader import read_statements
from bank_adapters.recognise import Message
from bank_adapters.registry import FORMATS
from service.foundation.logs import kind_of, logger, places_of
from service.ledger.models import BankChannel

_log = logger("reconciliation")
_NOTICES = frozenset({Message.INTRADAY, Message.NOTICE, Message.MT_INTERIM})


@dataclass(frozen=True)
class Answer:
    """What a file says of payments; a notice names no file of ours, and its silence says nothing."""

    reply: Reply
    is_notice: bool = False
    silence_counts: bool = True


def read_answer(
    channel: BankChannel,
    name: str,
    content: bytes,
    message: Message | None,
    *,
    adapter: BankAdapter | None = None,
) -> Answer:
    """Read everything a bank may say of payments, with the present adapter where none is given.

    Never raises for what the bank sent.
    """
    try:
        return _answer(adapter or adapter_for(channel.profile), name, content, message)
    except Exception as error:  # A reader's own mistake must not keep the next file waiting.
        _log.error("reader_failed", kind=kind_of(error), places=places_of(error))
        return Answer(replace(_NOTHING, faults=(_FAILED,)))


def read_movements(channel: BankChannel, content: bytes, message: Message | None) -> StatementFile:
    """Read an account statement with its balances. Never raises for what the bank sent."""
    try:
        return _statement(channel, content, message)
    except Exception as error:  # As above.
        _log.error("reader_failed", kind=kind_of(error), places=places_of(error))
        return StatementFile((), (_FAILED,))


_FAILED = Fault(
    code="reader_failed",
    line=None,
    field="",
    value="",
    sentence_en="The file could not be read because of a mistake of ours; it is kept as it came.",
    sentence_zh="因本系统自身的错误，该文件未能读取；原件已保存。",
    fatal=True,
)
_NOTHING = Reply("", (), (), ReplyTotals(0, 0, None, None), State.UNKNOWN)


def _answer(adapter: BankAdapter, name: str, content: bytes, message: Message | None) -> Answer:
    if message is None:
        return Answer(adapter.read_reply(name, content))
    limit = adapter.profile.max_reply_bytes
    if len(content) > limit:
        return Answer(replace(_NOTHING, faults=(fault("file_too_large", detail=f"> {limit}"),)))
    if message is Message.STATUS_REPORT:
        return Answer(pain002.read(content, rules_of(adapter.profile)))
    read = FORMATS[message.value].read(BytesIO(content))
    reply = Reply(
        file_reference=read.file_reference,
        records=read.records,
        faults=read.faults,
        totals=read.totals,
        silence_means=read.silence_means,
        message_id=read.message_id,
    )
    if message in _NOTICES:
        return Answer(reply, is_notice=True, silence_counts=False)
    # An answer to a request to cancel: only the cancelling of the whole file says anything of those
    # it does not name.
    return Answer(reply, silence_counts=read.silence_means is State.REJECTED and not read.records)


def _statement(channel: BankChannel, content: bytes, message: Message | None) -> StatementFile:
    adapter = adapter_for(channel.profile)
    limit = adapter.profile.max_reply_bytes
    if message is Message.MT_STATEMENT:
        if len(content) > limit:
            return StatementFile((), (fault("file_too_large", detail=f"> {limit}"),))
        return read_statements(content)
    if message is Message.STATEMENT:
        return camt053.read(content, limit)
    return adapter.read_statement(content)
