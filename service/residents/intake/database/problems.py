"""Why a department's database could not be asked, or what it answered not be believed."""

from collections.abc import Iterable

from service.foundation.problems import Problem


class DatabaseUnreachable(Problem):
    """No connection came about, or it broke."""

    code = "source_database_unreachable"
    status = 502
    title = "The department's database does not answer"

    def __init__(self) -> None:
        super().__init__(
            "The department's database does not answer or refuses our login; it is asked again later.",
            "部门数据库没有应答或拒绝登录，稍后将重试。",
        )


class RoleMayWrite(Problem):
    """The role we were given could change the department's data."""

    code = "source_role_may_write"
    status = 409
    title = "The database role may write"

    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(
            f"The role we were given {why}; nothing was asked. Ask for a role that may only SELECT.",
            f"部门提供的数据库账号{why_zh}，未执行查询；请部门改为仅有 SELECT 权限的账号。",
        )


class QueryFailed(Problem):
    """The database refuses the query, or it took too long."""

    code = "source_query_failed"
    status = 502
    title = "The query fails"

    def __init__(self, state: str) -> None:
        said = f" (SQLSTATE {state})" if state else ""
        super().__init__(
            f"The department's database could not answer the query{said}; nothing was taken over.",
            f"部门数据库未能完成查询{said}，未采集任何数据。",
        )


class ColumnsUnknown(Problem):
    """The query's columns are not the feed's."""

    code = "source_columns_wrong"
    status = 422
    title = "The query's columns are not the feed's"

    def __init__(
        self, unknown: Iterable[str], twice: Iterable[str], missing: Iterable[str]
    ) -> None:
        parts = [
            ("not of the feed", "不属于该数据源", unknown),
            ("named twice", "重复", twice),
            ("missing", "缺少", missing),
        ]
        said = [(en, zh, sorted(names)) for en, zh, names in parts]
        super().__init__(
            "The query's columns do not fit the feed: "
            + "; ".join(f"{en}: {', '.join(names)}" for en, _, names in said if names)
            + ".",
            "查询结果的列与数据源不符："
            + "；".join(f"{zh}：{'、'.join(names)}" for _, zh, names in said if names)
            + "。",
        )


class ColumnInexact(Problem):
    """A column is of a type that does not keep what was written into it exactly."""

    code = "source_column_inexact"
    status = 422
    title = "A column's type is not exact"

    def __init__(self, columns: Iterable[str]) -> None:
        named = sorted(columns)
        super().__init__(
            f"These columns are floating-point or locale money, which do not keep amounts and numbers exactly: {', '.join(named)}; cast them to numeric or text in the query.",
            f"以下列为浮点或 money 类型，不能精确保存金额和号码：{'、'.join(named)}；请在查询中转换为 numeric 或 text。",
        )


class ValueUnusable(Problem):
    """A value has no exact text."""

    code = "source_value_unusable"
    status = 422
    title = "A value cannot be written as text"

    def __init__(self, column: str, row: int, kind: str) -> None:
        super().__init__(
            f"Row {row} has a value of kind {kind} in the column {column}, which cannot be written as text exactly; cast it in the query.",
            f"第 {row} 行“{column}”列的值（类型 {kind}）无法精确转换为文本，请在查询中转换。",
        )


class AnswerTooLarge(Problem):
    """The query answers more than the feed may hold."""

    code = "source_answer_too_large"
    status = 422
    title = "The query answers too much"

    def __init__(self, rows_max: int) -> None:
        super().__init__(
            f"The query answers more than the feed's {rows_max:,} rows or more bytes than are imported; nothing was taken over.",
            f"查询结果超过该数据源上限 {rows_max:,} 行或导入上限，未采集任何数据。",
        )


class WatermarkWrong(Problem):
    """The watermark column is not there or not of the agreed type."""

    code = "source_watermark_wrong"
    status = 422
    title = "The watermark column cannot be used"

    def __init__(self, column: str, kind: str) -> None:
        super().__init__(
            f"The query has no column “{column}” of the agreed watermark type {kind}.",
            f"查询结果中没有类型为 {kind} 的水位列“{column}”。",
        )
