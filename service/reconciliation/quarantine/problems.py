"""Why an act on a file in quarantine is refused."""

from service.foundation.problems import Problem


class NotInQuarantine(Problem):
    """A file waits for nobody's decision."""

    code = "file_not_in_quarantine"
    status = 409
    title = "This file waits for no decision"

    def __init__(self) -> None:
        super().__init__(
            "This file is not in quarantine: it was applied, or taken after all meanwhile.",
            "该文件不在隔离区：已经入账，或此间已被采用。",
        )


class NotReplaceable(Problem):
    """Something was built on the statement that a corrected one would replace."""

    code = "statement_not_replaceable"
    status = 409
    title = "This statement cannot be replaced"

    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(
            f"The booked statement cannot be replaced: {why}. Keep it, and correct the books by entries.",
            f"已入账的对账单不能被替换：{why_zh}。请保留原对账单，并以凭证更正。",
        )


class ActUnknown(Problem):
    """What was to be done about a file is none of the acts there are."""

    code = "file_act_unknown"
    status = 422
    title = "Choose what is done"

    def __init__(self) -> None:
        super().__init__(
            "Choose what is done about the file: take it, reject it, or ask the bank.",
            "请选择处理方式：采用、拒收或询问银行。",
        )
