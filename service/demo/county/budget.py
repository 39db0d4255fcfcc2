"""The year's appropriations, scaled to the county so that no programme runs dry."""

import csv
from collections.abc import Sequence
from itertools import product
from pathlib import Path

# Per programme: yuan a resident and year, a floor in yuan, and how the money is shared among
# central, provincial and county level in percent. Illustrative; about a third more than needed.
_BUDGET: dict[str, tuple[int, int, tuple[int, int, int]]] = {
    "MZ01": (130, 300_000, (50, 30, 20)),
    "MZ07": (20, 20_000, (0, 50, 50)),
    "MZ08": (70, 80_000, (0, 60, 40)),
    "MZ09": (60, 80_000, (0, 60, 40)),
    "MZ15": (40, 30_000, (0, 20, 80)),
    "MZ16": (2, 40_000, (0, 0, 100)),
    "MZ17": (90, 60_000, (0, 40, 60)),
    "CL03": (1, 5_000, (100, 0, 0)),
    "TY10": (50, 400_000, (0, 0, 100)),
    "WJ02": (60, 300_000, (50, 30, 20)),
    "WJ06": (100, 100_000, (80, 10, 10)),
    "NY01": (70, 20_000, (100, 0, 0)),
    "SL01": (14, 30_000, (100, 0, 0)),
}
_LEVELS = ("中央财政", "省级财政", "县级财政")


def write_appropriations(path: Path, years: Sequence[int], residents: int) -> int:
    """Write appropriations.csv (UTF-8, amounts in yuan with two decimals); returns whole yuan.

    Two years when the two months lie on either side of New Year: a month is paid from its own year.
    """
    total = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["年度", "项目代码", "资金来源", "预算金额(元)"])
        for year, (code, (each, floor, shares)) in product(years, _BUDGET.items()):
            yuan = (residents * each + floor) // 100 * 100
            for level, share in zip(_LEVELS, shares, strict=True):
                if share:
                    part = yuan * share // 100
                    total += part
                    writer.writerow([year, code, level, f"{part}.00"])
    return total
