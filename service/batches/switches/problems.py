"""What stands in the way of a switch, said for the officer who tried."""

from service.batches.switches.lifecycle import PROTECTED
from service.foundation.problems import Problem


class ControlProtected(Problem):
    """A control that nobody may switch off."""

    code = "control_protected"
    status = 409
    title = "This control is never switched off"

    def __init__(self, control: str) -> None:
        why, why_zh = PROTECTED[control]
        super().__init__(
            f"The control “{control}” is never switched off. {why}",
            f"控制项“{control}”不得关闭。{why_zh}",
        )


class SwitchIncomplete(Problem):
    """Months or a reason are missing, or the time is too long."""

    code = "switch_incomplete"
    status = 422
    title = "The request says too little"

    def __init__(self, months_max: int, chars_min: int) -> None:
        super().__init__(
            f"A control is off from this month or a later one for at most {months_max} months, with a reason of {chars_min} to 500 characters.",
            f"关闭须自当月或以后月份起，最长{months_max}个月，并写明理由（{chars_min}至500字）。",
        )


class SecondOfficerNeeded(Problem):
    """Whoever asked may not confirm it as well."""

    code = "switch_second_officer"
    status = 409
    title = "Another officer must confirm"

    def __init__(self) -> None:
        super().__init__(
            "You asked for this yourself; another officer must confirm it.",
            "该项由您本人申请，须由其他人员确认。",
        )


class AlreadyAsked(Problem):
    """The same control is off already, or somebody has asked."""

    code = "switch_already"
    status = 409
    title = "It is off, or asked for, already"

    def __init__(self) -> None:
        super().__init__(
            "This control is off for these months already, or somebody has asked for it.",
            "该控制项在所选月份已关闭，或已有人申请。",
        )
