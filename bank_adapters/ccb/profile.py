"""What the demonstration bank agreed with the county for its payroll-sheet channel.

The nine columns are those of public payroll templates of this bank (secondary); file envelope and
limits are illustrative until a pilot bank's own agreement replaces them.
"""

from __future__ import annotations

from bank_adapters.contract import BankProfile, State

CCB = BankProfile(
    name="ccb",
    version=1,
    title_en="Demonstration branch of a construction bank (payroll sheet)",
    title_zh="演示建设银行支行（代发文件）",
    file_format="ccb-payroll-1.0",
    file_suffix=".txt",
    statement_format="camt.053",
    charset="gb18030",
    file_encoding="gb18030",
    max_lines=20_000,
    amount_fen_max=9_999_999_99,
    name_bytes_max=60,
    purpose_bytes_max=40,
    bank_name_bytes_max=60,
    forbidden_in_text="|",
    silence_means=State.IN_TRANSIT,
)
