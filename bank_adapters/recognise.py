"""Recognise a message of a standard by what stands in it, whatever its file is called.

What is none of them belongs to the bank's own format, and its adapter says whether it can be read.
"""

from __future__ import annotations

import re
from enum import StrEnum

PEEK_BYTES = 64 * 1024
BLOCKS = re.compile(r"\{1:|^:20:", re.MULTILINE)
BALANCE = re.compile(r"^:6[02][FM]:", re.MULTILINE)
INTERIM = re.compile(r"^:(?:34F|13D?|90[CD]):", re.MULTILINE)


class Message(StrEnum):
    """A message of a standard that any bank may send."""

    STATUS_REPORT = "pain.002"
    CANCELLATION_ANSWER = "camt.029"
    INTRADAY = "camt.052"
    STATEMENT = "camt.053"
    NOTICE = "camt.054"
    MT_STATEMENT = "mt940"
    MT_INTERIM = "mt942"


ELEMENTS = {
    b"CstmrPmtStsRpt": Message.STATUS_REPORT,
    b"RsltnOfInvstgtn": Message.CANCELLATION_ANSWER,
    b"BkToCstmrAcctRpt": Message.INTRADAY,
    b"BkToCstmrStmt": Message.STATEMENT,
    b"BkToCstmrDbtCdtNtfctn": Message.NOTICE,
}
STATEMENTS = frozenset({Message.STATEMENT, Message.MT_STATEMENT})
"""Messages with opening and closing balance: only these move cash in the books."""


def recognise(content: bytes) -> Message | None:
    """Return which message the content is by its first 64 KiB; None: of no standard."""
    # Without the NULs a UTF-16 document shows its markup as well.
    start = content[:PEEK_BYTES].replace(b"\0", b"")
    if b"<" in start[:64]:
        found = [(start.find(name), kind) for name, kind in ELEMENTS.items() if name in start]
        return min(found)[1] if found else None
    text = start.decode("latin-1").replace("\r\n", "\n")
    if not BLOCKS.search(text[:2048]):
        return None
    if BALANCE.search(text):
        return Message.MT_STATEMENT
    return Message.MT_INTERIM if INTERIM.search(text) else None
