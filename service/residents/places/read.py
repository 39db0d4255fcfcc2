"""Read a file of divisions: every row believed or every fault named, never some of each.

Columns 区划代码, 名称, 级别 and 上级代码, and if there are any 启用日期, 停用日期 and 并入代码; levels
are 县, 乡镇 and 村. Codes have twelve digits (GB/T 2260 and GB/T 10114).
"""

import re
from dataclasses import dataclass
from datetime import date

from service.foundation.problems import Problem
from service.foundation.spreadsheets import Limits, Sheet, open_spreadsheet, text_of
from service.residents.divisions import is_division

_NEEDED = ("区划代码", "名称", "级别", "上级代码")
_MORE = ("启用日期", "停用日期", "并入代码")
_LEVELS = {"县": "county", "乡镇": "township", "村": "village"}
_PARENT_OF = {"township": "county", "village": "township"}
_DAY = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NAME_MAX = 60
_LIMITS = Limits(file_bytes_max=16 * 1024 * 1024, rows_max=100_000)
_FAULTS_SAID = 20


@dataclass(frozen=True)
class Read:
    """One division as a file gives it."""

    code: str
    name: str
    level: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    succeeded_by: str | None


class DivisionsRefused(Problem):
    """A file of divisions has faults; nothing of it was taken over."""

    code = "divisions_refused"
    status = 422
    title = "The divisions cannot be taken over"

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        said, said_zh = zip(*faults[:_FAULTS_SAID], strict=True)
        super().__init__(
            f"{len(faults)} faults, so nothing was taken over: {'; '.join(said)}.",
            f"共 {len(faults)} 处错误，全部未予采用：{'；'.join(said_zh)}。",
            faults=len(faults),
        )


def read_divisions(content: bytes, known: dict[str, str]) -> list[Read]:
    """Return the divisions of an XLSX or CSV file, parents before children.

    ``known`` is code → level of those kept already, which rows may name. Raises FileRefused for
    bytes that are no table and :class:`DivisionsRefused` with every fault.
    """
    faults: list[tuple[str, str]] = []
    rows: dict[str, tuple[int, Read]] = {}
    for sheet in open_spreadsheet(content, _LIMITS).sheets:
        for row_no, cells in _cells(sheet, faults):
            one = _read(row_no, cells, faults)
            if one is not None and one.code in rows:
                faults.append(_fault(row_no, "区划代码", "is there twice", "重复"))
            elif one is not None:
                rows[one.code] = (row_no, one)
    _check_tree(rows, known, faults)
    if not rows and not faults:
        faults.append(("the file has no rows", "文件没有数据行"))
    if faults:
        raise DivisionsRefused(faults)
    order = ["county", "township", "village"]
    return sorted((one for _, one in rows.values()), key=lambda one: order.index(one.level))


def _cells(sheet: Sheet, faults: list[tuple[str, str]]) -> list[tuple[int, dict[str, str]]]:
    found: list[tuple[int, dict[str, str]]] = []
    header: list[str] | None = None
    for row_no, cells in sheet.rows():
        texts = [text_of(cell).strip() for cell in cells]
        if not any(texts):
            continue
        if header is None:
            header = texts
            missing = [name for name in _NEEDED if name not in header]
            if missing:
                listed = "、".join(missing)
                faults.append((f"the columns {listed} are missing", f"缺少列 {listed}"))
                return []
            continue
        texts += [""] * (len(header) - len(texts))
        found.append((row_no, dict(zip(header, texts, strict=False))))
    return found


def _read(row_no: int, cells: dict[str, str], faults: list[tuple[str, str]]) -> Read | None:
    before = len(faults)
    code, name, level, parent = (cells[column] for column in _NEEDED)
    first, last, into = (cells.get(column, "") for column in _MORE)
    if not is_division(code):
        faults.append(_fault(row_no, "区划代码", "is not twelve digits", "应为 12 位数字"))
    if not name or len(name) > _NAME_MAX:
        faults.append(_fault(row_no, "名称", "is empty or too long", "为空或过长"))
    if level not in _LEVELS:
        faults.append(_fault(row_no, "级别", "is none of 县, 乡镇, 村", "应为县、乡镇、村之一"))
    days = [_day(row_no, *given, faults) for given in (("启用日期", first), ("停用日期", last))]
    if into and (not is_division(into) or into == code):
        faults.append(_fault(row_no, "并入代码", "is no other division", "不是另一区划代码"))
    if into and not last:
        faults.append(
            _fault(row_no, "停用日期", "is missing beside 并入代码", "填写并入代码时不得为空")
        )
    if days[0] and days[1] and days[1] < days[0]:
        faults.append(_fault(row_no, "停用日期", "is before 启用日期", "早于启用日期"))
    if len(faults) > before:
        return None
    return Read(code, name, _LEVELS[level], parent or None, days[0], days[1], into or None)


def _day(row_no: int, column: str, text: str, faults: list[tuple[str, str]]) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(text[:10])
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    faults.append(
        _fault(row_no, column, "is no day such as 2026-01-05", "应为 2026-01-05 形式的日期")
    )
    return None


def _check_tree(
    rows: dict[str, tuple[int, Read]], known: dict[str, str], faults: list[tuple[str, str]]
) -> None:
    levels = known | {code: one.level for code, (_, one) in rows.items()}
    for row_no, one in rows.values():
        wanted = _PARENT_OF.get(one.level)
        if wanted and levels.get(one.parent or "") != wanted:
            faults.append(_fault(row_no, "上级代码", "is not in the level above", "不是上一级区划"))
        if one.level == "county" and one.parent is not None:
            faults.append(_fault(row_no, "上级代码", "is not empty for the county", "县级应为空"))
        if one.succeeded_by and levels.get(one.succeeded_by) != one.level:
            faults.append(_fault(row_no, "并入代码", "is not in the same level", "不是同级区划"))


def _fault(row_no: int, column: str, said: str, said_zh: str) -> tuple[str, str]:
    return f"row {row_no}, {column}: {said}", f"第 {row_no} 行“{column}”{said_zh}"
