"""What stands in the way of an act on identities or accounts, said for the officer who tried."""

from service.foundation.problems import Problem


class ReasonNeeded(Problem):
    """An act that is kept for ever was given no reason."""

    code = "reason_needed"
    status = 422
    title = "A reason is needed"

    def __init__(self) -> None:
        super().__init__(
            "Write why; the reason is kept with the act.", "请写明理由，理由将与操作一并留痕。"
        )


class MergeWithItself(Problem):
    """Both ids are the same person row."""

    code = "merge_with_itself"
    status = 422
    title = "There is only one person"

    def __init__(self) -> None:
        super().__init__(
            "Both entries are the same person; choose the second one.",
            "所选的是同一条人员记录，请另选一条。",
        )


class AlreadyMerged(Problem):
    """One of the persons belongs to another one already."""

    code = "already_merged"
    status = 409
    title = "Already merged"

    def __init__(self) -> None:
        super().__init__(
            "One of these entries was merged into another person before; look at that person instead.",
            "其中一条记录此前已并入他人，请改为办理并入后的人员。",
        )


class BothRegistered(Problem):
    """The household register holds both persons at the same time."""

    code = "both_registered"
    status = 409
    title = "The register holds both"

    def __init__(self) -> None:
        super().__init__(
            "The household register holds both persons today, so they count as two; "
            "ask public security to end one registration first.",
            "两人目前均为户籍在册状态，按两人对待；请先由公安机关注销其中一条户籍登记。",
        )


class DifferentPeople(Problem):
    """Name, sex and birth all differ."""

    code = "different_people"
    status = 409
    title = "These are two people"

    def __init__(self) -> None:
        super().__init__(
            "Name, sex and date of birth all differ, so these are two people; nothing was merged.",
            "姓名、性别、出生日期均不相同，应为两人，未予合并。",
        )


class IdentityInDispute(Problem):
    """A number that two people carry is not touched before the police answered."""

    code = "identity_in_dispute"
    status = 409
    title = "The police have not answered yet"

    def __init__(self) -> None:
        super().__init__(
            "Two people carry this number and public security has not answered yet; resolve the dispute first.",
            "该号码存在同号异人争议，公安机关尚未答复；请先处理争议。",
        )


class NotMerged(Problem):
    """There is no merge of these two that could be taken back."""

    code = "not_merged"
    status = 409
    title = "These two are not merged"

    def __init__(self) -> None:
        super().__init__(
            "These two were not merged with one another, or it was taken back already.",
            "两条记录之间没有可撤销的合并，或已撤销。",
        )


class DisputeClosed(Problem):
    """The dispute was resolved before."""

    code = "dispute_closed"
    status = 409
    title = "Already resolved"

    def __init__(self) -> None:
        super().__init__(
            "This dispute was resolved already; its answer stays as it is.",
            "该争议已处理完毕，处理结论不再变更。",
        )


class ConfirmationEnded(Problem):
    """What was confirmed was withdrawn before."""

    code = "confirmation_ended"
    status = 409
    title = "Already withdrawn"

    def __init__(self) -> None:
        super().__init__("This confirmation was withdrawn already.", "该确认此前已撤回。")


class DayImpossible(Problem):
    """The day lies in the future."""

    code = "day_impossible"
    status = 422
    title = "That day is not possible"

    def __init__(self) -> None:
        super().__init__(
            "A person was seen, or died, today or before; correct the day.",
            "见到本人或死亡的日期不能晚于今天，请更正。",
        )


def given(reason: str) -> str:
    """Return a reason without spaces around it; raises :class:`ReasonNeeded` for none."""
    if not reason.strip():
        raise ReasonNeeded
    return reason.strip()
