"""What stands in the way of an objection or its answer."""

from datetime import date

from service.foundation.problems import Problem


class ObjectionIncomplete(Problem):
    """It says too little, too much, or names no line of the list."""

    code = "objection_incomplete"
    status = 422
    title = "Please check what you wrote"

    def __init__(self, chars_min: int, chars_max: int) -> None:
        super().__init__(
            f"Say in {chars_min} to {chars_max} characters what is wrong, and give a number that is on the list.",
            f"请用{chars_min}至{chars_max}字说明情况，并填写名单上的序号。",
        )


class NoticeOver(Problem):
    """The list can no longer be objected to here."""

    code = "notice_over"
    status = 409
    title = "This notice has ended"

    def __init__(self, ended_on: date) -> None:
        super().__init__(
            f"This notice has ended or was replaced (last day {ended_on}). Tell the township's service "
            "hall: what was paid wrongly is claimed back, what was left out is paid later.",
            f"该公示已结束或已被新公示替代（截止 {ended_on}）。如有问题请向乡镇（街道）便民服务中心反映："
            "错发的依法追回，漏发的予以补发。",
        )


class ObjectionStands(Problem):
    """The same decision is objected to already, and not answered yet."""

    code = "objection_stands"
    status = 409
    title = "This is being looked at already"

    def __init__(self, number: str) -> None:
        super().__init__(
            f"You have objected to this decision already ({number}); the answer will stand with it.",
            f"您已对该决定提出异议（{number}），答复将在该条下显示，无需重复提出。",
        )


class ObjectedTooOften(Problem):
    """Too many objections in a short time."""

    code = "objected_too_often"
    status = 429
    title = "Please wait"

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"Too many objections are coming in; please try again in {minutes} min., or go to the "
            "township's service hall.",
            f"当前提交过于频繁，请 {minutes} 分钟后再试，或到乡镇（街道）便民服务中心反映。",
        )
        self.retry_after_seconds = minutes * 60


class AnotherOfficerAnswers(Problem):
    """Who made the list, wrote the objection down or is a relative does not answer it."""

    code = "objection_another_officer"
    status = 409
    title = "Another officer must answer"

    def __init__(self) -> None:
        super().__init__(
            "You made or reviewed this list, wrote this objection down, or are related to the person; "
            "another officer must answer it.",
            "您是该名单的经办或审核人员、异议登记人，或与当事人有利害关系，须由其他人员答复。",
        )


class AnswerMissing(Problem):
    """An answer without its reason."""

    code = "objection_answer_missing"
    status = 422
    title = "A reason is needed"

    def __init__(self, chars_min: int, chars_max: int) -> None:
        super().__init__(
            f"Write the reason in {chars_min} to {chars_max} characters; whoever objected reads it.",
            f"请用{chars_min}至{chars_max}字写明理由，异议人将看到该答复。",
        )


class NoSuchAnswer(Problem):
    """A code that belongs to no objection."""

    code = "objection_code_unknown"
    status = 404
    title = "This code is not known"

    def __init__(self) -> None:
        super().__init__(
            "There is no objection with this code; please check the letters and figures.",
            "没有与该查询码对应的异议，请核对后重新输入。",
        )
