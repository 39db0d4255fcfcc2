"""What is checked between departments: each check a sentence, who answers, a deadline and an SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from service.foundation.problems import Problem
from service.residents import feeds
from service.residents.feeds import Feed

EACH = "each"
"""The SQL names the feed itself."""
SEVERITIES = ("high", "medium", "low")
MEANWHILE: Mapping[str, tuple[str, str]] = {
    "pays": (
        "在主管部门作出决定前继续发放。",
        "Payments go on until the department has decided.",
    ),
    "means_count": (
        "低保在保家庭在民政部门作出决定前继续发放；其他按收入核定的项目按最新数据计算。",
        "The allowance goes on until civil affairs decides; what else looks at income takes the newest word.",
    ),
    "register_counts": (
        "在更正前以户籍登记为准。",
        "Until it is corrected the household register counts.",
    ),
    "certificate_counts": (
        "在更正前以医学证明的日期为准，没有医学证明的以火化登记为准。",
        "Until it is corrected the medical certificate's day counts, then the crematorium's.",
    ),
    "move_counts": (
        "在更正前以迁移或注销记录为准。",
        "Until it is corrected the move or cancellation counts.",
    ),
    "dead_held": (
        "一个来源报告死亡的暂缓发放，两个来源一致或经乡镇确认的停止发放。",
        "One report of a death holds the line; two that agree, or the township's word, stop it.",
    ),
    "account_held": (
        "在银行确认前该账户的发放暂缓。",
        "Lines to this account are held until the bank confirms it.",
    ),
    "unknown_held": (
        "户籍未知的人员不予核定，不会发放。",
        "Nobody is paid whose registration is unknown.",
    ),
    "lent_counts": (
        "在答复前以部门数据为准；经两名人员凭证据临时采用的数值，在其期限内从其规定。",
        "Until it is answered the department's data count, or for a time what two officers let count on evidence.",
    ),
    "rules_decide": (
        "各项目按其规则处理过期或迁移中的证件与评估。",
        "Each programme's own rules say what an expired or moving paper means.",
    ),
}
_NEEDED = frozenset({"zh", "en", "answers", "days", "severity", "meanwhile"})
_KNOWN = _NEEDED | {"against", "also", "field", "columns", "limits", "fact"}
_FOLDER = Path(__file__).parent / "checks"


@dataclass(frozen=True)
class Check:
    """One contradiction that is looked for."""

    code: str
    zh: str
    en: str
    answers: str
    """The feed whose department answers, or ``each``."""
    against: str
    """The feed it disagrees with, ``each``, or empty if it disagrees with itself."""
    also: frozenset[str]
    """Further feeds the SQL reads."""
    field: str
    days: int
    """Days the department has to answer, counted from the day the task is opened."""
    severity: str
    meanwhile: str
    tellers: frozenset[str]
    """For a check that compares each feed with the register: the feeds that have its columns."""
    limits: Mapping[str, int]
    fact: str
    sql: str

    @property
    def meanwhile_zh(self) -> str:
        return MEANWHILE[self.meanwhile][0]

    @property
    def meanwhile_en(self) -> str:
        return MEANWHILE[self.meanwhile][1]

    @property
    def believed(self) -> Feed | None:
        """Return the feed whose word counts until somebody decides, by the facts' precedence."""
        return next(iter(feeds.sources_of(self.fact)), None)

    def reads(self, feed: str) -> bool:
        """Return whether a delivery of this feed can change what the check finds."""
        return feed in {self.answers, self.against} | self.also | self.tellers


class ChecksBroken(Problem):
    """The checks' own table contradicts itself; nothing is looked for."""

    code = "checks_broken"
    status = 500
    title = "The checks are not defined properly"

    def __init__(self, faults: list[str]) -> None:
        listed = "; ".join(faults)
        super().__init__(
            f"{len(faults)} things are wrong with the checks' table: {listed}.",
            f"核对规则表有 {len(faults)} 处错误：{listed}。",
        )


@lru_cache(maxsize=1)
def every() -> Mapping[str, Check]:
    """Return every check by code, in the order of the table; raises :class:`ChecksBroken`."""
    return load(_FOLDER)


def load(folder: Path) -> Mapping[str, Check]:
    """Read a folder of checks; raises :class:`ChecksBroken` with all faults."""
    table = yaml.safe_load((folder / "checks.yaml").read_text(encoding="utf-8"))
    files = {path.stem: path for path in sorted(folder.glob("*.sql"))}
    faults = [f"{code}: no entry" for code in sorted(files.keys() - table.keys())]
    for code, entry in table.items():
        faults += [f"{code}: {fault}" for fault in _faults(entry)]
        if code not in files:
            faults.append(f"{code}: no SQL")
    if faults:
        raise ChecksBroken(faults)
    return {code: _check(code, entry, files[code]) for code, entry in table.items()}


def _faults(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield "is not a mapping"
        return
    for name in sorted(_NEEDED - entry.keys()):
        yield f"{name} missing"
    for name in sorted(entry.keys() - _KNOWN):
        yield f"{name} is not known"
    if _NEEDED - entry.keys():
        return
    named = [entry["answers"], entry.get("against", ""), *entry.get("also", ())]
    for feed in named:
        if feed not in {"", EACH} and feed not in feeds.every():
            yield f"there is no feed {feed}"
    if entry.get("fact") and not feeds.sources_of(entry["fact"]):
        yield f"no feed tells the fact {entry['fact']}"
    if entry["severity"] not in SEVERITIES:
        yield f"severity {entry['severity']} is not known"
    if entry["meanwhile"] not in MEANWHILE:
        yield f"meanwhile {entry['meanwhile']} is not known"
    if type(entry["days"]) is not int or not 1 <= entry["days"] <= 366:
        yield "days is not a number from 1 to 366"


def _check(code: str, entry: dict[str, Any], path: Path) -> Check:
    return Check(
        code=code,
        zh=entry["zh"],
        en=entry["en"],
        answers=entry["answers"],
        against=entry.get("against", ""),
        also=frozenset(entry.get("also", ())),
        field=entry.get("field", ""),
        days=entry["days"],
        severity=entry["severity"],
        meanwhile=entry["meanwhile"],
        tellers=_tellers(entry),
        limits=entry.get("limits", {}),
        fact=entry.get("fact", ""),
        sql=path.read_text(encoding="utf-8"),
    )


def _tellers(entry: dict[str, Any]) -> frozenset[str]:
    columns = set(entry.get("columns", ()))
    return frozenset(
        code
        for code, feed in feeds.every().items()
        if code != entry.get("against") and columns & {column.field for column in feed.columns}
    )
