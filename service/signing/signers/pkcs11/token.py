"""Sign with a key that cannot leave its token: ECDSA P-256 through PKCS#11."""

from hashlib import sha256
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11.types import SignMixin

from service.foundation.problems import Problem


class TokenRefused(Problem):
    """The token does not sign."""

    code = "token_refused"
    status = 422
    title = "The token does not sign"

    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(
            f"The token does not sign: {why}. Nothing was sent.",
            f"密码设备无法签名：{why_zh}。未发送任何内容。",
        )


def sign_on_token(module: Path, message: bytes, *, token: str, key: str, pin: str) -> bytes:
    """Return the DER of an ECDSA signature over a message; ``token`` and ``key`` are their labels.

    Raises :class:`TokenRefused`, whose sentence says what to do: a wrong PIN, a locked token, no such
    key, a key that could be copied out.
    """
    try:
        found = pkcs11.lib(str(module)).get_token(token_label=token)
        with found.open(user_pin=pin) as session:
            private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=key)
            if private[pkcs11.Attribute.EXTRACTABLE]:
                raise TokenRefused(
                    "its key can be copied out of it; make one that cannot",
                    "其私钥可导出，请换用不可导出的密钥",
                )
            if not isinstance(private, SignMixin):
                raise TokenRefused("its key does not sign", "该密钥不能用于签名")
            raw = private.sign(sha256(message).digest(), mechanism=pkcs11.Mechanism.ECDSA)
    except pkcs11.exceptions.PinIncorrect:
        raise TokenRefused("the PIN is wrong", "PIN 错误") from None
    except pkcs11.exceptions.PinLocked:
        raise TokenRefused(
            "it is locked after too many wrong PINs", "PIN 错误次数过多，设备已锁定"
        ) from None
    except pkcs11.exceptions.NoSuchToken:
        raise TokenRefused(f"no token is called {token}", f"没有名为 {token} 的设备") from None
    except pkcs11.exceptions.NoSuchKey:
        raise TokenRefused(f"it has no key called {key}", f"设备中没有名为 {key} 的密钥") from None
    except (pkcs11.exceptions.PKCS11Error, RuntimeError) as error:
        raise TokenRefused(
            f"{module} answers {type(error).__name__}", f"{module} 返回 {type(error).__name__}"
        ) from None
    half = len(raw) // 2
    return encode_dss_signature(
        int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    )
