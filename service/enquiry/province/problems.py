"""What can go wrong on the way to the province and back: what to do, in one sentence, and no detail."""

from service.foundation.problems import Problem


class ProvinceSilent(Problem):
    """The province's sign-in does not answer, or not as it says it does."""

    code = "province_silent"
    status = 503
    title = "The province's sign-in does not answer"

    def __init__(self, why: str = "unreachable") -> None:
        super().__init__(
            "The province's sign-in does not answer just now. Try again later, or ask for a code here.",
            "全省统一身份认证暂时没有应答。请稍后再试，或在此获取验证码查询。",
        )
        self.why = why


class ProvinceRefused(Problem):
    """What came back is not an answer to a sign-in begun in this browser; nobody is told in what."""

    code = "province_refused"
    status = 403
    title = "That sign-in does not count"

    def __init__(self, why: str = "refused") -> None:
        super().__init__(
            "The sign-in with the province was not completed, or took too long. Begin again, or ask for a code here.",
            "全省统一身份认证登录未完成或已超时。请重新登录，或在此获取验证码查询。",
        )
        self.why = why


class ProvinceNumberMissing(Problem):
    """The province let somebody in and did not say with which ID number, or not surely enough."""

    code = "province_number_missing"
    status = 403
    title = "The province did not say who you are"

    def __init__(self, why: str = "number_missing") -> None:
        super().__init__(
            "The province did not confirm an ID number for your account. Have your account verified there, or ask for a code here.",
            "您的统一身份认证账户未提供已核验的证号。请先在该平台完成实名认证，或在此获取验证码查询。",
        )
        self.why = why


class ProvinceBusy(Problem):
    """Too many people come back from the province at once."""

    code = "province_busy"
    status = 429
    title = "Please wait"
    retry_after_seconds = 60

    def __init__(self, why: str = "busy") -> None:
        super().__init__(
            "Very many people are signing in with the province just now. Try again in a minute, or ask for a code here.",
            "当前使用全省统一身份认证登录的人较多。请 1 分钟后再试，或在此获取验证码查询。",
        )
        self.why = why


Refusal = ProvinceSilent | ProvinceRefused | ProvinceNumberMissing | ProvinceBusy
REFUSALS = (ProvinceSilent, ProvinceRefused, ProvinceNumberMissing, ProvinceBusy)
TOLD: dict[str, type[Refusal]] = {kind.code: kind for kind in REFUSALS}
"""What the first page can be asked to say: a word in its address, never a sentence from outside."""
