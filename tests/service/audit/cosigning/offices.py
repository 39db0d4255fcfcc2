"""Two witnesses of the tests' own log, asked without a network; each may be away, or be lied to."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service.audit.cosigning import collect as collecting
from service.audit.cosigning.address import Door
from service.audit.cosigning.ask import Heard, WitnessSilent
from service.audit.log.log_keys import verifiers
from service.audit.log.publish import cosign_with
from service.audit.witness.home import Cosigned, Home
from service.audit.witness.judge import add_checkpoint
from service.foundation.settings import settings

NAMES = ("audit-office", "finance-bureau")


@dataclass
class Offices:
    """The witnesses' directories by their name in the policy."""

    homes: dict[str, Home]
    policy: Path
    away: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def last(self, name: str) -> Cosigned:
        """Return what a witness cosigned last of our log."""
        home = self.homes[name]
        (log,) = home.logs().values()
        return home.last(log)

    def hear(self, door: Door, body: bytes, **_: object) -> Heard:
        """Answer a submission as the witness behind the door does."""
        name = NAMES[door.port - 1]
        self.asked.append(name)
        if name in self.away:
            raise WitnessSilent("unreachable")
        answer = add_checkpoint(self.homes[name], body)
        return Heard(answer.status, answer.content.encode())


def open_offices(path: Path, patched: pytest.MonkeyPatch, *, group: str = "all") -> Offices:
    """Make both witnesses and set the policy that asks for ``group`` of them."""
    homes, lines = {}, []
    for port, name in enumerate(NAMES, 1):
        homes[name] = Home.make(path / name, f"{name}.example/w")
        homes[name].add_log(settings().audit_origin, verifiers())
        vkey = homes[name].signers()[1].verifier().vkey()
        lines.append(f"witness {name} {vkey} http://127.0.0.1:{port}/\n")
    policy = path / "policy"
    policy.write_text("".join(lines) + f"group both {group} {' '.join(NAMES)}\nquorum both\n")
    offices = Offices(homes, policy)
    patched.setenv("ANXIN_WITNESS_POLICY_FILE", str(policy))
    patched.setenv("ANXIN_WITNESS_WAIT_SECONDS", "20")
    patched.setattr(collecting, "submit", offices.hear)
    settings.cache_clear()
    cosign_with(collecting.collect)
    return offices
