"""The banks that pay for the county: register one, and open its transport."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank_adapters import adapter_for
from bank_adapters.transport import Login, SftpTransport, Transport
from service.audit.actor import Actor
from service.audit.record import record
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post

_WEEK_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class ChannelTerms:
    """What the county and a bank agreed: whom to debit, and where the files go."""

    code: str
    name: str
    profile: str
    bank_code_prefixes: tuple[str, ...]
    debtor_name: str
    debtor_account: str
    debtor_bank_code: str
    host: str
    port: int
    host_key: str
    username: str
    password: str
    absence_seconds: int | None = None
    """How long "seen nowhere" proves nothing at this bank; None: as its profile says."""
    kind: str = "sftp"
    """What carries the bytes; one of `WAYS`."""

    def __post_init__(self) -> None:
        """Raises ValueError: a kind there is not, a waiting time that is not whole seconds up to a week."""
        if self.kind not in WAYS:
            raise ValueError(f"kind is {self.kind!r}, not one of {', '.join(WAYS)}")
        waits = self.absence_seconds
        if waits is not None and not (type(waits) is int and 0 <= waits <= _WEEK_SECONDS):
            raise ValueError(
                f"absence_seconds is {waits!r}, not whole seconds from 0 to {_WEEK_SECONDS}"
            )


def register_channel(session: Session, terms: ChannelTerms, *, by: Actor) -> BankChannel:
    """Add a bank, or change where its server is; charset and limits come from its adapter's profile.

    Raises bank_adapters.UnknownProfile.
    """
    profile = adapter_for(terms.profile).profile
    found = session.scalars(
        select(BankChannel).where(BankChannel.code == terms.code).with_for_update()
    ).first()
    channel = found or BankChannel(code=terms.code)
    channel.name = terms.name
    channel.profile = terms.profile
    channel.charset = profile.charset
    channel.name_bytes_max = profile.name_bytes_max
    channel.bank_code_prefixes = ",".join(terms.bank_code_prefixes)
    channel.debtor_name, channel.debtor_account = terms.debtor_name, terms.debtor_account
    channel.debtor_bank_code = terms.debtor_bank_code
    channel.host, channel.port, channel.host_key = terms.host, terms.port, terms.host_key
    channel.username, channel.kind = terms.username, terms.kind
    channel.absence_seconds = (
        profile.absence_counts_after_seconds
        if terms.absence_seconds is None
        else terms.absence_seconds
    )
    channel.secret_sealed = sealer().seal(terms.password, _place(terms.code))
    session.add(channel)
    session.flush()
    record(
        session,
        "channel.changed" if found else "channel.registered",
        by=by,
        on=("bank_channels", channel.id),
        details={"code": terms.code, "profile": terms.profile, "host_key": terms.host_key},
    )
    return channel


def fund(session: Session, channel: BankChannel, amount_fen: int, *, on: date) -> None:
    """Record the balance with which the county opened its account at a bank, once."""
    post(
        session,
        "channel.funded",
        channel.code,
        {
            account_code("bank_cash", channel=channel.code): amount_fen,
            account_code("treasury_funding", channel=channel.code): -amount_fen,
        },
        booked_on=on,
    )


def transport(channel: BankChannel) -> Transport:
    """Return the way to a bank's server, whose key or certificate is pinned."""
    return WAYS[channel.kind](channel)


def _sftp(channel: BankChannel) -> Transport:
    login = Login(
        host=channel.host,
        port=channel.port,
        username=channel.username,
        host_key=channel.host_key,
        password=_secret(channel),
    )
    return SftpTransport(login, adapter_for(channel.profile).profile.folders)


def _secret(channel: BankChannel) -> str:
    return sealer().open(channel.secret_sealed, _place(channel.code))


def _place(code: str) -> str:
    return f"bank_channels:secret:{code}"


WAYS: dict[str, Callable[[BankChannel], Transport]] = {"sftp": _sftp}
"""How each kind of channel is opened."""
