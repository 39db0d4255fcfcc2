"""A witness as a process of its own, as another institution runs it."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running(path: Path, *, port: int = 0) -> Iterator["Running"]:
    """Serve a witness's directory until the end; whoever kills it before may."""
    child = subprocess.Popen(
        [
            sys.executable, "-m", "service.audit.witness", "serve", str(path),
            "--port", str(port), "--requests-per-second", "10000",
        ],
        stdout=subprocess.PIPE,
        # It must start without any of our settings.
        env={key: value for key, value in os.environ.items() if not key.startswith("ANXIN_")},
    )  # fmt: skip
    try:
        assert child.stdout
        said = child.stdout.readline()
        yield Running(child, json.loads(said)["port"])
    finally:
        child.kill()
        child.wait(timeout=60)
        if child.stdout:
            child.stdout.close()


class Running:
    """The process and its port."""

    def __init__(self, child: subprocess.Popen[bytes], port: int) -> None:
        self.child, self.port = child, port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """Kill it at whatever it is doing."""
        self.child.kill()
        self.child.wait(timeout=60)

    def ask(
        self, method: str, path: str, body: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and content of one answer; raises OSError or HTTPException."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body)
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            line.close()
