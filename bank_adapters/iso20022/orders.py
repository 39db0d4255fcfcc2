"""Write a payment order, or ask for one to be cancelled: refuse what does not fit, then render."""

from __future__ import annotations

from collections.abc import Sequence

from bank_adapters.contract import (
    BankProfile,
    CannotWrite,
    Fault,
    FileHeader,
    Instruction,
    WrittenFile,
)
from bank_adapters.faults import fault
from bank_adapters.fields import REFERENCE
from bank_adapters.files import faults_before_writing, finish
from bank_adapters.iso20022 import camt055, pain001

# External code sets, cancellation reasons a payer may give; others come with the bank's agreement.
CANCEL_REASONS = frozenset({"DUPL", "CUST", "FRAD", "TECH", "AM09", "AC03", "CUTA", "UPAY"})


def write_orders(
    profile: BankProfile, header: FileHeader, instructions: Sequence[Instruction]
) -> WrittenFile:
    """Write pain.001 in the version the profile names. Raises CannotWrite."""
    per_block = profile.max_lines_per_block
    faults = [
        *faults_before_writing(profile, header, instructions),
        *_block_ids(profile, header, len(instructions)),
    ]
    if faults:
        raise CannotWrite(header.file_reference, faults)
    content = pain001.render(header, instructions, profile.file_format, per_block)
    return finish(header, profile, content, instructions)


def write_cancellation(
    profile: BankProfile, header: FileHeader, instructions: Sequence[Instruction]
) -> WrittenFile:
    """Write camt.055 for payments of one earlier file of ours. Raises CannotWrite."""
    faults = [*faults_before_writing(profile, header, instructions), *_cancellation(header)]
    if faults:
        raise CannotWrite(header.file_reference, faults)
    content = camt055.render(header, instructions, profile.file_format)
    return finish(header, profile, content, instructions)


def _block_ids(profile: BankProfile, header: FileHeader, count: int) -> list[Fault]:
    last = pain001.block_ids(header.file_reference, count, profile.max_lines_per_block)[-1]
    if len(last) <= 35 or last == header.file_reference:
        return []
    detail = f"1–{35 - (len(last) - len(header.file_reference))} A–Z a–z 0–9 -"
    return [fault("file_reference_malformed", field="file_reference", value=last, detail=detail)]


def _cancellation(header: FileHeader) -> list[Fault]:
    found = []
    if not REFERENCE.fullmatch(header.cancels_file) or len(header.cancels_file) > 35:
        detail, value = "1–35 A–Z a–z 0–9 -", header.cancels_file
        found.append(
            fault("file_reference_malformed", field="cancels_file", value=value, detail=detail)
        )
    if header.cancels_format not in pain001.VERSIONS:
        detail, value = ", ".join(pain001.VERSIONS), header.cancels_format
        found.append(fault("not_one_of", field="cancels_format", value=value, detail=detail))
    if header.cancel_reason not in CANCEL_REASONS:
        detail, value = ", ".join(sorted(CANCEL_REASONS)), header.cancel_reason
        found.append(fault("not_one_of", field="cancel_reason", value=value, detail=detail))
    return found
