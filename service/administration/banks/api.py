"""The banks' channels for programs of administrators: the same as the pages."""

from datetime import date, datetime, time

from fastapi import APIRouter
from pydantic import Field

from service.administration.banks import terms
from service.administration.banks.pages import by_code
from service.batches.api import Strict
from service.dispatch.watched import certificate_ends_at
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.banks_now import BankNow, banks_now
from service.reconciliation.watched import finding
from service.web.health.findings import State
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/banks", tags=["administration"])


class BankChannelOut(Strict):
    """One bank's channel; the account by its last four digits, keys by their fingerprints."""

    code: str = Field(examples=["ccb"])
    name: str = Field(examples=["建设银行代发"])
    state: State
    said: str = Field(examples=["Nothing is late or open."])
    kind: str = Field(description="sftp, https or folder.", examples=["sftp"])
    server: str = Field(examples=["sftp.bank.example:22"])
    profile: str = Field(examples=["pain.001.001.09"])
    account_ending: str = Field(examples=["0018"])
    host_key: str = Field(examples=["ssh-ed25519 SHA256:Zm9v"])
    certificate_sha256: list[str] = Field(examples=[[]])
    certificate_ends_at: datetime | None
    cut_off: time | None = Field(examples=["17:00:00"])
    closed_days: list[date]
    files_a_day_max: int | None
    lines_a_day_max: int | None
    sent_at: datetime | None
    received_at: datetime | None
    asked_at: datetime | None
    unknown_files: int = Field(examples=[0])
    denied_files: int = Field(examples=[0])
    late_answers: int = Field(examples=[0])
    quarantined_files: int = Field(examples=[0])


@router.get("")
def list_banks(session: Transaction, officer: SignedInOfficer) -> list[BankChannelOut]:
    """List every bank's channel as it stands."""
    require(officer, "banks.read")
    return [_out(one) for one in banks_now(session)]


@router.get("/{code}")
def read_bank(session: Transaction, officer: SignedInOfficer, code: str) -> BankChannelOut:
    """Read one bank's channel. Problems: ``not_found``."""
    require(officer, "banks.read")
    return _out(by_code(session, code))


def _out(one: BankNow) -> BankChannelOut:
    channel, found = one.channel, finding(one)
    return BankChannelOut(
        code=channel.code,
        name=channel.name,
        state=found.state,
        said=found.said,
        kind=channel.kind,
        server=terms.server(channel),
        profile=channel.profile,
        account_ending=channel.debtor_account[-4:],
        host_key=terms.fingerprint(channel.host_key),
        certificate_sha256=channel.certificate_sha256.split(),
        certificate_ends_at=certificate_ends_at(channel),
        cut_off=channel.cut_off,
        closed_days=channel.closed_days,
        files_a_day_max=channel.files_a_day_max,
        lines_a_day_max=channel.lines_a_day_max,
        sent_at=one.sent_at,
        received_at=one.received_at,
        asked_at=one.asked_at,
        unknown_files=one.unknown,
        denied_files=one.denied,
        late_answers=len(one.late),
        quarantined_files=one.quarantined,
    )
