"""The containers: what they run exists, what they are given is known, and none is more than it must be."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from service import cli, load_jobs, worker
from service.foundation.jobs.handlers import KINDS
from service.foundation.settings import Settings

DOCKER = Path(__file__).resolve().parents[2] / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, one in SERVICES.items() if one["image"] == "anxin")

every_service = pytest.mark.parametrize("name", sorted(SERVICES))
every_service_of_ours = pytest.mark.parametrize("name", OURS)


def _environment(name: str) -> dict[str, str]:
    return dict(SERVICES[name].get("environment", {}))


def _queues() -> set[str]:
    served: set[str] = set()
    for one in SERVICES.values():
        command = one.get("command", [])
        if "--queues" in command:
            served |= set(command[command.index("--queues") + 1].split(","))
    return served


@every_service_of_ours
def test_every_command_names_something_that_exists(name: str) -> None:
    command = SERVICES[name]["command"]
    match command:
        case ["celery", "-A", module, "worker" | "beat", *_]:
            assert importlib.import_module(module).app is worker.app
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(f"{module}.__main__")
        case ["anxin", *words]:
            found: Any = get_command(cli.app)
            options = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
            for word in words[:options]:
                found = found.commands[word]
            found.make_context("anxin", list(words[options:]))
        case _:
            pytest.fail(f"{name} runs {command}, which this test does not know how to check")


def test_the_image_starts_the_same_web_as_compose() -> None:
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert yaml.safe_load(lines[-1].removeprefix("CMD ")) == SERVICES["web"]["command"]


def test_every_queue_has_a_worker() -> None:
    load_jobs()
    wanted = {kind.queue for name, kind in KINDS.items() if not name.startswith("test.")}
    wanted |= {entry["options"]["queue"] for entry in worker.SCHEDULE.values()}
    assert _queues() == wanted


def test_only_the_courier_reaches_the_banks() -> None:
    reach = {name for name, one in SERVICES.items() if "banks" in one.get("networks", [])}
    assert reach == {"courier"}
    assert SERVICES["courier"]["command"][4:6] == ["--queues", "bank"]


def test_there_is_one_scheduler_and_more_than_one_worker() -> None:
    beats = [name for name in OURS if "beat" in SERVICES[name]["command"]]
    assert beats == ["scheduler"]
    assert "deploy" not in SERVICES["scheduler"]
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


@every_service_of_ours
def test_every_setting_is_one_that_the_service_knows(name: str) -> None:
    given = {key for key in _environment(name) if key.startswith("ANXIN_")}
    assert given <= {f"ANXIN_{field.upper()}" for field in Settings.model_fields}


@every_service
def test_every_secret_is_declared_and_is_a_setting_or_named_by_one(name: str) -> None:
    environment, given = _environment(name), SERVICES[name].get("secrets", [])
    named = {
        value.removeprefix("/run/secrets/")
        for value in [*environment.values(), *SERVICES[name].get("command", [])]
        if value.startswith("/run/secrets/")
    }
    settings = {f"anxin_{field}" for field in Settings.model_fields}
    assert set(given) <= set(COMPOSE["secrets"])
    assert named <= set(given)
    assert set(given) <= settings | named


def test_the_secrets_of_web_are_read_as_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"ANXIN_{field.upper()}", raising=False)
    for name, value in _environment("web").items():
        monkeypatch.setenv(name, value)
    for name in SERVICES["web"]["secrets"]:
        (tmp_path / name).write_text(f"content of {name}", encoding="utf-8")
    read = Settings(_secrets_dir=str(tmp_path))
    assert read.database_url == "content of anxin_database_url"
    assert read.redis_url == "content of anxin_redis_url"
    assert read.field_key_file == Path("/run/secrets/field_key")
    assert read.profile == "production"


def test_every_secret_is_made_by_the_script() -> None:
    script = (DOCKER / "make-secrets").read_text(encoding="utf-8")
    for secret in COMPOSE["secrets"].values():
        assert f" {Path(secret['file']).name}" in script.replace(">", " "), secret
    assert (DOCKER / ".gitignore").read_text(encoding="utf-8").split() == ["secrets/"]


@every_service
def test_no_container_can_become_more_than_it_is(name: str) -> None:
    one = SERVICES[name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert not one.get("privileged")
    assert "cap_add" not in one
    assert name in OURS or one["user"].partition(":")[0] not in {"", "0", "root"}


def test_the_image_does_not_run_as_root() -> None:
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users[-1:] == ["10001:10001"]


@every_service
def test_every_container_that_stays_says_whether_it_is_well(name: str) -> None:
    one = SERVICES[name]
    if one["restart"] == "no":
        assert one["healthcheck"] == {"disable": True}
    elif name != "web":  # The image's own check is web's.
        assert one["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_nothing_but_web_has_a_port_and_only_on_this_machine() -> None:
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert published == {"web": ["127.0.0.1:8750:8750"]}
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@every_service
def test_every_image_has_a_version(name: str) -> None:
    image = SERVICES[name]["image"]
    assert name in OURS or image.partition(":")[2] not in {"", "latest"}
