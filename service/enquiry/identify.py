"""Check who asks: an ID number and a one-time code sent by the configured channel.

Every answer is the same whether or not the person exists: the same words, the same work. Codes
are asked for at most five times an hour for one number, tried at most five times, and die after
ten minutes, one use, or when a newer one is asked for.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from service.audit.actor import SYSTEM, Actor
from service.audit.record import record
from service.enquiry.models import CodeMessage, EnquiryCode, EnquirySession
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.problems import Problem
from service.residents.identity.canonical import canonical_column
from service.residents.identity.id_number import IdReader
from service.residents.models import IdentityDispute, Person, PersonIdentifier
from service.web.transactions import Opener

CODE_MINUTES = 10
SESSION_MINUTES = 15
ASKS_PER_HOUR_MAX = 5
ASKS_OF_ALL_PER_MINUTE_MAX = 300
TRIES_MAX = 5
NOBODY = "nobody"
"""The channel of a message that has nobody to go to; no sender ever takes it."""
_LOCK_SPACE = 0x5170
# Made once: every look of a resident begins with it.
BEHIND = select(EnquirySession.person_id).where(
    EnquirySession.token_hash == bindparam("token"), EnquirySession.ends_at > bindparam("now")
)


class IdNumberWrong(Problem):
    """What was typed cannot be an ID number; that follows from its digits alone."""

    code = "id_number_wrong"
    status = 422
    title = "That is not an ID number"

    def __init__(self) -> None:
        super().__init__(
            "That is not an ID number: it has 18 characters, and the last one must fit the others. Check it and type it again.",
            "证号有误：公民身份号码为 18 位，末位须与前 17 位相符。请核对后重新输入。",
        )


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

    def __init__(self, minutes: int = 60) -> None:
        super().__init__(
            f"Too many codes were asked for; please try again in {minutes} min.",
            f"获取验证码过于频繁，请 {minutes} 分钟后再试。",
        )
        self.retry_after_seconds = minutes * 60


def understood(id_number: str) -> str:
    """Return an ID number in 18 characters as people may type it; raises IdNumberWrong.

    Only the digits are looked at, never the register, so a refusal tells nothing about anybody.
    """
    read = IdReader(clock.today()).read(id_number[:64])
    if read.fault:
        raise IdNumberWrong
    return read.value


def ask_code(session: Session, id_number: str) -> None:
    """Make a one-time code for an ID number and queue its message; raises AskedTooOften.

    A number that belongs to nobody gets a code as well – one that can open nothing and is not sent.
    """
    id_index = index_of(id_number)
    _refuse_haste(session, id_index)
    person_id = person_behind(session, id_index)
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
    message_id = ids.uuid7()
    session.add(
        CodeMessage(
            id=message_id,
            code_id=kept.id,
            body_sealed=sealer().seal(code, message_place(message_id)),
            made_at=clock.now(),
            channel=NOBODY if person_id is None else "text",
        )
    )
    record(session, "code.asked", by=SYSTEM, on=("enquiry_codes", kept.id))


def enter(session: Session, id_number: str, code: str) -> str:
    """Return the token of a short session for the person behind the number; raises CodeRefused.

    Only the newest code counts, and only once. A wrong try must be kept although it is refused:
    whoever answers a request calls :func:`enter_kept`.
    """
    newest = session.scalars(
        select(EnquiryCode)
        .where(EnquiryCode.id_index == index_of(id_number))
        .order_by(EnquiryCode.asked_at.desc())
        .limit(1)
        .with_for_update()
    ).first()
    fits = hmac.compare_digest(_code_hash(code), newest.code_hash if newest else bytes(32))
    if newest is None:
        raise CodeRefused
    over = (
        newest.used_at is not None
        or newest.wrong_tries >= TRIES_MAX
        or clock.now() - newest.asked_at > timedelta(minutes=CODE_MINUTES)
    )
    if not fits or over or newest.person_id is None:
        newest.wrong_tries += 1
        session.flush()
        raise CodeRefused
    newest.used_at = clock.now()
    token = let_in(session, newest.person_id)
    record(
        session,
        "resident.entered",
        by=Actor(kind="resident", id=str(newest.person_id)),
        on=("persons", newest.person_id),
    )
    return token


def let_in(session: Session, person_id: int | None, *, way: str = "code") -> str:
    """Return the token of a fresh session of somebody who has shown who they are."""
    token = secrets.token_urlsafe(32)
    session.add(
        EnquirySession(
            token_hash=_token_hash(token),
            person_id=person_id,
            started_at=clock.now(),
            ends_at=clock.now() + timedelta(minutes=SESSION_MINUTES),
            way=way,
        )
    )
    return token


def enter_kept(transaction: Opener, id_number: str, code: str) -> str:
    """Enter in a transaction of its own that is committed whether or not the code is right.

    Raises CodeRefused after the commit, so that nobody can guess for free.
    """
    refused: CodeRefused
    with transaction() as session:
        try:
            return enter(session, id_number, code)
        except CodeRefused as problem:
            refused = problem
    raise refused


def person_of(session: Session, token: str) -> int | None:
    """Return the person behind a session's token, or None when there is none or it has ended."""
    return session.scalar(BEHIND, behind(token))


