"""What can be wrong with an act on exceptions."""

from service.foundation.problems import Problem


class SelectionChanged(Problem):
    """What was previewed is not what is there now."""

    code = "selection_changed"
    status = 409
    title = "What you chose has changed"

    def __init__(self) -> None:
        super().__init__(
            "What you chose has changed since the preview, so nothing was done; look at it again and confirm.",
            "您预览之后所选异常已有变化，本次操作未生效；请重新预览后再确认。",
        )


class NothingToDo(Problem):
    """Nothing of what was chosen is left for the act."""

    code = "nothing_chosen"
    status = 422
    title = "Nothing to do"

    def __init__(self) -> None:
        super().__init__(
            "Nothing of what you chose can be dealt with like this; choose other exceptions.",
            "所选异常均不能按此方式办理，请重新选择。",
        )


class OfficeUnknown(Problem):
    """There is no such office, or nobody in it could answer."""

    code = "office_unknown"
    status = 422
    title = "No such office"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no office called “{name}”; describe it first or choose another.",
            f"没有名为“{name}”的单位，请先登记该单位或另选。",
        )


class DaysUnusable(Problem):
    """The number of working days given by hand is out of bounds."""

    code = "days_unusable"
    status = 422
    title = "This deadline is not possible"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Give 1 to {most} working days, or none for the rule's.",
            f"请填写 1 至 {most} 个工作日，留空则按规则计算。",
        )


class AnswerIncomplete(Problem):
    """An answer without outcome, finding or evidence."""

    code = "exception_answer_incomplete"
    status = 422
    title = "The answer says too little"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Choose an outcome, and write what was found and what it rests on, at most {most} characters each.",
            f"请选择办理结果，并填写核实情况和依据（各不超过 {most} 字）。",
        )


class ExceptionOver(Problem):
    """The exception ended meanwhile."""

    code = "exception_over"
    status = 409
    title = "This exception has ended"

    def __init__(self) -> None:
        super().__init__(
            "This exception has ended meanwhile; there is nothing left to answer.",
            "该异常已经解除，无须再办理。",
        )


class NotYourOffice(Problem):
    """The task belongs to another office."""

    code = "not_your_office"
    status = 403
    title = "Another office answers this"

    def __init__(self, organisation: str) -> None:
        super().__init__(
            f"This was given to {organisation}; its officers answer.",
            f"该异常已交办给{organisation}，由该单位办理。",
        )


class NotAssigned(Problem):
    """Nobody was asked about the exception."""

    code = "not_assigned"
    status = 409
    title = "This was given to nobody"

    def __init__(self) -> None:
        super().__init__(
            "This exception was not given to any office; assign it first.",
            "该异常尚未交办，请先交办。",
        )
