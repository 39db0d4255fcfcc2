"""Why a list is not paid in instalments."""

from collections.abc import Sequence

from service.batches.models import Batch
from service.foundation.money import yuan
from service.foundation.problems import Problem

_NAMED_MAX = 3


class NotShort(Problem):
    """There is money for every open list."""

    code = "money_not_short"
    status = 409
    title = "The money is not short"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"The appropriation covers {batch.batch_no} and every other open list; it is paid in full.",
            f"预算足以支付 {batch.batch_no} 及其他待发清单，应全额发放。",
        )


class ShareUnusable(Problem):
    """The amount to be paid now is not within what may be paid."""

    code = "instalment_unusable"
    status = 422
    title = "This first instalment is not possible"

    def __init__(self, batch: Batch, at_most_fen: int) -> None:
        super().__init__(
            f"Of {batch.batch_no} between 0.01 and {yuan(at_most_fen)} yuan can be paid now, so that every open list gets the same share.",
            f"{batch.batch_no} 本次可发 0.01 至 {yuan(at_most_fen)} 元，以使各待发清单按同一比例发放。",
        )


class NotBeforeReview(Problem):
    """The list is with its reviewers already."""

    code = "not_before_review"
    status = 409
    title = "Only a draft is divided"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"{batch.batch_no} is frozen; have it returned to its maker before it is paid in instalments.",
            f"{batch.batch_no} 已冻结，须退回经办人后方可分期发放。",
        )


class NotYoursToDivide(Problem):
    """Somebody else divides the list: a maker of its programme, or finance."""

    code = "not_yours_to_divide"
    status = 403
    title = "Another officer divides this list"

    def __init__(self, batch: Batch, own: Problem, able: Sequence[tuple[str, str]]) -> None:
        named = able[:_NAMED_MAX]
        listed = ", ".join(f"{name} ({office})" for name, office in named)
        listed_zh = "、".join(f"{name}（{office}）" for name, office in named)
        super().__init__(
            f"{own.say('en')} {batch.batch_no} is divided by a maker of its programme or by finance"
            + (f": {listed}." if named else "; nobody who may holds the duty now."),
            f"{own.say('zh')}{batch.batch_no} 由该项目经办人员或财政签发人员办理分期"
            + (f"：{listed_zh}。" if named else "，目前无人具备该岗位职责。"),
        )
