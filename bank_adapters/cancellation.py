"""Ask a bank not to execute payments, and read what it answers; for banks that take such messages.

A bank without them (`BankProfile.cancellation_format` is "") is asked by letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from io import BytesIO

from bank_adapters.contract import BankProfile, FileHeader, Instruction, State, WrittenFile
from bank_adapters.faults import fault
from bank_adapters.formats import ReadFile, refused
from bank_adapters.iso20022 import camt029
from bank_adapters.iso20022.orders import CANCEL_REASONS, write_cancellation

__all__ = ["CANCEL_REASONS", "Answer", "meaning", "read_answer", "write_request"]


PASSED_ON = "PTNA"


class Answer(StrEnum):
    """What a bank says of one payment that it was asked not to execute."""

    CANCELLED = "cancelled"  # It is not executed, or its money is on the way back.
    REFUSED = "refused"  # The payment goes on as if nobody had asked.
    OPEN = "open"  # Still being looked at, passed on, or unclear: wait, then ask.


def write_request(
    profile: BankProfile, header: FileHeader, instructions: Sequence[Instruction]
) -> WrittenFile:
    """Write the bank's request to cancel payments of `header.cancels_file`. Raises CannotWrite."""
    limits = replace(
        profile, file_format=profile.cancellation_format, min_lines=1, file_suffix=".xml"
    )
    return write_cancellation(limits, header, instructions)


def read_answer(profile: BankProfile, content: bytes) -> ReadFile:
    """Read the answer. Never raises for what the bank sent."""
    if len(content) > profile.max_reply_bytes:
        return refused(fault("file_too_large", detail=f"> {profile.max_reply_bytes}"))
    return camt029.read(BytesIO(content))


def meaning(status: str, state: State, code: str = "") -> Answer:
    """Return what an answer's status means for the request; whatever is unclear stays open.

    A refusal that adds "already returned", "the original never came" or "passed on to the next bank"
    is no word that the payment goes on.
    """
    if state is State.REJECTED:
        return Answer.CANCELLED
    if status == "RJCR" and state is State.IN_TRANSIT and code != PASSED_ON:
        return Answer.REFUSED
    return Answer.OPEN
