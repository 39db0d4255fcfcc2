"""Asking a witness ends in time, whatever is at the other end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from service.audit.cosigning.address import Door
from service.audit.cosigning.ask import ANSWER_BYTES_MAX, WitnessSilent, submit

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"


@contextmanager
def _other_end(*parts: bytes, drips: bool = False) -> Iterator[tuple[Door, list[bytes]]]:
    """Say these parts to whoever connects; ``drips`` repeats the last of them a byte at a time."""
    heard: list[bytes] = []
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _ = listening.accept()
            with line:
                heard.append(b"")
                while not heard[0].endswith(b"old 0\n") and (said := line.recv(65_536)):
                    heard[0] += said
                    if drips:
                        break
                try:
                    for part in parts:
                        line.sendall(part)
                    while drips and not over.wait(0.05):
                        line.sendall(parts[-1][-1:])
                except OSError:
                    return
                over.wait(60 if drips else 0)

        speaking = threading.Thread(target=answer)
        speaking.start()
        try:
            yield (
                Door("127.0.0.1", listening.getsockname()[1], "/w", tls=False, loopback=True),
                heard,
            )
        finally:
            over.set()
            speaking.join(60)


def test_an_answer_comes_whole_and_a_redirect_is_an_answer_like_any() -> None:
    with _other_end(HEAD % 3, b"abc") as (door, heard):
        answer = submit(door, b"old 0\n", seconds=30)
    assert (answer.status, answer.content) == (200, b"abc")
    assert heard[0].startswith(b"POST /w/add-checkpoint HTTP/1.1\r\n")
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with _other_end(moved) as (door, _):
        assert submit(door, b"old 0\n", seconds=30).status == 302


@pytest.mark.parametrize(
    ("parts", "drips", "code"),
    [
        ((b"HTTP/1.1 200 OK\r\nX: ", b"a"), True, "timed_out"),
        ((HEAD % 100_000, b"a"), True, "timed_out"),
        ((b"SSH-2.0-OpenSSH\r\n",), False, "unreachable"),
        ((), False, "unreachable"),
        ((HEAD % (ANSWER_BYTES_MAX + 9), b"a" * (ANSWER_BYTES_MAX + 9)), False, "answer_too_long"),
    ],
    ids=["a head that drips", "a body that drips", "no HTTP", "nothing", "too long"],
)
def test_what_is_no_answer_is_silence_in_time(
    parts: tuple[bytes, ...], drips: bool, code: str
) -> None:
    with _other_end(*parts, drips=drips) as (door, _), pytest.raises(WitnessSilent) as silent:
        submit(door, b"old 0\n", seconds=0.5 if drips else 30)
    assert silent.value.code == code


def test_a_port_nobody_listens_on_and_a_door_that_speaks_no_tls_are_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(WitnessSilent):
        submit(Door("127.0.0.1", port, "", tls=False, loopback=True), b"", seconds=30)
    with _other_end(HEAD % 0) as (door, _), pytest.raises(WitnessSilent):
        submit(Door(door.host, door.port, "", tls=True, loopback=True), b"", seconds=0.5)
    with pytest.raises(WitnessSilent, match="unreachable"):
        submit(Door("127.0.0.1", port, "", tls=False, loopback=False), b"", seconds=30)
