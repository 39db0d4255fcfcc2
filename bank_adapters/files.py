"""Finish a bank file: its name, its bytes and their digests; and check what every file must have."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bank_adapters.contract import BankProfile, Fault, FileHeader, Instruction, WrittenFile
from bank_adapters.faults import at_line, fault
from bank_adapters.fields import (
    REFERENCE,
    check_header_account,
    check_header_text,
    check_instruction,
)

SUMMARY_BYTES_MAX = 140


def faults_before_writing(
    profile: BankProfile, header: FileHeader, instructions: Sequence[Instruction]
) -> list[Fault]:
    """Return what keeps this file from being written; warnings are left to `check`."""
    found = [
        *_header(profile, header),
        *_length(profile, len(instructions)),
    ]
    seen: set[str] = set()
    for place, instruction in enumerate(instructions, start=1):
        if instruction.reference in seen:
            value = instruction.reference
            found.append(fault("reference_twice", line=place, field="reference", value=value))
        seen.add(instruction.reference)
        found.extend(at_line(one, place) for one in check_instruction(profile, instruction))
    return [one for one in found if one.fatal]


def finish(
    header: FileHeader,
    profile: BankProfile,
    content: bytes,
    instructions: Sequence[Instruction],
    *,
    name: str = "",
) -> WrittenFile:
    """Return the file under its name with sha256 and sm3 over exactly these bytes."""
    return WrittenFile(
        name=name or f"{header.file_reference}{profile.file_suffix}",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        sm3=hashlib.new("sm3", content).hexdigest(),
        count=len(instructions),
        amount_fen=sum(instruction.amount_fen for instruction in instructions),
    )


def _header(profile: BankProfile, header: FileHeader) -> list[Fault]:
    found = []
    reference = header.file_reference
    if not REFERENCE.fullmatch(reference) or len(reference) > profile.file_reference_max:
        detail = f"1–{profile.file_reference_max} A–Z a–z 0–9 -"
        found.append(
            fault(
                "file_reference_malformed", field="file_reference", value=reference, detail=detail
            )
        )
    if header.created_at.utcoffset() is None:
        found.append(fault("created_at_without_zone", field="created_at"))
    return [
        *found,
        *check_header_account(profile, header.debtor_account, header.debtor_bank_code),
        *check_header_text(profile, "debtor_name", header.debtor_name, profile.name_bytes_max),
        *check_header_text(
            profile, "programme_summary", header.programme_summary, SUMMARY_BYTES_MAX
        ),
    ]


def _length(profile: BankProfile, count: int) -> list[Fault]:
    if count < profile.min_lines:
        return [fault("too_few_lines", detail=f"{count} < {profile.min_lines}")]
    if count > profile.max_lines:
        return [fault("too_many_lines", detail=f"{count} > {profile.max_lines}")]
    return []
