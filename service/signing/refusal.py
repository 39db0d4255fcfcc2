"""The one refusal of a signature."""

from service.foundation.problems import Problem


class SignatureRefused(Problem):
    """A signature that does not hold."""

    code = "signature_refused"
    status = 422
    title = "The signature was refused"

    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(
            f"The signature was refused: {why}. Nothing was signed.",
            f"签名被拒绝：{why_zh}。未生效。",
        )
