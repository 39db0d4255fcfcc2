"""MT940 and MT942 as formats by name."""

from __future__ import annotations

from bank_adapters.formats import BankFormat, Inbound
from bank_adapters.mt.reader import read_940, read_942

FORMATS: tuple[BankFormat, ...] = (
    Inbound("mt940", ("SWIFT MT940 customer statement", "SWIFT MT940 对账单"), read_940),
    Inbound("mt942", ("SWIFT MT942 interim report", "SWIFT MT942 日间报告"), read_942),
)
