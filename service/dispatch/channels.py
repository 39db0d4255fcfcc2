"""The banks that pay for the county: register one, and open its transport."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import String, cast, select, update
from sqlalchemy.orm import Session

from bank_adapters import BankAdapter, RemoteFolders, adapter_for
from bank_adapters.direct.adapter import Direct
from bank_adapters.direct.profile import Customer
from bank_adapters.transport import (
    CLERKS,
    ClientCertificate,
    Door,
    FolderTransport,
    HttpsTransport,
    Login,
    SftpTransport,
    Transport,
)
from bank_adapters.transport.address import fingerprints, host_port_path
from service.audit.actor import Actor
from service.audit.record import record
from service.dispatch.channel_terms import ChannelTerms, TermsRefused, loopback_allowed
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.encryption import sealer
from service.foundation.jobs import Job
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post


def register_channel(session: Session, terms: ChannelTerms, *, by: Actor) -> BankChannel:
    """Add a bank, or change where its server is; charset and limits come from its adapter's profile.

    Raises bank_adapters.UnknownProfile, TermsRefused.
    """
    profile = terms.profile_of_bank()
    _require_own_folder(session, terms)
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
    channel.host, channel.port = terms.place
    channel.host_key, channel.url = terms.host_key, terms.url or terms.folder
    channel.certificate_sha256 = terms.certificate_sha256
    channel.customer_certificate = terms.customer_certificate
    channel.client_certificate = terms.client_certificate
    channel.client_key_sealed = (
        sealer().seal(terms.client_key, _key_place(terms.code)) if terms.client_key else None
    )
    channel.username, channel.kind = terms.username, terms.kind
    channel.absence_seconds = (
        profile.absence_counts_after_seconds
        if terms.absence_seconds is None
        else terms.absence_seconds
    )
    for name, value in terms.days.as_columns(profile.cut_off).items():
        setattr(channel, name, value)
    channel.secret_sealed = sealer().seal(terms.password, _place(terms.code))
    session.add(channel)
    session.flush()
    if found is not None:
        _look_again(session, channel)
    record(
        session,
        "channel.changed" if found else "channel.registered",
        by=by,
        on=("bank_channels", channel.id),
        details={
            "code": terms.code,
            "profile": terms.profile,
            **({"url": channel.url} if channel.url else {}),
            # Which key or certificate is believed from now on.
            "host_key": terms.host_key or terms.certificate_sha256,
        },
    )
    return channel


def _require_own_folder(session: Session, terms: ChannelTerms) -> None:
    """Two banks' files never lie in one another's folders. Raises TermsRefused."""
    if terms.kind != "folder":
        return
    wanted = Path(terms.folder)
    others = session.execute(
        select(BankChannel.code, BankChannel.url).where(
            BankChannel.kind == "folder", BankChannel.code != terms.code
        )
    )
    for code, taken in others:
        if wanted.is_relative_to(taken) or Path(taken).is_relative_to(wanted):
            raise TermsRefused(
                f"folder {terms.folder} is the bank channel {code}'s, or one lies in the other",
                f"目录 {terms.folder} 已由银行通道 {code} 使用，或两者互相包含",
            )


def _look_again(session: Session, channel: BankChannel) -> None:
    """Let files that wait for a day be looked at now: the bank's days or limits may be others."""
    waiting = select(cast(BankFile.id, String)).where(
        BankFile.channel_id == channel.id, BankFile.state == "prepared"
    )
    session.execute(
        update(Job)
        .where(
            Job.kind == "dispatch.hand_over",
            Job.state == "queued",
            Job.arguments["file_id"].astext.in_(waiting),
        )
        .values(run_after=clock.now())
        .execution_options(synchronize_session=False)
    )


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


def adapter_of(channel: BankChannel) -> BankAdapter:
    """Return the bank's adapter, where the bank knows us by a number as its customer."""
    adapter = adapter_for(channel.profile)
    if isinstance(adapter, Direct):
        return adapter.of(Customer(channel.username, channel.customer_certificate))
    return adapter


def transport(channel: BankChannel) -> Transport:
    """Return the way to a bank's server, whose key or certificate is pinned."""
    return WAYS[channel.kind](channel)


def direct(channel: BankChannel, content: Callable[[], bytes] | None = None) -> HttpsTransport:
    """Return the way to an enterprise-direct bank; ``content``: of the file that is asked about."""
    adapter = adapter_of(channel)
    if not isinstance(adapter, Direct):
        raise TypeError(f"{channel.profile} is not spoken over HTTPS")
    host, port, path = host_port_path(channel.url)
    door = Door(
        host=host,
        port=port,
        path=path,
        certificates=fingerprints(channel.certificate_sha256),
        username=channel.username,
        password=_secret(channel),
        loopback=loopback_allowed(),
        client=_client(channel),
    )
    return HttpsTransport(door, adapter.dialect, content, now=clock.now)


def transport_about(channel: BankChannel, content: Callable[[], bytes]) -> Transport:
    """Return the way by which a bank is asked about one file whose signed bytes ``content`` gives."""
    return direct(channel, content) if channel.kind == "https" else transport(channel)


def folders_of(channel: BankChannel) -> RemoteFolders:
    """Return what the folders of a bank are called, where there are any."""
    return CLERKS if channel.kind == "folder" else adapter_for(channel.profile).profile.folders


def clerks_folder(channel: BankChannel) -> FolderTransport:
    """Return the folder from which a clerk carries files; raises TypeError for any other bank."""
    if channel.kind != "folder":
        raise TypeError(f"{channel.code} is no bank whose clerk carries files")
    return FolderTransport(Path(channel.url), folders_of(channel))


def _sftp(channel: BankChannel) -> Transport:
    login = Login(
        host=channel.host,
        port=channel.port,
        username=channel.username,
        host_key=channel.host_key,
        password=_secret(channel),
    )
    return SftpTransport(login, folders_of(channel))


def _client(channel: BankChannel) -> ClientCertificate | None:
    if channel.client_key_sealed is None:
        return None
    key = sealer().open(channel.client_key_sealed, _key_place(channel.code))
    return ClientCertificate(channel.client_certificate, key)


def _secret(channel: BankChannel) -> str:
    return sealer().open(channel.secret_sealed, _place(channel.code))


def _place(code: str) -> str:
    return f"bank_channels:secret:{code}"


def _key_place(code: str) -> str:
    return f"bank_channels:client_key:{code}"


WAYS: dict[str, Callable[[BankChannel], Transport]] = {
    "sftp": _sftp,
    "https": direct,
    "folder": clerks_folder,
}
"""How each kind of channel is opened."""
