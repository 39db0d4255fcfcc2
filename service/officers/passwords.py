"""Keep and check passwords: Argon2id, few at a time, and always the same work.

One check takes 64 MiB and some hundred milliseconds by design, so a flood of sign-ins would stop
everything else; a few run, some wait, the others are told to come back.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.foundation.problems import Problem

LENGTH_MIN, LENGTH_MAX = 12, 128
_AT_ONCE = 2
_WAIT_SECONDS_MAX = 5.0

_hasher = PasswordHasher()
_places = BoundedSemaphore(_AT_ONCE)


class PasswordWeak(Problem):
    """The password could be guessed."""

    code = "password_weak"
    status = 422
    title = "This password is too weak"

    def __init__(self) -> None:
        super().__init__(
            f"A password has {LENGTH_MIN} to {LENGTH_MAX} characters, more than four different ones, and not the user name.",
            f"密码长度应为 {LENGTH_MIN} 至 {LENGTH_MAX} 个字符，至少包含五个不同字符，且不得包含用户名。",
        )


class Busy(Problem):
    """Too many people sign in at this moment."""

    code = "busy"
    status = 503
    title = "Too many people are signing in"

    def __init__(self) -> None:
        super().__init__(
            "Too many people are signing in at this moment; try again in a minute.",
            "当前登录人数过多，请一分钟后再试。",
        )


def hash_of(password: str, username: str) -> str:
    """Return what is kept of a new password; raises :class:`PasswordWeak`, :class:`Busy`."""
    fits = LENGTH_MIN <= len(password) <= LENGTH_MAX and len(set(password)) > 4
    if not fits or username.lower() in password.lower():
        raise PasswordWeak
    with _one_of_few():
        return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Return whether a password is the kept one; without a kept one, work as long and say no.

    Raises :class:`Busy`.
    """
    with _one_of_few():
        try:
            _hasher.verify(password_hash or _nobodys_hash(), password[: LENGTH_MAX + 1])
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _places.acquire(timeout=_WAIT_SECONDS_MAX):
        raise Busy
    try:
        yield
    finally:
        _places.release()
