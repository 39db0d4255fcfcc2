"""Why an act in a recovery case is refused."""

from service.foundation.money import yuan
from service.foundation.problems import Problem


class TooLarge(Problem):
    """More than is left of the case."""

    code = "recovery_too_large"
    status = 409
    title = "That is more than is left"

    def __init__(self, case_no: str, asked_fen: int, left_fen: int) -> None:
        super().__init__(
            f"{case_no} has {yuan(left_fen)} yuan left; {yuan(asked_fen)} yuan is more than that.",
            f"{case_no} 待追回余额为 {yuan(left_fen)} 元，{yuan(asked_fen)} 元超出余额。",
        )


class ShareTooLarge(Problem):
    """More of each payment than the county allows."""

    code = "recovery_share_too_large"
    status = 422
    title = "That share is not allowed"

    def __init__(self, percent: int, percent_max: int) -> None:
        super().__init__(
            f"{percent} % of a payment cannot be kept; the county allows 1 to {percent_max} %.",
            f"每期抵扣比例 {percent}% 不在本县允许的 1% 至 {percent_max}% 之内。",
        )


class InstalmentUnclear(Problem):
    """An instalment plan lacks its amount or its first month, or has them without being one."""

    code = "recovery_instalment_unclear"
    status = 422
    title = "The instalments are not clear"

    def __init__(self) -> None:
        super().__init__(
            "Instalments need an amount of at least one fen and a first month; netting needs neither.",
            "分期须写明每期金额（至少一分）和首期月份；直接抵扣则不填。",
        )


class NotWritable(Problem):
    """The case is not one that can be written off or paid back now."""

    code = "recovery_closed"
    status = 409
    title = "This case is closed"

    def __init__(self, case_no: str) -> None:
        super().__init__(f"{case_no} is closed.", f"{case_no} 已办结。")


class OnItsWay(Problem):
    """Part of the sum is being kept from a line whose fate is open."""

    code = "recovery_on_its_way"
    status = 409
    title = "Part of it is on its way"

    def __init__(self, case_no: str, fen: int) -> None:
        super().__init__(
            f"{yuan(fen)} yuan for {case_no} are kept from a payment that is not settled yet; wait for the bank.",
            f"{case_no} 有 {yuan(fen)} 元正随一笔未清算的发放抵扣，请待银行回盘后再办。",
        )


class OwnCase(Problem):
    """Who made a case, told the resident or decided before cannot write it off."""

    code = "recovery_own_case"
    status = 409
    title = "Somebody else must decide this"

    def __init__(self, case_no: str) -> None:
        super().__init__(
            f"You have already acted on {case_no}; it is written off by two other officers.",
            f"您已办理过 {case_no}，核销须由另外两名人员分别批准。",
        )
