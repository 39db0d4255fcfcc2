"""Why a step cannot be taken."""

from datetime import date

from service.batches.models import Batch
from service.foundation.problems import Problem
from service.officers.models import Officer


class LinesChanged(Problem):
    """The lines are not those that were submitted."""

    code = "lines_changed"
    status = 409
    title = "The list was changed after it was submitted"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"The lines of {batch.batch_no} are not those its maker submitted; nothing was approved. "
            "Tell the auditor.",
            f"{batch.batch_no} 的明细与经办提交时不一致，审批未生效，请告知审计人员。",
        )


class NotYourStep(Problem):
    """The step that comes next is another office's or township's."""

    code = "not_your_step"
    status = 409
    title = "The next step is not yours"

    def __init__(self, batch: Batch, en: str, zh: str) -> None:
        super().__init__(
            f"The next step of {batch.batch_no} is “{en}”; it is another office's to take.",
            f"{batch.batch_no} 的下一步为“{zh}”，应由其他单位的人员办理。",
        )


class ConflictOfInterest(Problem):
    """The officer, a relative, or whom he acts for is paid by the batch."""

    code = "conflict_of_interest"
    status = 409
    title = "You keep out of this batch"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"You or somebody you declared is paid by {batch.batch_no}; another officer takes its steps.",
            f"{batch.batch_no} 的领款人包含您本人或已申报的亲属，须回避，由其他人员办理。",
        )


class MakerExcluded(Problem):
    """Whoever submitted the batch, or approved it before, is paid by it."""

    code = "maker_excluded"
    status = 409
    title = "Somebody who has to keep out acted on this batch"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"An officer who acted on {batch.batch_no} has own people on it; return it, "
            "so that another officer submits it.",
            f"{batch.batch_no} 的经手人员应当回避，请退回并由其他人员重新提交。",
        )


class AbsentNow(Problem):
    """Who is absent does not act."""

    code = "absent_now"
    status = 409
    title = "You are registered as absent"

    def __init__(self, until: date) -> None:
        super().__init__(
            f"You are registered as absent until {until}; end the absence first.",
            f"您已登记离岗至 {until}，请先终止离岗登记。",
        )


class NotDelegated(Problem):
    """There is no delegation from that officer on that day."""

    code = "not_delegated"
    status = 409
    title = "You do not act for this officer"

    def __init__(self, absent: Officer) -> None:
        super().__init__(
            f"{absent.name} has not delegated to you for today.",
            f"{absent.name} 今日未委托您代为办理。",
        )


class StepUnknown(Problem):
    """The step to return to is not an earlier one of this batch."""

    code = "step_unknown"
    status = 422
    title = "There is no such step to return to"

    def __init__(self, batch: Batch, named: str) -> None:
        super().__init__(
            f"{batch.batch_no} has taken no step “{named[:30]}” that it could return to.",
            f"{batch.batch_no} 没有已办理的环节“{named[:30]}”，无法退回到该环节。",
        )


class NotYoursToRecall(Problem):
    """Only the maker and whoever acted last may call a batch back."""

    code = "not_yours_to_recall"
    status = 409
    title = "You cannot call this back"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"Only its maker, or whoever acted last, may call {batch.batch_no} back.",
            f"只有编制人或最后办理人可以撤回 {batch.batch_no}。",
        )


class OnItsWay(Problem):
    """A file of the batch is being handed over or is at the bank."""

    code = "on_its_way"
    status = 409
    title = "It cannot be called back any more"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"{batch.batch_no} is being sent to the bank or is there already; it cannot be called back.",
            f"{batch.batch_no} 正在或已经送交银行，不能撤回。",
        )
