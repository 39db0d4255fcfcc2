"""The client in the guide is run as it stands there, against the real service."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app import create_app
from service.residents.intake.commands import app
from service.residents.intake.terms import read_registration
from tests.journeys.conftest import serving
from tests.service.residents.importing.deliveries import delivery, row
from tests.service.residents.intake.sources import DEATHS, Sources, public_text

GUIDE = (Path(__file__).parents[4] / "docs" / "push-a-feed.md").read_text(encoding="utf-8")


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """The guide's client in a file of its own."""
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    file = tmp_path / "push.py"
    file.write_text(code, encoding="utf-8")
    return file


def test_the_client_of_the_guide_pushes_goes_on_and_repeats(
    sources: Sources, client: Path, tmp_path: Path
) -> None:
    key = Ed25519PrivateKey.generate()
    sources.register("push", {}, public_key=public_text(key))
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "key.pem").write_bytes(pem)
    table = [row(DEATHS, person % 1000) for person in range(1000)]
    table.append(row(DEATHS, "330523195001050012"))
    (tmp_path / "a.csv").write_bytes(delivery(DEATHS, *table))
    code = client.read_text(encoding="utf-8").replace("ROWS = 2000", "ROWS = 300")
    client.write_text(code, encoding="utf-8")

    def push(keyid: str = "push-1") -> subprocess.CompletedProcess[str]:
        arguments = [keyid, str(tmp_path / "key.pem"), DEATHS, "n-1", "2026-11-01"]
        return subprocess.run(
            [sys.executable, str(client), address, *arguments, str(tmp_path / "a.csv")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    with serving(create_app()) as address:
        done = [push(), push()]
        stranger = push("nobody")
    assert [one.returncode for one in done] == [0, 0], done[0].stderr
    assert done[0].stdout == done[1].stdout
    said, *faults = done[0].stdout.splitlines()
    assert json.loads(said)["rows_accepted"] == 1000
    assert len(faults) == 1
    assert faults[0].startswith("4:101 身份证号 ")
    assert stranger.returncode == 1
    assert "signature_wrong" in stranger.stderr
    assert (len(sources.deliveries()), sources.records()) == (1, 1000)


def test_every_command_the_guide_names_is_there_and_its_example_can_be_agreed_to() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    content = yaml.safe_load(example)
    content["public_key"] = public_text(Ed25519PrivateKey.generate())
    asked, _ = read_registration(content)
    assert asked.code == "wj-push"
    named = set(re.findall(r"anxin sources ([a-z]+)", GUIDE))
    assert named >= {"register", "rotate", "deactivate", "run", "list"}
    known = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    assert named <= known
