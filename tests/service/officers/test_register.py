"""An officer is registered with duties that go together, or refused with a sentence."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation.problems import Problem
from service.officers import passwords
from service.officers.models import Officer
from service.officers.register import register

GOOD = {
    "username": "zhou.min",
    "name": "周敏",
    "organisation": "县民政局",
    "duties": ["steward", "maker"],
    "password": "a long enough passphrase",
}


def test_an_officer_is_registered_and_recorded_without_the_name(session: Session) -> None:
    officer = register(session, **GOOD, by=SYSTEM)  # type: ignore[arg-type]
    assert officer.duties == ["maker", "steward"]
    assert officer.password_hash.startswith("$argon2id$")
    assert passwords.is_right(officer.password_hash, "a long enough passphrase")
    assert not passwords.is_right(officer.password_hash, "a long enough passphrasE")
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.object_id == str(officer.id))
    ).all()
    assert sorted(one.act for one in entries) == [
        "duty.set_up",
        "duty.set_up",
        "officer.registered",
    ]
    assert all("周敏".encode() not in one.canonical for one in entries)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"duties": ["maker", "reviewer"]}, "duties_exclusive"),
        ({"duties": ["system_administrator", "maker"]}, "duties_exclusive"),
        ({"duties": ["auditor", "steward"]}, "duties_exclusive"),
        ({"duties": ["emperor"]}, "duty_unknown"),
        ({"duties": []}, "duty_unknown"),
        ({"username": "Zhou"}, "username_unusable"),
        ({"username": "周敏"}, "username_unusable"),
        ({"username": "zhou\n"}, "username_unusable"),
        ({"name": " "}, "officer_name_missing"),
        ({"organisation": "x" * 61}, "officer_name_missing"),
        ({"password": "short"}, "password_weak"),
        ({"password": "aaaaaaaaaaaaaaaaaaa"}, "password_weak"),
        ({"password": "my name is zhou.min"}, "password_weak"),
        ({"password": "x1y2z" * 30}, "password_weak"),
    ],
)
def test_what_is_wrong_is_refused_with_its_code(
    session: Session, change: dict[str, object], code: str
) -> None:
    with pytest.raises(Problem) as refusal:
        register(session, **(GOOD | change), by=SYSTEM)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert refusal.value.sentence.endswith(".")
    assert refusal.value.sentence_zh.endswith("。")
    assert session.scalars(select(Officer).where(Officer.name == "周敏")).first() is None


def test_a_user_name_is_given_once(session: Session) -> None:
    register(session, **GOOD, by=SYSTEM)  # type: ignore[arg-type]
    with pytest.raises(Problem) as refusal:
        register(session, **GOOD, by=SYSTEM)  # type: ignore[arg-type]
    assert refusal.value.code == "username_taken"
