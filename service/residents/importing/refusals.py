"""Why a delivery as a whole is not believed, beyond what a spreadsheet itself can tell."""

from service.foundation.spreadsheets import FileRefused
from service.residents.feeds import Feed


class DeliveryRefused(FileRefused):
    """The file could be read, but it is not this feed's table, or too little of it is credible."""

    code = "delivery_refused"
    title = "The delivery is not taken over"


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


class ColumnTwice(DeliveryRefused):
    """Two columns could be meant by one name."""

    code = "column_twice"
    en = "The columns {twice} of {feed} appear more than once; found: {found}."
    zh = "{feed} 的列 {twice} 出现了不止一次；表中有：{found}。"

    def __init__(self, feed: Feed, twice: tuple[str, ...], found: tuple[str, ...]) -> None:
        super().__init__(feed=feed.code, twice="、".join(twice), found="、".join(found))


class TooManyFaults(DeliveryRefused):
    """More rows are rejected than the feed allows: the file, not the rows, is wrong."""

    code = "too_many_faults"
    en = "{rejected} of {total} rows cannot be believed; {feed} allows {allowed}. Nothing was imported."
    zh = "{total} 行中有 {rejected} 行不可采信，{feed} 最多允许 {allowed}，整份文件未导入。"

    def __init__(self, feed: Feed, rejected: int, total: int) -> None:
        whole, rest = divmod(feed.limits.fault_ratio_bp, 100)
        allowed = f"{whole}.{rest:02d} %"
        super().__init__(feed=feed.code, rejected=rejected, total=total, allowed=allowed)


class TooFewRows(DeliveryRefused):
    """A full delivery would end most of what is known; it is more likely cut off than true."""

    code = "too_few_rows"
    en = "A full delivery of {feed} with {rows} rows would end {ending} of {current} records; that is more likely a cut-off file. Nothing was imported."
    zh = "{feed} 为全量报送，本次 {rows} 行将使现有 {current} 条中的 {ending} 条失效，文件很可能不完整，未导入。"
