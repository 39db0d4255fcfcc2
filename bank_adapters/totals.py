"""Say how two totals differ: a mixed-up unit is another mistake than a wrong sum."""

from __future__ import annotations

from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.money import two_sums


def total_fault(
    stated_fen: int, listed_fen: int, *, line: int | None = None, field: str = ""
) -> Fault:
    """Return the fault for two totals that differ."""
    factor = listed_fen == stated_fen * 100 or listed_fen * 100 == stated_fen
    code = "total_factor_100" if factor and stated_fen else "total_differs"
    return fault(code, line=line, field=field, detail=two_sums(stated_fen, listed_fen))
