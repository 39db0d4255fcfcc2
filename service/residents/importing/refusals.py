"""Why a delivery as a whole is refused, or waits for the steward."""

from typing import Any

from service.foundation.spreadsheets import FileRefused
from service.residents.feeds import Feed


class DeliveryRefused(FileRefused):
    """The file could be read, but it is not this feed's table."""

    code = "delivery_refused"
    title = "The delivery is not taken over"


class ColumnTwice(DeliveryRefused):
    """Two columns could be meant by one name."""

    code = "column_twice"
    en = "The columns {twice} of {feed} appear more than once; found: {found}."
    zh = "{feed} 的列 {twice} 出现了不止一次；表中有：{found}。"

    def __init__(self, feed: Feed, twice: tuple[str, ...], found: tuple[str, ...]) -> None:
        super().__init__(feed=feed.code, twice="、".join(twice), found="、".join(found))


class ColumnsMissing(DeliveryRefused):
    """Required columns are not there under any of their names; positions are never guessed."""

    code = "columns_missing"
    en = "The columns {missing} of {feed} are missing; found: {found}."
    zh = "{feed} 缺少必需的列：{missing}；表中有：{found}。"

    def __init__(self, feed: Feed, missing: tuple[str, ...], found: tuple[str, ...]) -> None:
        super().__init__(
            feed=feed.code,
            missing="、".join(missing),
            found="、".join(found) or "no header row in the first 15 rows（前 15 行未见表头）",
        )


class NothingBelieved(DeliveryRefused):
    """Not one row can be believed; there is nothing a steward could let through."""

    code = "nothing_believed"
    en = "None of the {total} rows of {feed} can be believed; nothing was imported."
    zh = "{feed} 的 {total} 行均不可采信，未导入任何数据。"


class TooManyToKeep(DeliveryRefused):
    """So many rows are rejected that nobody would mend them one by one: the file is wrong."""

    code = "too_many_to_keep"
    en = "More than {kept} of the first {total} rows of {feed} cannot be believed; the file itself is wrong. Nothing was imported."
    zh = "{feed} 前 {total} 行中不可采信的已超过 {kept} 行，应是文件本身有误，未导入任何数据。"


class DeliveryWaits(FileRefused):
    """Something about the whole is odd: nothing is imported until the steward has looked."""

    code = "delivery_waits"
    title = "The delivery waits for the data steward"


class ColumnsUnknown(DeliveryWaits):
    """Required columns are not there under any known name; others may be meant."""

    code = "columns_unknown"
    en = "The columns {missing} of {feed} are not there under any known name; found: {found}. The data steward says which column means what, once."
    zh = "{feed} 的列 {missing} 未按已知名称出现；表中有：{found}。请数据专员确认各列对应关系，确认一次即可。"

    def __init__(
        self,
        feed: Feed,
        missing: tuple[str, ...],
        found: tuple[str, ...],
        suggestion: dict[str, Any],
    ) -> None:
        super().__init__(feed=feed.code, missing="、".join(missing), found="、".join(found))
        self.suggestion = suggestion


class TooManyFaults(DeliveryWaits):
    """More rows are rejected than the feed allows: the file, not the rows, is wrong."""

    code = "too_many_faults"
    en = "{rejected} of {total} rows cannot be believed; {feed} allows {allowed}. The delivery waits for the data steward."
    zh = "{total} 行中有 {rejected} 行不可采信，{feed} 最多允许 {allowed}，待数据专员确认。"

    def __init__(self, feed: Feed, rejected: int, total: int) -> None:
        whole, rest = divmod(feed.limits.fault_ratio_bp, 100)
        allowed = f"{whole}.{rest:02d} %"
        super().__init__(feed=feed.code, rejected=rejected, total=total, allowed=allowed)


class TooFewRows(DeliveryWaits):
    """A full delivery would end most of what is known; it is more likely cut off than true."""

    code = "too_few_rows"
    en = "A full delivery of {feed} with {rows} rows would end {ending} of {current} records; that is more likely a cut-off file. It waits for the data steward."
    zh = "{feed} 为全量报送，本次 {rows} 行将使现有 {current} 条中的 {ending} 条失效，文件很可能不完整，待数据专员确认。"


class TooManyRows(DeliveryWaits):
    """A full delivery is several times as long as what is known."""

    code = "too_many_rows"
    en = "A full delivery of {feed} has {rows} rows where {current} records are known; it waits for the data steward."
    zh = "{feed} 全量报送 {rows} 行，而现有仅 {current} 条，待数据专员确认。"


class UnusuallyFewRows(DeliveryWaits):
    """A list of events has a small part of the rows it usually has."""

    code = "unusually_few_rows"
    en = "{feed} has {rows} rows, usually about {usual}; it waits for the data steward."
    zh = "{feed} 本次 {rows} 行，平时约 {usual} 行，待数据专员确认。"


class OlderAgain(DeliveryWaits):
    """The very bytes of an earlier full delivery come again after another one."""

    code = "older_again"
    en = "This is byte for byte the delivery of {day}, and a newer one came since; if {feed} really is as it was then, the data steward confirms it."
    zh = "本文件与 {day} 的报送逐字节相同，其后已有更新的报送；如 {feed} 确已恢复原状，请数据专员确认。"


class ReturnUnknown(DeliveryRefused):
    """A corrected sheet names rows that were never given back."""

    code = "return_unknown"
    en = "{count} rows carry a return number (退回编号) that {feed} never gave out; the first is row {row}."
    zh = "有 {count} 行的“退回编号”并非 {feed} 发出，首见于第 {row} 行。"