def behind(token: str) -> dict[str, object]:
    """Return the parameters with which :data:`BEHIND` finds the person of a session's token."""
    return {"token": _token_hash(token), "now": clock.now()}


def living(session: Session, token: str) -> EnquirySession | None:
    """Return a session that has not ended, or None."""
    found = session.get(EnquirySession, _token_hash(token))
    return None if found is None or found.ends_at <= clock.now() else found


def leave(session: Session, token: str) -> str:
    """End a session at once; return the way it began, or nothing."""
    found = session.get(EnquirySession, _token_hash(token))
    if found is None:
        return ""
    found.ends_at = clock.now()
    return found.way


def message_place(message_id: UUID) -> str:
    """Return the place a code's message is sealed for."""
    return f"code_messages:body:{message_id}"


def _refuse_haste(session: Session, id_index: bytes) -> None:
    # Those who ask for one number queue behind a lock, or a hundred at once would each see no
    # code yet.
    session.execute(
        text("SELECT pg_advisory_xact_lock(:space, hashtext(:number))"),
        {"space": _LOCK_SPACE, "number": id_index.hex()},
    )
    now = clock.now()
    counted = select(func.count()).select_from(EnquiryCode)
    minute_ago, hour_ago = now - timedelta(minutes=1), now - timedelta(hours=1)
    of_all = session.scalar(counted.where(EnquiryCode.asked_at > minute_ago)) or 0
    if of_all >= ASKS_OF_ALL_PER_MINUTE_MAX:
        raise AskedTooOften(1)
    of_one = session.scalar(
        counted.where(EnquiryCode.id_index == id_index, EnquiryCode.asked_at > hour_ago)
    )
    if (of_one or 0) >= ASKS_PER_HOUR_MAX:
        raise AskedTooOften


def person_behind(session: Session, id_index: bytes) -> int | None:
    """Return the canonical person of a number; nobody while two people dispute it.

    Whoever of the two asked would be told about the other.
    """
    carrier = aliased(Person)
    disputed = exists().where(
        IdentityDispute.person_id == carrier.id,
        IdentityDispute.resolved_at.is_(None),
        canonical_column(carrier) == canonical_column(),
    )
    return session.scalar(
        select(canonical_column())
        .join(PersonIdentifier, PersonIdentifier.person_id == Person.id)
        .where(PersonIdentifier.value_index == id_index, ~disputed)
    )


def index_of(id_number: str) -> bytes:
    """Return the blind index of an ID number, the same that the register is searched by."""
    return sealer().index(id_number.strip().upper(), "id18")


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _code_hash(code: str) -> bytes:
    # Keyed, so that a stolen table of million-value codes cannot be searched without the key.
    return sealer().index(code.strip(), "enquiry code")
