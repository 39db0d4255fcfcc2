"""What stands in the way of a change of account or a proxy, said for the officer who tried."""

from service.foundation.problems import Problem


class AccountNumberWrong(Problem):
    """What was typed cannot be an account."""

    code = "account_number_wrong"
    status = 422
    title = "That is not an account number"

    def __init__(self) -> None:
        super().__init__(
            "An account has 12 to 32 digits or letters; check it and type it again.",
            "账号应为 12 至 32 位数字或字母，请核对后重新输入。",
        )


class BankCodeWrong(Problem):
    """What was typed cannot be a bank's code."""

    code = "bank_code_wrong"
    status = 422
    title = "That is not a bank code"

    def __init__(self) -> None:
        super().__init__(
            "A bank code has 12 digits, and the last one must fit the others; check it and type it again.",
            "开户行行号为 12 位数字，末位须与前 11 位相符，请核对后重新输入。",
        )


class BankNameMissing(Problem):
    """The bank has no name."""

    code = "bank_name_missing"
    status = 422
    title = "The bank's name is missing"

    def __init__(self) -> None:
        super().__init__("Write the name of the bank's branch.", "请填写开户银行名称。")


class SameAccount(Problem):
    """The person is paid there already."""

    code = "same_account"
    status = 409
    title = "Nothing would change"

    def __init__(self) -> None:
        super().__init__(
            "This person is paid to this account already; nothing would change.",
            "该对象目前即使用此账户，无需变更。",
        )


class ChangeWaiting(Problem):
    """Another change of this person's account waits."""

    code = "account_change_waiting"
    status = 409
    title = "Another change is waiting"

    def __init__(self) -> None:
        super().__init__(
            "Another change of this person's account waits for its second officer; decide that one first.",
            "该对象已有一笔账户变更待复核，请先办理。",
        )


class SecondOfficerNeeded(Problem):
    """Whoever asked may not agree to it as well."""

    code = "second_officer_needed"
    status = 409
    title = "Another officer must decide"

    def __init__(self) -> None:
        super().__init__(
            "You asked for this yourself; another officer must decide it.",
            "该事项由您本人提出，须由其他人员复核。",
        )


class NotYours(Problem):
    """Only who asked may take it back."""

    code = "not_yours"
    status = 403
    title = "Another officer asked for this"

    def __init__(self) -> None:
        super().__init__(
            "Another officer asked for this; only that officer may withdraw it.",
            "该事项由其他人员提出，只能由其本人撤回。",
        )


class NoAccount(Problem):
    """The person has no account that could be registered."""

    code = "no_account_known"
    status = 409
    title = "No account is known"

    def __init__(self) -> None:
        super().__init__(
            "No account is known for this person; write the number of the account that receives.",
            "该对象没有已知账户，请填写收款账号。",
        )


class ProxyKindUnknown(Problem):
    """There is no such kind of proxy."""

    code = "proxy_kind_unknown"
    status = 422
    title = "There is no such kind"

    def __init__(self) -> None:
        super().__init__(
            "A proxy is a guardian, an institution, a couple with a written agreement, or other; choose one.",
            "代领类别为监护人、机构、夫妻（有书面约定）或其他，请选择其一。",
        )


class DaysReversed(Problem):
    """A term would end before it begins."""

    code = "days_reversed"
    status = 422
    title = "The days are the wrong way round"

    def __init__(self) -> None:
        super().__init__(
            "The last day lies before the first; correct one of them.",
            "截止日期早于起始日期，请更正。",
        )


class AlreadyApproved(Problem):
    """A second officer approved it before."""

    code = "already_approved"
    status = 409
    title = "Already approved"

    def __init__(self) -> None:
        super().__init__(
            "This registration was approved already; it can only be ended.",
            "该登记已复核通过，只能终止。",
        )


class ProxyEnded(Problem):
    """The registration has ended."""

    code = "proxy_ended"
    status = 409
    title = "Already ended"

    def __init__(self) -> None:
        super().__init__(
            "This registration has ended; register a new one if it is needed again.",
            "该登记已终止，如仍需要请重新登记。",
        )
