"""Register an officer: who it is, and which duties go together."""

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import ids
from service.foundation.problems import Problem
from service.officers import passwords, queries
from service.officers.exclusions import refuse_exclusive
from service.officers.holding.hold import hold, set_up
from service.officers.models import DUTIES, Officer

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")


class UsernameUnusable(Problem):
    """The user name has a form that is not accepted."""

    code = "username_unusable"
    status = 422
    title = "This user name cannot be used"

    def __init__(self) -> None:
        super().__init__(
            "A user name has 3 to 32 characters: small letters, digits, dot, hyphen or underline, a letter first.",
            "用户名为 3 至 32 个字符，以小写字母开头，只能包含小写字母、数字、点、连字符和下划线。",
        )


class UsernameTaken(Problem):
    """Another officer has this user name."""

    code = "username_taken"
    status = 409
    title = "This user name is taken"

    def __init__(self, username: str) -> None:
        super().__init__(
            f"Another officer has the user name {username}; choose a different one.",
            f"用户名 {username} 已被使用，请另选一个。",
        )


class NameMissing(Problem):
    """An officer has a name and an organisation."""

    code = "officer_name_missing"
    status = 422
    title = "The name or the organisation is missing"

    def __init__(self) -> None:
        super().__init__(
            "Give the officer's name and organisation, each at most 60 characters.",
            "请填写人员姓名与所属单位，各不超过 60 个字符。",
        )


def register(
    session: Session,
    *,
    username: str,
    name: str,
    organisation: str,
    duties: Sequence[str],
    password: str,
    by: Actor,
    division: str = "",
) -> Officer:
    """Add an officer with the duties of a first set-up, in a place (the whole county), for all programmes.

    Whoever comes later joins without duties, and two persons grant them (`join`, `holding`).

    Raises :class:`UsernameUnusable`, :class:`UsernameTaken`, :class:`NameMissing`,
    ``DutyUnknown``, ``DutiesExclusive``, ``PasswordWeak``.
    """
    refuse_exclusive(duties)
    officer = enrol(
        session, username=username, name=name, organisation=organisation, password=password
    )
    officer.division = division
    record(
        session,
        "officer.registered",
        by=by,
        on=("officers", officer.id),
        details={"duties": [duty for duty in DUTIES if duty in duties]},
    )
    for duty in DUTIES:
        if duty in duties:
            set_up(session, officer, duty, by=by)
    hold(session, officer)
    return officer


def enrol(
    session: Session, *, username: str, name: str, organisation: str, password: str
) -> Officer:
    """Add an officer without duties; the caller records why.

    Raises :class:`UsernameUnusable`, :class:`UsernameTaken`, :class:`NameMissing`, ``PasswordWeak``.
    """
    if not _USERNAME.fullmatch(username):
        raise UsernameUnusable
    if not all(0 < len(text.strip()) <= 60 for text in (name, organisation)):
        raise NameMissing
    if queries.by_username(session, username):
        raise UsernameTaken(username)
    officer = Officer(
        id=ids.uuid7(),
        username=username,
        name=name.strip(),
        organisation=organisation.strip(),
        duties=[],
        scopes={},
        password_hash=passwords.hash_of(password, username),
        active=True,
        division="",
    )
    session.add(officer)
    session.flush()
    return officer
