"""From what a message says about each payment to a reply that is believed whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bank_adapters.collected import Collected
from bank_adapters.contract import BankProfile, Reply, ReplyRecord, ReplyTotals, State
from bank_adapters.direct.statuses import Status
from bank_adapters.faults import fault, is_fatal
from bank_adapters.fields import REFERENCE
from bank_adapters.iso20022.codes import DUPLICATE_REASONS, TIMEOUT_REASONS
from bank_adapters.text import damaged
from bank_adapters.totals import total_fault

LEADING_CODE = re.compile(r"([A-Z]{2}[A-Z0-9]{2})(?: +(.*))?")
# A request sent again that the bank had carried out already: the first one exists [seen].
DUPLICATE_WORDS = ("重发", "重复")
TIMEOUT_WORDS = ("超时", "未明", "通讯")


@dataclass
class Said:
    """Everything one message says, before any of it is believed."""

    statuses: Mapping[str, Status]
    faults: Collected = field(default_factory=Collected)
    file_reference: str = ""
    records: list[ReplyRecord] = field(default_factory=list)
    count: int | None = None
    amount_fen: int | None = None

    def say(
        self,
        code: str,
        *,
        line: int | None = None,
        field: str = "",
        value: str = "",
        detail: str = "",
    ) -> None:
        """Note a fault."""
        self.faults.append(fault(code, line=line, field=field, value=value, detail=detail))

    def payment(
        self, line: int, reference: str, amount_fen: int | None, status: str, why: str
    ) -> None:
        """Add what is said about one payment; `line` is its place in the message."""
        if not REFERENCE.fullmatch(reference):
            self.say("reference_malformed", line=line, value=reference, detail="A–Z 0–9")
            return
        known = self.statuses.get(status)
        if known is None:
            self.say("status_unknown", line=line, value=status, detail="?")
        if damaged(why):
            self.say("mojibake", line=line, value=why)
        state = known.state if known else State.UNKNOWN
        leading = LEADING_CODE.fullmatch(why)
        code, words = (leading[1], leading[2] or "") if leading else (status, why)
        if state is State.REJECTED and _may_be_paid(code, words):
            state = State.UNKNOWN
        self.records.append(ReplyRecord(reference, state, amount_fen, code, words, line))

    def reply(self, profile: BankProfile) -> Reply:
        """Check the whole and return it; with a fatal fault it carries no records."""
        self._check()
        trusted = not is_fatal(self.faults)
        return Reply(
            file_reference=self.file_reference,
            records=tuple(self.records) if trusted else (),
            faults=self.faults.told(),
            totals=ReplyTotals(len(self.records), self._total(), self.count, self.amount_fen),
            silence_means=profile.silence_means if trusted else State.UNKNOWN,
        )

    def _check(self) -> None:
        if is_fatal(self.faults):
            return
        if not REFERENCE.fullmatch(self.file_reference):
            self.say("file_reference_missing", value=self.file_reference)
        if not self.records:
            self.say("nothing_listed")
        seen: set[str] = set()
        for record in self.records:
            if record.reference in seen:
                self.say("reference_twice", line=record.line, value=record.reference)
            seen.add(record.reference)
        having, total_fen = len(self.records), self._total()
        if self.count is not None and having > self.count:
            self.say("count_differs", detail=f"{self.count} / {having}")
        elif self.count is not None and having < self.count:
            self.say("reply_incomplete", detail=f"{having} / {self.count}")
        if self.amount_fen is not None and (
            total_fen > self.amount_fen
            or (total_fen != self.amount_fen and self.count in {None, having})
        ):
            self.faults.append(total_fault(self.amount_fen, total_fen))

    def _total(self) -> int:
        return sum(record.amount_fen or 0 for record in self.records)


def plain_code(code: str) -> str:
    """Return a bank's code if it is one: never words, they may name a person."""
    return code if re.fullmatch(r"[A-Za-z0-9_-]{1,20}", code) else "?"


def _may_be_paid(code: str, words: str) -> bool:
    return code in DUPLICATE_REASONS | TIMEOUT_REASONS or any(
        word in words for word in (*DUPLICATE_WORDS, *TIMEOUT_WORDS)
    )
