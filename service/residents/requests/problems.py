"""Why a request cannot be taken."""

from service.foundation.problems import Problem


class RequestIncomplete(Problem):
    """What would be right is missing or too long."""

    code = "request_incomplete"
    status = 422
    title = "Please say what is right"

    def __init__(self, chars_min: int, chars_max: int) -> None:
        super().__init__(
            f"Say what is right in {chars_min} to {chars_max} characters.",
            f"请用 {chars_min} 至 {chars_max} 个字说明正确的情况。",
        )


class RequestStands(Problem):
    """The same was asked already and is being looked at."""

    code = "request_stands"
    status = 409
    title = "You have asked this already"

    def __init__(self, number: str) -> None:
        super().__init__(
            f"You have asked this already: request {number} is being looked at, and its answer will stand under “Requests”.",
            f"您已提出过同样的申请（{number}），正在核实，答复将显示在“我的申请”中。",
        )


class RequestsTooMany(Problem):
    """More requests in a day than can be looked at."""

    code = "requests_too_many"
    status = 429
    title = "Please wait until tomorrow"

    def __init__(self) -> None:
        super().__init__(
            "You have sent five requests in a day; please send the next one tomorrow, or ask at your township's service hall.",
            "您一天内已提交五项申请，请明天再提交，或到乡镇便民服务大厅咨询。",
        )
        self.retry_after_seconds = 24 * 3600


class ChoiceUnknown(Problem):
    """What is said to be wrong is none of what can be chosen."""

    code = "request_choice_unknown"
    status = 422
    title = "Please choose what is wrong"

    def __init__(self) -> None:
        super().__init__("Choose what is wrong.", "请选择哪一项不对。")
