"""PostgreSQL and Valkey for one machine, from their wheels; two URLs in the settings replace them.

Every process that needs them holds a shared lock on one file while it lives. The kernel drops the
lock of a killed process, so the last one that leaves in order stops the servers, and a process that
was killed leaves servers behind that the next one simply uses.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.foundation.engines import postgres, time_stamps, valkey
from service.foundation.problems import Problem
from service.foundation.settings import Settings, settings

_held: dict[Path, int] = {}


class EngineNotConfigured(Problem):
    """Production names its servers; it does not start its own."""

    code = "engine_not_configured"
    status = 500
    title = "A server is not configured"

    def __init__(self, variable: str) -> None:
        super().__init__(
            f"The production profile starts no servers of its own: set {variable}.",
            f"生产环境不启动内置服务，请设置 {variable}。",
        )


def database_url(config: Settings | None = None) -> str:
    """Return the URL of the database in use, starting the embedded server if needed."""
    config = config or settings()
    if config.database_url:
        return config.database_url
    _refuse_in_production(config, "ANXIN_DATABASE_URL")
    with _starting(config):
        return postgres.ensure(config.data_dir)


def redis_url(config: Settings | None = None) -> str:
    """Return the URL of Redis or Valkey in use, starting the embedded server if needed."""
    config = config or settings()
    if config.redis_url:
        return config.redis_url
    _refuse_in_production(config, "ANXIN_REDIS_URL")
    with _starting(config):
        return valkey.ensure(config.data_dir)


def time_stamp(request: bytes, config: Settings | None = None) -> bytes:
    """Return the embedded time-stamp authority's answer; raises EngineNotConfigured in production."""
    config = config or settings()
    _refuse_in_production(config, "ANXIN_TIME_STAMP_URL")
    return time_stamps.answer(config.data_dir, request)


def time_stamp_root(config: Settings | None = None) -> Path:
    """Return the PEM file of the embedded authority's root; raises EngineNotConfigured in production."""
    config = config or settings()
    _refuse_in_production(config, "ANXIN_TIME_STAMP_URL")
    return time_stamps.root(config.data_dir)


def keep_running(config: Settings | None = None) -> None:
    """Let the embedded servers outlive this process, until ``anxin down``."""
    _marker((config or settings()).data_dir).touch()


def stop(config: Settings | None = None) -> bool:
    """Stop the embedded servers unless another process still uses them; return whether they stopped."""
    config = config or settings()
    _marker(config.data_dir).unlink(missing_ok=True)
    return _leave(config.data_dir)


def _refuse_in_production(config: Settings, variable: str) -> None:
    if config.profile == "production":
        raise EngineNotConfigured(variable)


def _marker(data_dir: Path) -> Path:
    return data_dir / "engines" / "keep-running"


@contextmanager
def _starting(config: Settings) -> Iterator[None]:
    with _exclusively(config.data_dir):
        _hold(config.data_dir)
        yield


@contextmanager
def _exclusively(data_dir: Path) -> Iterator[None]:
    folder = data_dir / "engines"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "starting.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _hold(data_dir: Path) -> None:
    if data_dir in _held:
        return
    descriptor = os.open(data_dir / "engines" / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _held[data_dir] = descriptor
    atexit.register(_leave_at_exit, data_dir, os.getpid())


def _leave_at_exit(data_dir: Path, pid: int) -> None:
    # A forked child inherits the registration but not the duty.
    if pid == os.getpid():
        _leave(data_dir)


def _leave(data_dir: Path) -> bool:
    with _exclusively(data_dir):
        descriptor = _held.pop(data_dir, None)
        if descriptor is None:
            descriptor = os.open(
                data_dir / "engines" / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600
            )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally_keep = _marker(data_dir).exists()
        if not finally_keep:
            valkey.stop(data_dir)
            postgres.stop(data_dir)
        os.close(descriptor)
        return not finally_keep
