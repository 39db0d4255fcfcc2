"""The demo county's officers: synthetic people, one duty each, with sign-ins made on first use.

Each township has one too, who sees and reviews what lies in it.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.demo.county.divisions import township_rows
from service.foundation.settings import settings
from service.officers import queries
from service.officers.models import Officer, Organisation
from service.officers.organisations import describe
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
    # After whom the same duty is held by others: the longer chain of `chain` needs them.
    ("fang.chushen", "方初审", "县民政局 Civil Affairs Bureau", "reviewer"),
    ("cai.shenhe", "蔡审禾", "县财政局 Finance Bureau", "reviewer"),
)
_OFFICES = {
    "县民政局 Civil Affairs Bureau": "civil_affairs",
    "县财政局 Finance Bureau": "finance",
    "县数据局 Data Bureau": "department",
    "县审计局 Audit Office": "audit",
}
_FAMILIES = "赵孙李吴郑王冯陈褚卫蒋韩"
_TOWNSHIP_DIGITS = 9


@dataclass(frozen=True)
class _Person:
    """One officer to be hired; ``division`` is a township's leading digits, or ""."""

    username: str
    name: str
    organisation: str
    duty: str
    division: str = ""


def _people() -> list[_Person]:
    """Return everybody: those of the county's offices, then one of each township."""
    townships = [
        _Person(f"xiang.{code[6:9]}", f"{family}初乡", name, "reviewer", code[:_TOWNSHIP_DIGITS])
        for family, (code, name) in zip(_FAMILIES, township_rows(), strict=True)
    ]
    return [*(_Person(*one) for one in _PEOPLE), *townships]


@dataclass(frozen=True)
class Staff:
    """Who does what in the demonstration."""

    maker: Officer
    reviewer: Officer
    signer: Officer
    reconciler: Officer
    steward: Officer
    policy: Officer
    specialist: Officer
    finance: Officer
    townships: Mapping[str, Officer]
    """{leading digits: whoever reviews first what lies there}."""


def hire(session: Session) -> Staff:
    """Register the demo officers that are not there yet, and the signer's software key."""
    passwords = sign_ins()
    found: dict[str, Officer] = {}
    named: dict[str, Officer] = {}
    townships: dict[str, Officer] = {}
    for one in _people():
        officer = queries.by_username(session, one.username)
        if officer is None:
            officer = register(
                session,
                username=one.username,
                name=one.name,
                organisation=one.organisation,
                duties=[one.duty],
                password=passwords[one.username],
                by=SYSTEM,
                division=one.division,
            )
        named[one.username] = officer
        if one.division:
            townships[one.division] = officer
        else:
            found.setdefault(one.duty, officer)
    _describe_offices(session)
    make_key(session, found["signer"])
    return Staff(
        maker=found["maker"],
        reviewer=found["reviewer"],
        signer=found["signer"],
        reconciler=found["reconciler"],
        steward=found["steward"],
        policy=found["policy"],
        specialist=named["fang.chushen"],
        finance=named["cai.shenhe"],
        townships=townships,
    )


def _describe_offices(session: Session) -> None:
    """Say of each office what it is, and of a township where; once."""
    townships = {one.organisation: one.division for one in _people() if one.division}
    kinds = _OFFICES | dict.fromkeys(townships, "township")
    for name, kind in kinds.items():
        if session.get_one(Organisation, name).kind != kind:
            describe(session, name, kind, division=townships.get(name, ""), by=SYSTEM)


def sign_ins() -> dict[str, str]:
    """Return {username: password}, made once for this data directory and kept beside its keys.

    A directory made before a duty existed gets the sign-in that is missing; the others stay.
    """
    path = settings().keys_dir / "demo-sign-ins.json"
    kept: dict[str, str] = {}
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
    missing = [one.username for one in _people() if one.username not in kept]
    if missing:
        kept |= {username: _password() for username in missing}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump(kept, handle)
    return kept


def duties() -> dict[str, str]:
    """Return {username: duty}, for showing the sign-ins."""
    return {
        one.username: f"{one.duty} · {one.organisation}" if one.division else one.duty
        for one in _people()
    }


def _password() -> str:
    # Four groups that can be read over the telephone; some 80 bits.
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
