"""Why a correction cannot be asked for, or another value not count meanwhile."""

from service.foundation.problems import Problem


class CorrectionStands(Problem):
    """The fact is disputed already."""

    code = "correction_stands"
    status = 409
    title = "The department was asked already"

    def __init__(self, fact: str) -> None:
        super().__init__(
            f"A correction of {fact} was asked for already and has not ended.",
            f"{fact} 的更正申请已提出，尚未办结。",
        )


class CorrectionEnded(Problem):
    """The correction has ended; nothing more can be done with it."""

    code = "correction_ended"
    status = 409
    title = "The correction has ended"

    def __init__(self) -> None:
        super().__init__("This correction has ended; ask anew.", "该更正申请已办结，请重新提出。")


class LentAlready(Problem):
    """Another value counts already."""

    code = "lent_already"
    status = 409
    title = "Another value counts already"

    def __init__(self) -> None:
        super().__init__(
            "Another value counts for this fact already; end the correction and ask anew to change it.",
            "该事实已临时采用其他数值；如需变更，请先终止再重新申请。",
        )


class LoanUnusable(Problem):
    """The days or the evidence of a temporary value are missing or too wide."""

    code = "loan_unusable"
    status = 422
    title = "The temporary value cannot stand like this"

    def __init__(self, days: int) -> None:
        super().__init__(
            "A temporary value needs the evidence that was seen, a first day, and a last day from "
            f"today on and at most {days} days from now.",
            f"临时采用须写明所见证据、起始日期和截止日期；截止日期自今日起最长{days}天。",
        )
