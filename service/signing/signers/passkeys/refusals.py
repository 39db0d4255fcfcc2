"""What can be wrong with a passkey's answer."""

from service.signing.signers.refusals import NotTheSigner


class PasskeyMalformed(NotTheSigner):
    """The answer cannot be read."""

    code = "passkey_malformed"

    def __init__(self) -> None:
        super().__init__("the passkey's answer cannot be read", "通行密钥的应答无法读取")


class PasskeyType(NotTheSigner):
    """It is the answer to another question, such as making a passkey."""

    code = "passkey_type"

    def __init__(self) -> None:
        super().__init__("the passkey answered another kind of question", "通行密钥应答的类型不符")


class PasskeyChallenge(NotTheSigner):
    """It answers other bytes."""

    code = "passkey_challenge"

    def __init__(self) -> None:
        super().__init__("the passkey answered another challenge", "通行密钥应答的挑战值不符")


class PasskeyOrigin(NotTheSigner):
    """It was asked by another page."""

    code = "passkey_origin"

    def __init__(self) -> None:
        super().__init__("the passkey was asked by another site", "通行密钥由其他网站发起")


class PasskeyFramed(NotTheSigner):
    """It was asked from inside a page of somebody else."""

    code = "passkey_framed"

    def __init__(self) -> None:
        super().__init__(
            "the passkey was asked from inside another site's page",
            "通行密钥在其他网站的嵌入页面中发起",
        )


class PasskeySite(NotTheSigner):
    """The authenticator made it for another site."""

    code = "passkey_site"

    def __init__(self) -> None:
        super().__init__("the passkey answered for another site", "通行密钥应答对应其他网站")


class PasskeyUnverified(NotTheSigner):
    """The device did not make sure who holds it."""

    code = "passkey_unverified"

    def __init__(self) -> None:
        super().__init__(
            "the device did not check the finger, face or PIN of its holder",
            "设备未核验持有人的指纹、面容或 PIN",
        )


class PasskeyCopied(NotTheSigner):
    """The counter did not rise, as it does not when a key was copied."""

    code = "passkey_counter"

    def __init__(self) -> None:
        super().__init__(
            "the passkey's counter did not rise, so there may be a copy of it; have it revoked",
            "通行密钥计数未递增，可能已被复制，请申请吊销",
        )
