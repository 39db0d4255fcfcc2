"""What the county and a bank agreed, judged before it is kept."""

from dataclasses import dataclass, field
from pathlib import Path

from bank_adapters import BankProfile
from bank_adapters.direct.adapter import Direct
from bank_adapters.registry import adapter_for
from bank_adapters.transport import AddressRefused, ClientCertificate
from bank_adapters.transport.address import allowed, fingerprints, host_port_path
from bank_adapters.transport.known import require_usable
from service.dispatch.agreed_days import AgreedDays
from service.foundation import clock
from service.foundation.settings import settings

WEEK_SECONDS = 7 * 24 * 3600
WANTED = {
    "sftp": ("host", "port", "host_key", "username"),
    "https": ("url", "certificate_sha256", "username"),
    "folder": ("folder",),
}
"""What a channel of each kind needs; what only the other kinds need has no place in it."""
KINDS = tuple(WANTED)
_EVERYWHERE = {"username"}


class TermsRefused(ValueError):
    """Terms that cannot be kept; both sentences say why."""

    def __init__(self, sentence_en: str, sentence_zh: str) -> None:
        self.sentence_en, self.sentence_zh = sentence_en, sentence_zh
        super().__init__(sentence_en)


@dataclass(frozen=True, kw_only=True)
class ChannelTerms:
    """Whom to debit, and where the files go."""

    code: str
    name: str
    profile: str
    bank_code_prefixes: tuple[str, ...]
    debtor_name: str
    debtor_account: str
    debtor_bank_code: str
    username: str = ""
    password: str = ""
    absence_seconds: int | None = None
    """How long "seen nowhere" proves nothing at this bank; None: as its profile says."""
    kind: str = "sftp"
    """What carries the bytes; one of `KINDS`."""
    host: str = ""
    port: int = 0
    host_key: str = ""
    url: str = ""
    certificate_sha256: str = ""
    customer_certificate: str = ""
    client_certificate: str = ""
    """PEM of what we show at a bank that knows its customers by their certificate."""
    client_key: str = field(default="", repr=False)
    folder: str = ""
    """Of kind ``folder``: the absolute path whose folders a clerk takes files from and lays them into."""
    days: AgreedDays = field(default_factory=AgreedDays)
    """Its cut-off, its days and how much it takes of a day."""

    def __post_init__(self) -> None:
        """Raises TermsRefused: a kind there is not, what its kind lacks, a waiting time over a week."""
        if self.kind not in KINDS:
            raise TermsRefused(
                f"kind is {self.kind!r}, not one of {', '.join(KINDS)}",
                f"kind 为 {self.kind!r}，应为 {'、'.join(KINDS)} 之一",
            )
        waits = self.absence_seconds
        if waits is not None and not (type(waits) is int and 0 <= waits <= WEEK_SECONDS):
            raise TermsRefused(
                f"absence_seconds is {waits!r}, not whole seconds from 0 to {WEEK_SECONDS}",
                f"absence_seconds 为 {waits!r}，应为 0 至 {WEEK_SECONDS} 的整秒数",
            )
        wanted = WANTED[self.kind]
        foreign = {one for names in WANTED.values() for one in names} - {*wanted, *_EVERYWHERE}
        for name in wanted:
            if not getattr(self, name):
                raise TermsRefused(
                    f"{name} is missing; a channel of kind {self.kind} needs it",
                    f"缺少 {name}，{self.kind} 通道必须填写",
                )
        if self.kind != "https" and (self.client_certificate or self.client_key):
            foreign |= {"client_certificate", "client_key"}
        for name in sorted(foreign):
            if getattr(self, name):
                raise TermsRefused(
                    f"{name} has no place in a channel of kind {self.kind}",
                    f"{self.kind} 通道不应填写 {name}",
                )
        if self.kind == "https":
            self._require_door()
        if self.kind == "folder":
            self._require_path()

    @property
    def client(self) -> ClientCertificate | None:
        """What we show at the bank's door, None where it does not ask."""
        if not (self.client_certificate or self.client_key):
            return None
        return ClientCertificate(self.client_certificate, self.client_key)

    @property
    def place(self) -> tuple[str, int]:
        """Host and port, whatever carries the bytes; none for a folder."""
        return host_port_path(self.url)[:2] if self.kind == "https" else (self.host, self.port)

    def profile_of_bank(self) -> BankProfile:
        """Return the bank's profile. Raises UnknownProfile, and TermsRefused where it is not carried so."""
        adapter = adapter_for(self.profile)
        if isinstance(adapter, Direct) != (self.kind == "https"):
            fitting = ("https",) if isinstance(adapter, Direct) else ("sftp", "folder")
            raise TermsRefused(
                f"profile {self.profile} goes over {' or '.join(fitting)}, not over {self.kind}",
                f"银行格式 {self.profile} 须通过 {' 或 '.join(fitting)} 传送，不能通过 {self.kind}",
            )
        return adapter.profile

    def _require_path(self) -> None:
        if not Path(self.folder).is_absolute() or ".." in Path(self.folder).parts:
            raise TermsRefused(
                f"folder is {self.folder!r}, not an absolute path without ..",
                f"folder 为 {self.folder!r}，应为不含 .. 的绝对路径",
            )

    def _require_door(self) -> None:
        try:
            host, _, _ = host_port_path(self.url)
            fingerprints(self.certificate_sha256)
            if self.client is not None:
                require_usable(self.client, clock.now())
        except AddressRefused as refused:
            raise TermsRefused(refused.sentence_en, refused.sentence_zh) from None
        if _written_as_address(host) and not allowed(host, loopback=loopback_allowed()):
            raise TermsRefused(
                f"{host} is an address that no bank can have", f"{host} 不是银行可用的地址"
            )


def loopback_allowed() -> bool:
    """Tell whether a bank may be on this machine: in the demonstration and in tests only."""
    return settings().profile == "demo"


def _written_as_address(host: str) -> bool:
    return all(one.isdecimal() and one.isascii() for one in host.split("."))
