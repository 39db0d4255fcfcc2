"""Why an act about a receipt or a line of a reply is refused."""

from service.foundation.money import yuan
from service.foundation.problems import Problem


class ReceiptSettled(Problem):
    """The receipt is no longer anybody's to assign."""

    code = "receipt_settled"
    status = 409
    title = "This receipt waits for nothing"

    def __init__(self) -> None:
        super().__init__(
            "This receipt was assigned already, or an assignment of it waits for another officer.",
            "该笔收款已认领，或其认领正等待另一名工作人员确认。",
        )


class SumsDiffer(Problem):
    """Payments less the fee are not the receipt."""

    code = "receipt_sums_differ"
    status = 422
    title = "The sums do not agree"

    def __init__(self, parts_fen: int, fee_fen: int, receipt_fen: int) -> None:
        super().__init__(
            f"The payments are {yuan(parts_fen)} yuan, less a fee of {yuan(fee_fen)}; the receipt is "
            f"{yuan(receipt_fen)} yuan. They must agree to the fen.",
            f"付款合计 {yuan(parts_fen)} 元，减手续费 {yuan(fee_fen)} 元，与收款金额 "
            f"{yuan(receipt_fen)} 元不符，须分文不差。",
        )


class PaymentUnfit(Problem):
    """A payment cannot have come back by this receipt."""

    code = "receipt_payment_unfit"
    status = 422
    title = "That payment cannot have come back here"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference} is no payment that this bank made, or another bank paid, and that has not come back yet.",
            f"{reference} 不是该银行已付（或其他银行已付讫）且尚未退回的付款。",
        )


class NamesAnother(Problem):
    """The receipt bears the reference of a payment that is not among those given."""

    code = "receipt_names_another"
    status = 422
    title = "The bank names another payment"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"The bank books this receipt under {reference}: it gives that payment back, and no other "
            "one that was made instead of it.",
            f"银行入账时注明业务编号 {reference}，该款只能认领为该笔付款的退回，不能认领为其重新发放的付款。",
        )


class AnotherOfficer(Problem):
    """Who asked cannot confirm."""

    code = "receipt_another_officer"
    status = 409
    title = "Another officer confirms"

    def __init__(self) -> None:
        super().__init__(
            "Who asked for this assignment cannot confirm it; another officer does.",
            "提出认领的人不能自行确认，须由另一名工作人员确认。",
        )


class NotPaidLate(Problem):
    """A line does not say that a rejected payment was paid after all."""

    code = "line_not_paid_late"
    status = 409
    title = "That cannot be believed"

    def __init__(self) -> None:
        super().__init__(
            "Only a payment that was rejected and not issued again can be taken as paid by a later line.",
            "只有已被银行拒付且尚未重新发放的付款，才能按银行之后的回报认定为已付。",
        )
