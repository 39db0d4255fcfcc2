"""What was agreed with a bank, as its channel keeps it: the account by its end, keys by their prints."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import time

from service.dispatch.days_view import limits_of
from service.dispatch.watched import certificate_ends_at
from service.ledger.models import BankChannel
from service.web.filters import ending, long_day
from service.web.language import gettext, ngettext, translatable

Pairs = Sequence[tuple[str, str]]
_WAYS = {
    "sftp": translatable("SFTP"),
    "https": translatable("the bank's gateway (HTTPS)"),
    "folder": translatable("by hand: a clerk carries files"),
}
_LATE = {
    "next_day": translatable("is executed on the next banking day"),
    "refused": translatable("is refused, and signed anew"),
}


def way(channel: BankChannel) -> str:
    """Return what carries the bytes."""
    return gettext(_WAYS[channel.kind])


def server(channel: BankChannel) -> str:
    """Return where the files go."""
    return channel.url or f"{channel.host}:{channel.port}"


def account(channel: BankChannel) -> str:
    """Return the account that is debited, by its end."""
    return ending(channel.debtor_account[-4:])


def cut_off(channel: BankChannel) -> str:
    """Return until when of a day a file is executed the same day."""
    return _hour(channel.cut_off) if channel.cut_off else gettext("midnight")


def agreed(channel: BankChannel) -> Pairs:
    """Return whom we pay through it and how."""
    prefixes = channel.bank_code_prefixes.replace(",", " · ")
    return [
        (gettext("Short name"), channel.code),
        (gettext("Way"), way(channel)),
        (gettext("Server"), server(channel)),
        (gettext("User there"), channel.username or "—"),
        (gettext("Format"), channel.profile),
        (
            gettext("Characters"),
            gettext("%(charset)s; a name has %(n)s bytes at most")
            % {"charset": channel.charset, "n": channel.name_bytes_max},
        ),
        (gettext("Pays from"), f"{channel.debtor_name} · {account(channel)}"),
        (gettext("Pays to bank codes"), prefixes or gettext("all that no other bank pays to")),
    ]


def hours(channel: BankChannel) -> Pairs:
    """Return the hours, days and limits of a bank."""
    closed = " · ".join(long_day(day) for day in channel.closed_days)
    return [
        (
            gettext("Files are taken until"),
            gettext("%(hour)s, clocks up to %(seconds)s seconds apart")
            % {"hour": cut_off(channel), "seconds": channel.cut_off_apart_seconds},
        ),
        (
            gettext("Executes"),
            gettext("every day") if channel.executes_every_day else gettext("on working days"),
        ),
        (gettext("Also shut on"), closed or gettext("no day of its own")),
        (
            gettext("A file for a later day"),
            gettext("is taken ahead") if channel.takes_ahead else gettext("is given on its day"),
        ),
        (gettext("A file that comes late"), gettext(_LATE[channel.late_file])),
        (gettext("Takes in a day"), limits_of(channel)),
        (gettext("Replies come"), _answered(channel.reply_days, channel)),
        (gettext("Statements come"), _answered(channel.statement_days, channel)),
        (
            gettext("“Seen nowhere” counts"),
            ngettext("after %(n)s minute", "after %(n)s minutes", channel.absence_seconds // 60)
            % {"n": channel.absence_seconds // 60},
        ),
    ]


def prints(channel: BankChannel) -> Pairs:
    """Return what somebody may compare letter by letter: whom we believe, and what we show."""
    found = []
    if channel.host_key:
        found.append((gettext("Host key"), fingerprint(channel.host_key)))
    server_print = gettext("Server's certificate (SHA-256)")
    found += [(server_print, one) for one in channel.certificate_sha256.split()]
    if channel.customer_certificate:
        found.append((gettext("Our signing certificate at the bank"), channel.customer_certificate))
    ends_at = certificate_ends_at(channel)
    if ends_at is not None:
        found.append((gettext("Our certificate holds until"), long_day(ends_at)))
    return found


def fingerprint(host_key: str) -> str:
    """Return the fingerprint that ``ssh-keygen -l`` prints of a host key in OpenSSH format."""
    words = host_key.split()
    body = next((word for word in words if word.startswith("AAAA")), "")
    try:
        digest = hashlib.sha256(base64.b64decode(body, validate=True)).digest()
    except binascii.Error:
        return ""
    print_ = base64.b64encode(digest).decode().rstrip("=")
    return f"{words[0]} SHA256:{print_}" if body else ""


def _answered(days: int, channel: BankChannel) -> str:
    said = ngettext(
        "after %(n)s working day, until %(hour)s",
        "after %(n)s working days, until %(hour)s",
        days,
    )
    return said % {"n": days, "hour": _hour(channel.answers_by)}


def _hour(at: time) -> str:
    return f"{at:%H:%M}"
