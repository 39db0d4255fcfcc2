"""Check who asks: an ID number and a one-time code sent by the configured channel.

Every answer is the same whether or not the person exists: the same words, the same work. Codes
are asked for at most five times an hour for one number, tried at most five times, and die after
ten minutes or one use.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.audit.record import record
from service.enquiry.models import CodeMessage, EnquiryCode, EnquirySession
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.problems import Problem
from service.residents.models import PersonIdentifier

CODE_MINUTES = 10
SESSION_MINUTES = 15
ASKS_PER_HOUR_MAX = 5
TRIES_MAX = 5


class CodeRefused(Problem):
    """The code is wrong, used, too old, or the number is unknown: nobody is told which."""

    code = "code_refused"
    status = 403
    title = "That code does not work"

    def __init__(self) -> None:
        super().__init__(
            "The ID number or the code is not right, or the code is too old. Ask for a new code.",
            "证号或验证码不正确，或验证码已过期，请重新获取。",
        )


class AskedTooOften(Problem):
    """Too many codes were asked for."""

    code = "asked_too_often"
    status = 429
    title = "Please wait"

    def __init__(self) -> None:
        super().__init__(
            "Too many codes were asked for; please try again in an hour.",
            "获取验证码过于频繁，请一小时后再试。",
        )


def ask_code(session: Session, id_number: str) -> None:
    """Make a one-time code for an ID number and queue its message; raises AskedTooOften.

    A number that belongs to nobody gets a code as well – one that can open nothing and is not sent.
    """
    id_index = _index(id_number)
    an_hour_ago = clock.now() - timedelta(hours=1)
    asked = session.scalar(
        select(func.count())
        .select_from(EnquiryCode)
        .where(EnquiryCode.id_index == id_index, EnquiryCode.asked_at > an_hour_ago)
    )
    if (asked or 0) >= ASKS_PER_HOUR_MAX:
        raise AskedTooOften
    person_id = session.scalar(
        select(PersonIdentifier.person_id).where(PersonIdentifier.value_index == id_index)
    )
    code = f"{secrets.randbelow(10**6):06d}"
    kept = EnquiryCode(
        id=ids.uuid7(),
        id_index=id_index,
        person_id=person_id,
        code_hash=_code_hash(code),
        asked_at=clock.now(),
        wrong_tries=0,
    )
    session.add(kept)
    session.flush()
    if person_id is not None:
        message_id = ids.uuid7()
        session.add(
            CodeMessage(
                id=message_id,
                code_id=kept.id,
                body_sealed=sealer().seal(code, f"code_messages:body:{message_id}"),
                made_at=clock.now(),
                channel="text",
            )
        )
    record(session, "code.asked", by=SYSTEM, on=("enquiry_codes", kept.id))


def enter(session: Session, id_number: str, code: str) -> str:
    """Return the token of a short session for the person behind the number; raises CodeRefused.

    The newest code counts. A wrong try is kept even though the request fails: the caller commits
    it before it answers.
    """
    newest = session.scalars(
        select(EnquiryCode)
        .where(EnquiryCode.id_index == _index(id_number), EnquiryCode.used_at.is_(None))
        .order_by(EnquiryCode.asked_at.desc())
        .limit(1)
        .with_for_update()
    ).first()
    fits = hmac.compare_digest(_code_hash(code), newest.code_hash if newest else bytes(32))
    if newest is None:
        raise CodeRefused
    expired = clock.now() - newest.asked_at > timedelta(minutes=CODE_MINUTES)
    if not fits or expired or newest.wrong_tries >= TRIES_MAX or newest.person_id is None:
        newest.wrong_tries += 1
        raise CodeRefused
    newest.used_at = clock.now()
    token = secrets.token_urlsafe(32)
    session.add(
        EnquirySession(
            token_hash=hashlib.sha256(token.encode()).digest(),
            person_id=newest.person_id,
            started_at=clock.now(),
            ends_at=clock.now() + timedelta(minutes=SESSION_MINUTES),
        )
    )
    record(
        session,
        "resident.entered",
        by=Actor(kind="resident", id=str(newest.person_id)),
        on=("persons", newest.person_id),
    )
    return token


def person_of(session: Session, token: str) -> int | None:
    """Return the person behind a session's token, or None when there is none or it has ended."""
    found = session.get(EnquirySession, hashlib.sha256(token.encode()).digest())
    if found is None or found.ends_at <= clock.now():
        return None
    return found.person_id


def leave(session: Session, token: str) -> None:
    """End a session at once."""
    found = session.get(EnquirySession, hashlib.sha256(token.encode()).digest())
    if found is not None:
        found.ends_at = clock.now()


def _index(id_number: str) -> bytes:
    return sealer().index(id_number.strip().upper(), "id18")


def _code_hash(code: str) -> bytes:
    # Keyed, so that a stolen table of million-value codes cannot be searched without the key.
    return sealer().index(code.strip(), "enquiry code")
