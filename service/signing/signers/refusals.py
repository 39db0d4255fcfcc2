"""Why a signature does not count: one sentence each, and a code that programs can rely on."""

from service.signing.refusal import SignatureRefused


class NotTheSigner(SignatureRefused):
    """The key, what came with it, or the signature itself does not hold."""


class AlgorithmNotAllowed(NotTheSigner):
    """This way of signing does not count in this profile."""

    code = "signature_algorithm_not_allowed"

    def __init__(self, algorithm: str, profile: str) -> None:
        super().__init__(
            f"keys of the kind “{algorithm}” do not count in the profile “{profile}”",
            f"“{profile}”环境不接受“{algorithm}”类密钥",
        )


class KeyIsAnother(NotTheSigner):
    """The key is not of the kind it is registered as."""

    code = "signature_key_kind"

    def __init__(self) -> None:
        super().__init__("the key is not of the kind it is registered as", "密钥与登记的类型不符")


class WrongSignature(NotTheSigner):
    """The bytes do not verify."""

    def __init__(self) -> None:
        super().__init__(
            "it was not made by this key over this batch", "签名与该密钥或该批次内容不符"
        )
