"""Ports of our own servers are none that an outgoing connection may take meanwhile."""

import socket
from pathlib import Path

import pytest

from service.foundation.engines import ports


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "ip_local_port_range"
    monkeypatch.setattr(ports, "_EPHEMERAL", path)
    return path


def test_a_port_lies_below_those_of_outgoing_connections(told: Path) -> None:
    told.write_text("30000\t60999\n", encoding="ascii")
    assert all(20_000 <= ports.free_port() < 30_000 for _ in range(20))


@pytest.mark.parametrize("range_told", ["", "nonsense", "20100 60999", "1024 65535"])
def test_whatever_the_machine_says_a_port_is_found(told: Path, range_told: str) -> None:
    told.write_text(range_told, encoding="ascii")
    assert 20_000 <= ports.free_port() < 65_536


def test_a_port_in_use_is_passed_over(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        taken = int(busy.getsockname()[1])
        monkeypatch.setattr(ports, "_drawn_from", lambda: [taken] * 50)
        assert ports.free_port() != taken


def test_where_no_range_is_told_the_usual_one_is_believed(told: Path) -> None:
    assert 20_000 <= ports.free_port() < 32_768
