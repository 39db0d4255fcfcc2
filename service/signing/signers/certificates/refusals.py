"""What can be wrong with a certificate. What cannot be known holds the signature; it never passes."""

from service.signing.signers.refusals import NotTheSigner


class CertificateUnreadable(NotTheSigner):
    """These bytes are no certificate we can use."""

    code = "certificate_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "the certificate cannot be read, or is not made for this kind of key",
            "证书无法读取，或与密钥类型不符",
        )


class CertificateNotYetValid(NotTheSigner):
    """It was signed before the certificate began."""

    code = "certificate_not_yet_valid"

    def __init__(self) -> None:
        super().__init__("a certificate was not yet valid when it was signed", "签名时证书尚未生效")


class CertificateExpired(NotTheSigner):
    """It was signed after the certificate ended."""

    code = "certificate_expired"

    def __init__(self) -> None:
        super().__init__("a certificate had expired when it was signed", "签名时证书已过期")


class CertificateUntrusted(NotTheSigner):
    """No path leads to a root that this county trusts."""

    code = "certificate_untrusted"

    def __init__(self) -> None:
        super().__init__(
            "the certificate was not issued under a root that is trusted here",
            "证书不是由本系统信任的根证书签发",
        )


class CertificateUse(NotTheSigner):
    """It is not for signing, or the issuer may not issue."""

    code = "certificate_use"

    def __init__(self) -> None:
        super().__init__(
            "a certificate does not allow this use of its key", "证书不允许其密钥用于此用途"
        )


class CertificateOfAnother(NotTheSigner):
    """It names somebody else."""

    code = "certificate_of_another"

    def __init__(self) -> None:
        super().__init__("the certificate names another person", "证书属于其他人员")


class CertificateRevoked(NotTheSigner):
    """The issuer took it back."""

    code = "certificate_revoked"

    def __init__(self) -> None:
        super().__init__("a certificate was revoked by its issuer", "证书已被签发机构吊销")


class RevocationUnknown(NotTheSigner):
    """Nobody can say whether it was taken back; so nothing is signed until somebody can."""

    code = "revocation_unknown"
    status = 503
    title = "Whether the certificate still holds cannot be known now"

    def __init__(self) -> None:
        super().__init__(
            "no valid revocation list of a certificate's issuer can be had now; it is held, try again later",
            "目前无法取得证书签发机构的有效吊销列表，签名暂缓，请稍后再试",
        )
