"""Why a recall, or the recording of its answer, is refused."""

from service.foundation.problems import Problem


class NotRecallable(Problem):
    """Payments were asked for that are not at the bank, or have their end."""

    code = "not_recallable"
    status = 409
    title = "This cannot be called back"

    def __init__(self, file_name: str, count: int) -> None:
        super().__init__(
            f"{count} of the payments asked for of {file_name} cannot be called back: they were never "
            "sent, have failed, came back, or are being called back already. Nothing was asked of the bank.",
            f"{file_name} 中有 {count} 笔所选付款不能撤销：未曾发送、已失败、已退回，或正在撤销。未向银行发出请求。",
        )


class RecallNeedsTwo(Problem):
    """A recall and a hand-written answer are decided by two different officers."""

    code = "recall_needs_two"
    status = 409
    title = "Two people must decide this"

    def __init__(self) -> None:
        super().__init__(
            "A recall, and its answer where a person records it, need two different officers.",
            "撤销及人工登记银行答复须由两名不同人员共同办理。",
        )


class RecallUnwritable(Problem):
    """The bank's form of a request cannot carry this."""

    code = "recall_unwritable"
    status = 409
    title = "The request to the bank cannot be written"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The request to the bank cannot be written: {why}", f"无法生成撤销请求：{why}"
        )


class NotOfThisFile(Problem):
    """A reference names no payment of the file."""

    code = "recall_reference_unknown"
    status = 422
    title = "A reference is not of this file"

    def __init__(self, reference: str, file_name: str) -> None:
        shown = reference[:20]
        super().__init__(
            f"“{shown}” is not the reference of a payment of {file_name}.",
            f"“{shown}”不是 {file_name} 中的付款编号。",
        )


class ReasonCodeUnknown(Problem):
    """No bank understands this reason."""

    code = "recall_reason_unknown"
    status = 422
    title = "Choose a reason"

    def __init__(self) -> None:
        super().__init__(
            "Choose one of the reasons banks understand.", "请选择银行可识别的撤销原因。"
        )


class RecallPending(Problem):
    """Something is not done while a recall has no final answer."""

    code = "recall_pending"
    status = 409
    title = "A recall is still open"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is being called back and the bank's answer is not final; nothing of it is sent "
            "or issued again before.",
            f"{what} 正在撤销，银行尚无最终答复，在此之前不重新发送或发放。",
        )


class EvidenceMissing(Problem):
    """A bank's answer is recorded by hand only with what proves it."""

    code = "evidence_missing"
    status = 422
    title = "Say what proves the answer"

    def __init__(self) -> None:
        super().__init__(
            "Write what proves the bank's answer: the letter's number and date, or who said it when.",
            "请填写银行答复的凭据：回函文号及日期，或何人何时答复。",
        )


class NothingOpen(Problem):
    """The recall, or these payments of it, have their final answer."""

    code = "recall_nothing_open"
    status = 409
    title = "There is no answer to record"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Recall {reference} has no such payment that still waits for an answer.",
            f"撤销 {reference} 中没有仍待答复的该付款。",
        )


class ReferencesMissing(Problem):
    """Single payments are called back only by their references."""

    code = "recall_references_missing"
    status = 422
    title = "Name the payments"

    def __init__(self) -> None:
        super().__init__(
            "Write the references of the payments, or call back the whole file.",
            "请填写付款编号，或选择撤销整个文件。",
        )


class AnswerMissing(Problem):
    """An answer is cancelled or refused; nothing else is recorded by hand."""

    code = "recall_answer_missing"
    status = 422
    title = "Choose the bank's answer"

    def __init__(self) -> None:
        super().__init__(
            "Choose what the bank answered: cancelled or refused.",
            "请选择银行的答复：已撤销或拒绝。",
        )
