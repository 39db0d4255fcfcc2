"""Bank formats and transports: write a payment file, read replies and statements, carry bytes.

Pure on purpose: formats take and return bytes and frozen records; only `transport` touches the
network, and nothing here knows a database, a web page or the rest of the service.

Start at `contract` (what goes in and out), then one folder per bank or standard; `simulator` is a
whole bank as a separate process that fails on request.
"""

from bank_adapters.contract import (
    BankAdapter,
    BankProfile,
    CannotWrite,
    EntryKind,
    Fault,
    FileHeader,
    Instruction,
    RemoteFolders,
    Reply,
    ReplyRecord,
    ReplyTotals,
    State,
    Statement,
    StatementEntry,
    StatementFile,
    WrittenFile,
)
from bank_adapters.registry import UnknownProfile, adapter_for, profiles

__all__ = [
    "BankAdapter",
    "BankProfile",
    "CannotWrite",
    "EntryKind",
    "Fault",
    "FileHeader",
    "Instruction",
    "RemoteFolders",
    "Reply",
    "ReplyRecord",
    "ReplyTotals",
    "State",
    "Statement",
    "StatementEntry",
    "StatementFile",
    "UnknownProfile",
    "WrittenFile",
    "adapter_for",
    "profiles",
]
