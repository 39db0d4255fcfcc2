"""The demo county's two banks: the simulator as a process of its own, reached over real SFTP."""

import fcntl
import hashlib
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.models import Payment
from service.demo.county.cards import bank_code
from service.dispatch.agreed_days import AgreedDays
from service.dispatch.channel_terms import ChannelTerms
from service.dispatch.channels import fund, register_channel
from service.dispatch.models import BankFile
from service.foundation import children
from service.foundation.encryption import sealer
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.ledger.models import BankChannel
from service.residents.models import Account

OPENING_FEN = 50_000_000_000
_START_SECONDS_MAX = 20
_CONTROL_SECONDS_MAX = 30

# channel, simulator's user, adapter profile, name, prefixes, debit account, bank code.
_CHANNELS = (
    ("ccb", "ccb", "ccb", "建设银行代发 CCB payroll", ("105",), "33050163000000000018", bank_code(0, 8)),
    ("rural", "iso", "iso20022", "农商银行 Rural commercial bank", (), "201000000000000026", bank_code(3, 8)),
)  # fmt: skip


class BankRunning(Problem):
    """Another command runs the simulated bank of this data directory."""

    code = "bank_running"
    status = 409
    title = "The simulated bank is running already"

    def __init__(self) -> None:
        super().__init__(
            "Another command (perhaps `anxin serve`) runs the simulated bank of this data directory; "
            "stop it first.",
            "另有命令（可能是 anxin serve）正在运行本目录的模拟银行，请先停止它。",
        )


@dataclass
class SimulatedBank:
    """The running simulator: what it announced when it started."""

    said: dict[str, Any]
    state: Path

    @property
    def page(self) -> str:
        """Where the bank's own page is, on this machine only."""
        return str(self.said["page"])

    def register(self, session: Session, *, on: date) -> None:
        """Register both channels, or where they are now, and the balance they opened with."""
        for code, user, profile, name, prefixes, account, own_bank_code in _CHANNELS:
            channel = register_channel(
                session,
                ChannelTerms(
                    code=code,
                    name=name,
                    profile=profile,
                    bank_code_prefixes=prefixes,
                    debtor_name="望竹县财政局",
                    debtor_account=account,
                    debtor_bank_code=own_bank_code,
                    host=self.said["host"],
                    port=int(self.said["port"]),
                    host_key=self.said["host_key"],
                    username=user,
                    password=self.said["users"][user],
                    absence_seconds=2,  # This bank shows at once what it was given.
                    # And it executes whenever a file comes, whatever day the story is on.
                    days=AgreedDays(executes_every_day=True, takes_ahead=True),
                ),
                by=SYSTEM,
            )
            fund(session, channel, OPENING_FEN, on=on)

    def plan(self, fates: dict[str, dict[str, Any]]) -> None:
        """Tell the bank what will happen to some accounts ({SHA-256 of the number: fate})."""
        document = {
            "pickup_seconds": 0.1,
            "debit_accounts": {
                user: {account: OPENING_FEN} for _, user, _, _, _, account, _ in _CHANNELS
            },
            "account_sha256": fates,
        }
        path = self.state / "plan.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(document), encoding="utf-8")
        fresh.replace(path)

    def end_of_day(self, day: date) -> None:
        """Let the bank close its day and lay out the statements."""
        control = self.state / "ccb" / "control" / f"end-of-day-{day:%Y%m%d}"
        for mark in (".done", ".refused"):
            control.with_name(control.name + mark).unlink(missing_ok=True)
        control.touch()
        deadline = time.monotonic() + _CONTROL_SECONDS_MAX
        while not any(
            control.with_name(control.name + mark).exists() for mark in (".done", ".refused")
        ):
            if time.monotonic() > deadline:
                raise RuntimeError("the simulated bank did not close its day")
            time.sleep(0.05)


@contextmanager
def simulated_bank(seed: int) -> Iterator[SimulatedBank]:
    """Run the simulator; its books survive it, so a restarted bank is the same bank."""
    state = settings().data_dir / "bank"
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    announced = state / "announced.json"
    lock = _alone(state)
    announced.unlink(missing_ok=True)
    child = children.start(
        [
            "-m",
            "bank_adapters.simulator",
            "--state",
            str(state),
            "--seed",
            str(seed),
            "--page-port",
            "0",
            "--exit-on-stdin-eof",
        ],
        log=str(announced),
    )
    try:
        yield SimulatedBank(_announcement(announced, child), state)
    finally:
        children.stop(child)
        lock.close()


def _alone(state: Path) -> TextIO:
    """Hold the bank's books for this process alone; a second bank on the same books would lie."""
    handle = (state / "running.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise BankRunning from None
    return handle


def choose_fates(session: Session, month: str) -> dict[str, dict[str, Any]]:
    """Choose lines of each bank that the simulated bank rejects, returns later, or is silent about.

    Only the simulator learns of it; our side finds out from the bank's files.
    """
    fates: dict[str, dict[str, Any]] = {}
    for channel in session.scalars(select(BankChannel).order_by(BankChannel.code)):
        accounts = session.scalars(
            select(Account)
            .join(Payment, Payment.account_id == Account.id)
            .join(BankFile, BankFile.id == Payment.bank_file_id)
            .where(Payment.channel_id == channel.id, BankFile.file_reference.contains(f"-{month}-"))
            .distinct()
        )
        # By digest of the number, not by our ids: programmes are built side by side, so ids fall
        # differently in every run, and a month told again must meet the same fate.
        digests = sorted(
            hashlib.sha256(
                sealer().open(one.card_sealed, f"accounts:card:{one.card_index.hex()}").encode()
            ).hexdigest()
            for one in accounts
        )
        fates.update(zip(digests, _FATES, strict=False))
    return fates


_FATES: tuple[dict[str, Any], ...] = (
    {"do": "reject", "code": "AC04"},
    {"do": "reject", "code": "BE01"},
    {"do": "return", "code": "AC04", "after_days": 1},
    {"do": "silent"},
    {"do": "reject", "code": "AC06"},
)


def _announcement(path: Path, child: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + _START_SECONDS_MAX
    while time.monotonic() < deadline and child.poll() is None:
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            if line.startswith("{"):
                said: dict[str, Any] = json.loads(line)
                return said
        time.sleep(0.02)
    raise RuntimeError(f"the simulated bank did not start; see {path}")
