"""A time-stamp authority over HTTP whose answers a test arranges."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from service.foundation.engines import time_stamps


class StampServer:
    """An authority of its own key; ``answering`` returns a body or a status."""

    def __init__(self, home: Path) -> None:
        self.home, self.asked = home, list[bytes]()
        self.answering: Callable[[bytes], bytes | int] = self.good
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append(request)
                given = outer.answering(request)
                self.send_response(given if isinstance(given, int) else 200)
                body = b"" if isinstance(given, int) else given
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def good(self, request: bytes) -> bytes:
        return time_stamps.answer(self.home, request)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
