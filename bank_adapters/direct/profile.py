"""What the two styles of enterprise-direct channels can take; limits assumed until a bank answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from bank_adapters.contract import BankProfile, State

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def at_the_bank(instant: datetime) -> datetime:
    """Return an instant as the bank's clock shows it: near midnight its date is another than ours."""
    return instant.astimezone(CHINA)


@dataclass(frozen=True, slots=True)
class Customer:
    """Who we are at the bank: ICBC's CIS number and certificate, ABC's customer number."""

    number: str = ""
    certificate: str = ""


ICBC_DIRECT = BankProfile(
    name="icbc-direct",
    version=1,
    title_en="ICBC-style enterprise-direct channel (XML over HTTP)",
    title_zh="工行风格银企互联（XML/HTTP）",
    file_format="icbc-payper",
    file_suffix=".xml",
    statement_format="camt.053",
    charset="gbk",
    file_encoding="gbk",
    max_lines=500,
    amount_fen_max=999_999_999,
    name_bytes_max=60,
    purpose_bytes_max=40,
    bank_name_bytes_max=60,
    forbidden_in_text="",
    silence_means=State.IN_TRANSIT,
    asked_every_seconds=60,
    asked_for_days=100,
)
ABC_DIRECT = BankProfile(
    name="abc-direct",
    version=1,
    title_en="ABC-style enterprise-direct channel (JSON over HTTP)",
    title_zh="农行风格银企联（JSON/HTTP）",
    file_format="abc-itms0002",
    file_suffix=".json",
    statement_format="camt.053",
    charset="gb18030",
    file_encoding="utf-8",
    max_lines=500,
    amount_fen_max=999_999_999,
    name_bytes_max=60,
    purpose_bytes_max=40,
    bank_name_bytes_max=60,
    forbidden_in_text="",
    silence_means=State.IN_TRANSIT,
    asked_every_seconds=300,
    asked_for_days=31,
)
