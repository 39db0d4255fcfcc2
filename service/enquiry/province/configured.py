"""Whether the province's sign-in is offered, and under which terms."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from service.foundation.problems import Problem
from service.foundation.settings import Settings, settings

BACK = "/me/province/back"


class ProvinceHalfConfigured(Problem):
    """Something that the sign-in needs is not set, or cannot be used; the service does not start."""

    code = "province_half_configured"
    status = 500
    title = "The province's sign-in is half configured"

    def __init__(self, what: str, what_zh: str) -> None:
        super().__init__(
            f"The province's sign-in cannot be offered: {what}. Set it, or unset ANXIN_OIDC_ISSUER.",
            f"无法启用全省统一身份认证：{what_zh}。请补全设置，或取消 ANXIN_OIDC_ISSUER。",
        )


@dataclass(frozen=True)
class Province:
    """One provider of sign-ins, and what it knows us by."""

    issuer: str
    client_id: str
    secret: str | None
    key_file: Path | None
    scopes: str
    claim: str
    acr_values: tuple[str, ...]
    redirect_uri: str
    button: str
    button_zh: str

    def button_in(self, language: str) -> str:
        """Return what the button says."""
        return self.button_zh if language == "zh" else self.button


def province() -> Province | None:
    """Return the province's sign-in, or None when none is set; raises ProvinceHalfConfigured."""
    now = settings()
    if not now.oidc_issuer:
        return None
    if not now.oidc_client_id:
        raise ProvinceHalfConfigured("ANXIN_OIDC_CLIENT_ID is missing", "缺少 ANXIN_OIDC_CLIENT_ID")
    if not (now.oidc_client_secret or now.oidc_client_key_file):
        raise ProvinceHalfConfigured(
            "neither ANXIN_OIDC_CLIENT_SECRET nor ANXIN_OIDC_CLIENT_KEY_FILE is set",
            "ANXIN_OIDC_CLIENT_SECRET 与 ANXIN_OIDC_CLIENT_KEY_FILE 均未设置",
        )
    if not may_be_asked(now.oidc_issuer, now):
        raise ProvinceHalfConfigured(
            "ANXIN_OIDC_ISSUER is no https address", "ANXIN_OIDC_ISSUER 不是 https 地址"
        )
    scopes = now.oidc_scopes.split()
    return Province(
        issuer=now.oidc_issuer,
        client_id=now.oidc_client_id,
        secret=now.oidc_client_secret.get_secret_value() if now.oidc_client_secret else None,
        key_file=now.oidc_client_key_file,
        scopes=" ".join(scopes if "openid" in scopes else ["openid", *scopes]),
        claim=now.oidc_id_number_claim,
        acr_values=tuple(now.oidc_acr_values.split()),
        redirect_uri=now.origin + BACK,
        button=now.oidc_button,
        button_zh=now.oidc_button_zh,
    )


def may_be_asked(address: object, now: Settings | None = None) -> bool:
    """Whether an address is one that secrets may be sent to: https, or this machine in a rehearsal."""
    if not isinstance(address, str) or len(address) > 2_000:
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.fragment:
        return False
    here = host in ("127.0.0.1", "localhost") and (now or settings()).profile == "demo"
    return parts.scheme == "https" or (parts.scheme == "http" and here)
