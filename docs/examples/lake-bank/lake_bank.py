"""A bank as a package of its own: a file of lines out, the same file with results back.

    LAKE;OAA-2026-11-01;20261125;2;200.02        file reference, day, count, yuan
    OAA000000001;6222…;阿依古丽·买买提;100.01      reference, account, name, yuan

The answer repeats the first line and says of each reference OK, NO or WAIT, and why:

    LAKE;OAA-2026-11-01;20261125;2;200.02
    OAA000000001;100.01;NO;AC04

Its statements are camt.053, so the reader of the standard is used as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from bank_adapters import (
    BankProfile,
    CannotWrite,
    Fault,
    FileHeader,
    Instruction,
    Reply,
    ReplyRecord,
    ReplyTotals,
    State,
    StatementFile,
    WrittenFile,
)
from bank_adapters.faults import fault, is_fatal
from bank_adapters.fields import check_instruction
from bank_adapters.files import faults_before_writing, finish
from bank_adapters.iso20022 import camt053
from bank_adapters.money import AmountRefused, fen_from_yuan, yuan_text
from bank_adapters.text import looks_like_html

LAKE = BankProfile(
    name="lake",
    version=1,
    title_en="Lake bank (worked example)",
    title_zh="湖畔银行（示例）",
    file_format="lake-lines",
    file_suffix=".txt",
    statement_format="camt.053",
    charset="gb18030",
    file_encoding="gb18030",
    max_lines=1_000,
    amount_fen_max=100_000_00,
    name_bytes_max=60,
    purpose_bytes_max=60,
    bank_name_bytes_max=60,
    forbidden_in_text=";",
)
# Only OK is success; a duplicate or anything not listed here is unknown.
STATES = {"OK": State.PAID, "NO": State.REJECTED, "WAIT": State.IN_TRANSIT}
DUPLICATE = "AM05"


def banks() -> list[LakeBank]:
    """Return what the entry point brings."""
    return [LakeBank()]


class LakeBank:
    """The four verbs of a bank."""

    profile = LAKE

    def check(self, instruction: Instruction) -> list[Fault]:
        """Return every reason why this line could not be sent, and every warning."""
        return check_instruction(self.profile, instruction)

    def write(self, header: FileHeader, instructions: Sequence[Instruction]) -> WrittenFile:
        """Write one file. Raises CannotWrite."""
        faults = faults_before_writing(self.profile, header, instructions)
        if faults:
            raise CannotWrite(header.file_reference, faults)
        total = sum(one.amount_fen for one in instructions)
        day = header.execution_date.strftime("%Y%m%d")
        lines = [f"LAKE;{header.file_reference};{day};{len(instructions)};{yuan_text(total)}"]
        lines += [
            f"{one.reference};{one.account_no};{one.account_name};{yuan_text(one.amount_fen)}"
            for one in instructions
        ]
        content = "".join(f"{line}\n" for line in lines).encode(self.profile.file_encoding)
        return finish(header, self.profile, content, instructions)

    def read_reply(self, name: str, content: bytes) -> Reply:  # noqa: ARG002 - names mean nothing
        """Read an answer: all faults, and no record beside a fatal one."""
        faults: list[Fault] = []
        records: list[ReplyRecord] = []
        lines = _lines(content, self.profile, faults)
        head = lines[0].split(";") if lines else []
        reference, count, total = "", None, None
        if len(head) == 5 and head[0] == "LAKE" and head[3].isdecimal():
            reference, count, total = head[1], int(head[3]), _fen(head[4], 1, faults)
        elif lines:
            faults.append(fault("header_missing", line=1))
        for place, line in enumerate(lines[1:], start=2):
            _record(line, place, records, faults)
        listed = sum(one.amount_fen or 0 for one in records)
        if count is not None and count != len(records):
            faults.append(fault("count_differs", detail=f"{count} / {len(records)}"))
        if total is not None and total != listed:
            faults.append(fault("total_differs", detail=f"{total} / {listed}"))
        believed = not is_fatal(faults)
        return Reply(
            file_reference=reference,
            records=tuple(records) if believed else (),
            faults=tuple(faults),
            totals=ReplyTotals(len(records), listed, count, total),
            silence_means=self.profile.silence_means if believed else State.UNKNOWN,
        )

    def read_statement(self, content: bytes) -> StatementFile:
        """Read camt.053, any version."""
        return camt053.read(content, self.profile.max_reply_bytes)


def _lines(content: bytes, profile: BankProfile, faults: list[Fault]) -> list[str]:
    code = ""
    if not content:
        code = "file_empty"
    elif len(content) > profile.max_reply_bytes:
        code = "file_too_large"
    elif looks_like_html(content):
        code = "html_page"
    elif not content.endswith(b"\n"):
        code = "line_end_wrong"
    if code:
        faults.append(fault(code, detail=str(len(content))))
        return []
    try:
        return content.decode(profile.file_encoding).split("\n")[:-1]
    except UnicodeDecodeError:
        faults.append(fault("encoding_wrong", detail=profile.file_encoding))
        return []


def _record(line: str, place: int, records: list[ReplyRecord], faults: list[Fault]) -> None:
    parts = line.split(";")
    if len(parts) != 4:
        faults.append(fault("column_count_wrong", line=place, detail=f"{len(parts)} / 4"))
        return
    reference, amount, result, reason = parts
    if reference in {one.reference for one in records}:
        faults.append(fault("reference_twice", line=place, value=reference))
    state = STATES.get(result, State.UNKNOWN)
    if result not in STATES:
        faults.append(fault("status_unknown", line=place, value=result, detail="?"))
    if state is State.REJECTED and reason == DUPLICATE:
        state = State.UNKNOWN
    fen = _fen(amount, place, faults)
    records.append(ReplyRecord(reference, state, fen, reason or result, "", place))


def _fen(written: str, line: int, faults: list[Fault]) -> int | None:
    try:
        return fen_from_yuan(written, two_decimals=True)
    except AmountRefused as wrong:
        faults.append(fault(wrong.code, line=line, field="amount", value=written))
        return None
