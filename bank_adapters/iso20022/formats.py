"""Every ISO 20022 message as a format by its own name, with the limits of the standard alone.

A bank's own limits (characters, lengths, payments in a file) are in the bank's profile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from bank_adapters.contract import (
    BankProfile,
    CannotWrite,
    Fault,
    FileHeader,
    Instruction,
    State,
    WrittenFile,
)
from bank_adapters.faults import fault
from bank_adapters.fields import check_instruction
from bank_adapters.formats import BankFormat, FormatProfile, Inbound, ReadFile
from bank_adapters.iso20022 import camt, camt029, camt055, look, pain001, pain002
from bank_adapters.iso20022.orders import write_cancellation, write_orders
from bank_adapters.judged import LOOK

# Lengths of the standard: names 140 characters (v03 and later), Ustrd 140; bytes bound them above.
STANDARD = BankProfile(
    name="pain.001.001.09",
    version=1,
    title_en="ISO 20022 payment order",
    title_zh="ISO 20022 付款指令",
    file_format="pain.001.001.09",
    file_suffix=".xml",
    statement_format="camt.053",
    charset="utf-8",
    file_encoding="utf-8",
    max_lines=1_000_000,
    amount_fen_max=99_999_999_999_99,
    name_bytes_max=420,
    purpose_bytes_max=420,
    bank_name_bytes_max=420,
    forbidden_in_text="",
    silence_means=State.IN_TRANSIT,
)
TEXT_CHARACTERS_MAX = 140
TEXTS = ("account_name", "bank_name", "purpose")
Writer = Callable[[BankProfile, FileHeader, Sequence[Instruction]], WrittenFile]


class Outbound:
    """A message that is only written."""

    def __init__(self, name: str, titles: tuple[str, str], writer: Writer) -> None:
        title_en, title_zh = titles
        self.limits = replace(
            STANDARD, name=name, title_en=title_en, title_zh=title_zh, file_format=name
        )
        self.profile = FormatProfile(name, title_en, title_zh, writes=self.limits)
        self.writer = writer

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return every reason why this line could not be sent, and every warning."""
        return [*check_instruction(self.limits, instruction), *_too_long(instruction)]

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write the message. Raises CannotWrite."""
        faults = [
            fault(one.code, line=line, field=one.field, value=one.value, detail=_length(one.value))
            for line, instruction in enumerate(instructions, start=1)
            for one in _too_long(instruction)
        ]
        if len(header.debtor_name) > TEXT_CHARACTERS_MAX:
            value = header.debtor_name
            faults.append(
                fault(
                    "too_many_characters", field="debtor_name", value=value, detail=_length(value)
                )
            )
        if faults:
            raise CannotWrite(header.file_reference, faults)
        return self.writer(self.limits, header, instructions)

    def read(self, source: BinaryIO) -> ReadFile:  # noqa: ARG002 - nothing is read
        """Refuse: this message goes out only."""
        return ReadFile((), (fault("write_only", detail=self.profile.name),))


def _too_long(instruction: Instruction) -> list[Fault]:
    return [
        fault("too_many_characters", field=name, value=value, detail=_length(value))
        for name in TEXTS
        if len(value := str(getattr(instruction, name))) > TEXT_CHARACTERS_MAX
    ]


def _length(value: str) -> str:
    return f"> {TEXT_CHARACTERS_MAX}" if len(value) > TEXT_CHARACTERS_MAX else str(len(value))


def _report(source: BinaryIO) -> ReadFile:
    reply = pain002.read(source, LOOK)
    return ReadFile(
        records=reply.records,
        faults=reply.faults,
        totals=reply.totals,
        file_reference=reply.file_reference,
        silence_means=reply.silence_means,
        message_id=reply.message_id,
    )


ORDER = ("ISO 20022 payment order", "ISO 20022 付款指令")
FORMATS: tuple[BankFormat, ...] = (
    *(Outbound(version, ORDER, write_orders) for version in pain001.VERSIONS),
    Outbound(
        camt055.VERSION,
        ("ISO 20022 request to cancel payments", "ISO 20022 撤销付款请求"),
        write_cancellation,
    ),
    Inbound("pain.002", ("ISO 20022 payment status report", "ISO 20022 付款状态报告"), _report),
    Inbound(
        "camt.029", ("ISO 20022 answer to a request to cancel", "ISO 20022 撤销答复"), camt029.read
    ),
    *(
        Inbound(message.name, titles, partial(look.read, message=message))
        for message, titles in (
            (camt.INTRADAY, ("ISO 20022 intraday report", "ISO 20022 日间账户报告")),
            (camt.STATEMENT, ("ISO 20022 account statement", "ISO 20022 账户对账单")),
            (camt.NOTICE, ("ISO 20022 debit and credit notice", "ISO 20022 借贷记通知")),
        )
    ),
)
