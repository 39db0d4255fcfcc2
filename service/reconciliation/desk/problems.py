"""Why an act on finance's exceptions is refused."""

from service.foundation.problems import Problem


class MatterOver(Problem):
    """What was named is no open exception: settled meanwhile, or never one."""

    code = "finance_exception_over"
    status = 409
    title = "This exception is not open"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"{key} is no open exception; it was settled meanwhile. Nothing was done.",
            f"{key} 不是待处理异常（可能已办结），本次操作未生效。",
        )


class ColleagueUnfit(Problem):
    """Who shall look after it could not settle it."""

    code = "colleague_unfit"
    status = 422
    title = "That officer cannot look after it"

    def __init__(self, username: str) -> None:
        super().__init__(
            f"“{username}” is no officer who may settle exceptions of finance; choose another.",
            f"“{username}”不是可处理对账异常的在岗人员，请另选。",
        )


class NothingChosen(Problem):
    """No exception was named."""

    code = "finance_exception_none"
    status = 422
    title = "Nothing was chosen"

    def __init__(self) -> None:
        super().__init__("Choose one exception or several.", "请至少选择一项异常。")
