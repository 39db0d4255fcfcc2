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
    "MZ02": (12, 60_000, (50, 30, 20)),
    "MZ03": (22, 80_000, (50, 30, 20)),
    "MZ04": (8, 40_000, (0, 40, 60)),
    "MZ05": (40, 80_000, (30, 30, 40)),
    "MZ06": (10, 60_000, (30, 30, 40)),
    "MZ10": (4, 120_000, (50, 30, 20)),
    "MZ11": (4, 140_000, (50, 30, 20)),
    "MZ12": (18, 80_000, (0, 40, 60)),
    "MZ13": (1, 60_000, (50, 30, 20)),
    "MZ18": (2, 20_000, (0, 0, 100)),
    "CL01": (4, 60_000, (20, 40, 40)),
    "CL02": (2, 40_000, (20, 40, 40)),
    "CL04": (3, 60_000, (0, 40, 60)),
    "CL06": (10, 120_000, (0, 40, 60)),
    "CL07": (3, 40_000, (0, 40, 60)),
    "TY01": (90, 300_000, (80, 20, 0)),
    "TY02": (40, 200_000, (80, 20, 0)),
    "TY03": (30, 300_000, (80, 20, 0)),
    "TY04": (8, 60_000, (80, 20, 0)),
    "TY05": (14, 120_000, (80, 20, 0)),
    "TY06": (14, 120_000, (80, 20, 0)),
    "TY07": (2, 20_000, (80, 20, 0)),
    "TY08": (2, 20_000, (80, 20, 0)),
    "TY09": (30, 120_000, (80, 20, 0)),
    "TY12": (4, 60_000, (80, 20, 0)),
    "WJ01": (20, 60_000, (50, 30, 20)),
    "WJ03": (2, 20_000, (50, 30, 20)),
    "WJ04": (24, 180_000, (0, 0, 100)),
    "WJ05": (4, 20_000, (0, 0, 100)),
    "WJ07": (44, 120_000, (0, 0, 100)),
    "WJ09": (10, 60_000, (0, 40, 60)),
    "WJ10": (3, 20_000, (0, 40, 60)),
    "NY02": (4, 60_000, (60, 20, 20)),
    "NY03": (8, 120_000, (60, 20, 20)),
    "NY05": (6, 120_000, (80, 20, 0)),
    "NY07": (6, 60_000, (60, 20, 20)),
    "NY08": (4, 60_000, (60, 20, 20)),
    "LY01": (20, 60_000, (40, 50, 10)),
    "RS05": (60, 120_000, (0, 60, 40)),
    "RS06": (56, 120_000, (0, 60, 40)),
    "RS10": (8, 40_000, (0, 0, 100)),
    "JY01": (4, 40_000, (30, 40, 30)),
    "JY02": (6, 60_000, (50, 30, 20)),
    "JY04": (4, 60_000, (50, 30, 20)),
    "JY05": (12, 60_000, (50, 30, 20)),
    "JY06": (2, 40_000, (0, 0, 100)),
    "JY08": (3, 20_000, (0, 0, 100)),
    "YB02": (40, 120_000, (60, 20, 20)),
    "JS01": (10, 300_000, (60, 20, 20)),
    "JS02": (3, 40_000, (40, 30, 30)),
    "YJ01": (10, 400_000, (60, 20, 20)),
    "YJ03": (4, 40_000, (60, 20, 20)),
    "ZZ01": (1, 20_000, (0, 40, 60)),
    "ZZ02": (6, 60_000, (0, 0, 100)),
    "FL01": (2, 60_000, (60, 20, 20)),
    "FG01": (3, 40_000, (0, 40, 60)),
    "WH01": (2, 20_000, (0, 0, 100)),
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
