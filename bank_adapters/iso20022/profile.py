"""What the demonstration bank agreed with the county for its ISO 20022 channel.

All limits are illustrative; a pilot bank's own agreement replaces them.
"""

from __future__ import annotations

from bank_adapters.contract import BankProfile, State

ISO20022 = BankProfile(
    name="iso20022",
    version=1,
    title_en="Demonstration rural commercial bank (ISO 20022)",
    title_zh="演示农村商业银行（ISO 20022 报文）",
    file_format="pain.001.001.09",
    file_suffix=".xml",
    statement_format="camt.053",
    charset="gbk",  # Its core system knows no more; the XML around it is UTF-8.
    file_encoding="utf-8",
    max_lines=50_000,  # So that a schema error still has a line number worth reading.
    amount_fen_max=99_999_999_99,
    name_bytes_max=120,
    purpose_bytes_max=120,
    bank_name_bytes_max=120,
    forbidden_in_text="",
    silence_means=State.IN_TRANSIT,
    cancellation_format="camt.055.001.08",
)
