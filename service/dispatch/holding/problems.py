"""What refuses the holding of a line, or its release."""

from service.batches.models import Batch
from service.foundation.problems import Problem


class NotHoldable(Problem):
    """The list is not between its signature and its banks, or its signers did not agree to the rule."""

    code = "not_holdable"
    status = 409
    title = "Lines cannot be left out of this list"

    def __init__(self, batch: Batch, why: str, why_zh: str) -> None:
        super().__init__(
            f"No line can be left out of {batch.batch_no}: {why}.",
            f"{batch.batch_no} 不能暂缓单笔：{why_zh}。",
        )

    @classmethod
    def state(cls, batch: Batch) -> "NotHoldable":
        """Return the refusal of a list that is not signed and waiting."""
        return cls(
            batch,
            "it is not signed and waiting to be sent; before the signature it is returned, after "
            "sending the bank is asked to cancel",
            "该清单不是已签发待发送状态；签发前请退回，送交银行后请申请撤销",
        )

    @classmethod
    def version(cls, batch: Batch) -> "NotHoldable":
        """Return the refusal of a list that was signed before there was a rule of holding."""
        return cls(
            batch,
            "what was signed does not allow it; call the whole list back",
            "所签清单不含暂缓规则，请整批撤回",
        )


class FileGone(Problem):
    """The file of a line is being sent, was begun to be sent, or is at the bank."""

    code = "file_gone"
    status = 409
    title = "The file is on its way"

    def __init__(self, file_name: str) -> None:
        super().__init__(
            f"{file_name} is being handed over or was tried already; its lines can no longer be left "
            "out. Once the bank has it, ask the bank to cancel.",
            f"{file_name} 正在发送或已尝试发送，其中明细不能再暂缓；银行收到后可申请撤销。",
        )


class NotOfThisList(Problem):
    """A reference names no line of the list that waits to be sent."""

    code = "not_of_this_list"
    status = 422
    title = "No such line waits to be sent"

    def __init__(self, reference: str, batch: Batch) -> None:
        super().__init__(
            f"{reference[:40]!r} is no line of {batch.batch_no} that waits to be sent.",
            f"{reference[:40]!r} 不是 {batch.batch_no} 中待发送的明细。",
        )


class NothingLeft(Problem):
    """Every line of the list would be left out."""

    code = "nothing_left_to_send"
    status = 409
    title = "Nothing would be left to send"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"Nothing of {batch.batch_no} would be left to send: call the whole list back.",
            f"{batch.batch_no} 将无明细可发，请整批撤回。",
        )


class HoldNeedsTwo(Problem):
    """A line is left out by two different officers."""

    code = "hold_needs_two"
    status = 409
    title = "Two people must decide this"

    def __init__(self) -> None:
        super().__init__(
            "A signed line is left out by two different officers.",
            "已签发明细的暂缓须由两名不同人员共同决定。",
        )


class NotReleasable(Problem):
    """A line is not held, or its list could still be called back."""

    code = "not_releasable"
    status = 409
    title = "This line cannot be released now"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference} is not held, or the rest of its list is not with the banks yet.",
            f"{reference} 未被暂缓，或其清单的其余部分尚未全部送交银行。",
        )
