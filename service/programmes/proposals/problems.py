"""What stands in the way of a proposal, said for the officer who tried."""

from collections.abc import Sequence

from eligibility_rules import Fault
from service.foundation.problems import Problem

SHOWN_MAX = 50


class RulesFaulty(Problem):
    """The set that a proposal leads to cannot be loaded."""

    code = "rules_faulty"
    status = 422
    title = "The rules hold faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        said = [str(fault) for fault in faults[:SHOWN_MAX]]
        listed = "\n".join(said)
        listed_zh = "\n".join(fault.said_zh for fault in faults[:SHOWN_MAX])
        super().__init__(
            f"The rules cannot be read like this:\n{listed}",
            f"规则文件有误，无法载入：\n{listed_zh}",
            faults=said,
        )


class CasesFail(Problem):
    """Cases that officials wrote come out otherwise under the proposal."""

    code = "cases_fail"
    status = 422
    title = "Cases come out otherwise"

    def __init__(self, said: Sequence[str]) -> None:
        listed = "\n".join(said[:SHOWN_MAX])
        super().__init__(
            f"These cases come out otherwise; correct the rule, or propose the case file with it:\n{listed}",
            f"以下用例结果不符，请修改规则，或将用例文件一并提交：\n{listed}",
            faults=list(said[:SHOWN_MAX]),
        )


class ProposalIncomplete(Problem):
    """Something that every proposal says is missing or too long."""

    code = "proposal_incomplete"
    status = 422
    title = "The proposal says too little"

    def __init__(self, field: str, field_zh: str) -> None:
        super().__init__(
            f"Fill in “{field}”, in at most 2,000 characters.",
            f"请填写“{field_zh}”（不超过2000字）。",
        )


class NotAFileOfRules(Problem):
    """A file that no proposal may change."""

    code = "not_a_rule_file"
    status = 422
    title = "That file cannot be proposed"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} cannot be proposed: only parameters/…yaml, county/parameters/…yaml, programmes/…/…yaml and cases/…yaml can.",
            f"{name} 不能提交：仅可提交 parameters/…yaml、county/parameters/…yaml、programmes/…/…yaml 和 cases/…yaml。",
        )


class NothingChanges(Problem):
    """The proposal says what is in force already."""

    code = "nothing_changes"
    status = 422
    title = "Nothing would change"

    def __init__(self) -> None:
        super().__init__(
            "These files say what is in force already; nothing would change.",
            "所提交文件与现行规则一致，没有任何变化。",
        )


class BaseMoved(Problem):
    """The rules a proposal was compared with are not those in force any more."""

    code = "rules_base_moved"
    status = 409
    title = "The rules have changed meanwhile"

    def __init__(self, name: str, month: str) -> None:
        super().__init__(
            f"The rules in force for {month} have changed since {name} was submitted; return it, so that it is checked against the new ones and submitted again.",
            f"{name} 提交后，{month} 的现行规则已变更；请退回，按新规则核对后重新提交。",
        )


class LaterChange(Problem):
    """A change of the same file that takes effect later would undo this one."""

    code = "rules_later_change"
    status = 409
    title = "A later change to the same file is approved"

    def __init__(self, file: str, name: str, month: str) -> None:
        super().__init__(
            f"{name}, approved from {month} on, has a whole text of {file} without this change; propose from {month} on, on top of it.",
            f"{name} 已批准自 {month} 起更换 {file} 全文，其中不含本次修改；请以 {month} 为生效月份，在其基础上提交。",
        )


class AnotherOfficerNeeded(Problem):
    """Who wrote or approved a proposal may not approve it (again)."""

    code = "another_officer_needed"
    status = 409
    title = "Another officer must decide"

    def __init__(self) -> None:
        super().__init__(
            "You wrote or approved this already; another officer must decide.",
            "您已起草或审批过该项，须由其他人员审批。",
        )


class NotTheAuthor(Problem):
    """Somebody else's proposal."""

    code = "not_the_author"
    status = 403
    title = "This is not your proposal"

    def __init__(self) -> None:
        super().__init__(
            "Only the officer who wrote a proposal edits, submits or withdraws it.",
            "仅起草人可以修改、提交或撤回该提案。",
        )


class PreviewWaiting(Problem):
    """Nobody has seen yet what a proposal does."""

    code = "preview_waiting"
    status = 409
    title = "Its effects have not been counted yet"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The effects of {name} on the newest snapshot are not counted yet; it can be approved once they can be seen.",
            f"{name} 尚未按最新快照完成影响测算，测算完成后方可审批。",
        )


class CountsAsPublished(Problem):
    """A figure that counts as it was first published would change for months gone by."""

    code = "counts_as_published"
    status = 409
    title = "This figure counts as first published"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} counts as it was first published: a later revision changes no month before the change takes effect. Add a value for a later month instead.",
            f"{name} 以首次公布数为准：事后修订不改变生效月份以前的月份。请改为增加以后月份的数值。",
            parameter=name,
        )
