"""The demo county's officers: synthetic people, one duty each, with sign-ins made on first use."""

import json
import os
import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation.settings import settings
from service.officers import queries
from service.officers.models import Officer
from service.officers.register import register
from service.signing.software import make_key

# username, name, organisation, duty: invented people of an invented county.
_PEOPLE = (
    ("lin.bianzhi", "林编志", "县民政局 Civil Affairs Bureau", "maker"),
    ("shen.fuhe", "沈复禾", "县民政局 Civil Affairs Bureau", "reviewer"),
    ("qian.fahui", "钱发辉", "县财政局 Finance Bureau", "signer"),
    ("dui.zhangming", "堆掌明", "县财政局 Finance Bureau", "reconciler"),
    ("shu.juan", "舒卷", "县数据局 Data Bureau", "steward"),
    ("zheng.ceyan", "郑策研", "县民政局 Civil Affairs Bureau", "policy"),
    ("shen.jiyuan", "审纪元", "县审计局 Audit Office", "auditor"),
    ("guan.liping", "管理平", "县数据局 Data Bureau", "system_administrator"),
    ("an.shouze", "安守则", "县民政局 Civil Affairs Bureau", "security_administrator"),
    ("zhou.quan", "周权", "县财政局 Finance Bureau", "security_administrator"),
)


@dataclass(frozen=True)
class Staff:
    """Who does what in the demonstration."""

    maker: Officer
    reviewer: Officer
    signer: Officer
    reconciler: Officer
    steward: Officer
    policy: Officer


def hire(session: Session) -> Staff:
    """Register the demo officers that are not there yet, and the signer's software key."""
    passwords = sign_ins()
    found: dict[str, Officer] = {}
    for username, name, organisation, duty in _PEOPLE:
        officer = queries.by_username(session, username)
        if officer is None:
            officer = register(
                session,
                username=username,
                name=name,
                organisation=organisation,
                duties=[duty],
                password=passwords[username],
                by=SYSTEM,
            )
        found[duty] = officer
    make_key(session, found["signer"])
    return Staff(
        maker=found["maker"],
        reviewer=found["reviewer"],
        signer=found["signer"],
        reconciler=found["reconciler"],
        steward=found["steward"],
        policy=found["policy"],
    )


def sign_ins() -> dict[str, str]:
    """Return {username: password}, made once for this data directory and kept beside its keys.

    A directory made before a duty existed gets the sign-in that is missing; the others stay.
    """
    path = settings().keys_dir / "demo-sign-ins.json"
    kept: dict[str, str] = {}
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
    missing = [username for username, *_ in _PEOPLE if username not in kept]
    if missing:
        kept |= {username: _password() for username in missing}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump(kept, handle)
    return kept


def duties() -> dict[str, str]:
    """Return {username: duty}, for showing the sign-ins."""
    return {username: duty for username, _, _, duty in _PEOPLE}


def _password() -> str:
    # Four groups that can be read over the telephone; some 80 bits.
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
