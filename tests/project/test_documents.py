"""What README and the guides say is so: commands, options, settings, paths, links and decisions exist."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from service import cli
from service.foundation.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
DOCUMENTS = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "bank_adapters").rglob("*.md")),
]
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "What keeps it so"]

every_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS]
)


def _commands(command: Any, words: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Return "feeds import" → its options, for every command that does something."""
    if hasattr(command, "commands"):
        return {
            name: options
            for word, inner in command.commands.items()
            for name, options in _commands(inner, (*words, word)).items()
        }
    return {" ".join(words): {option for one in command.params for option in one.opts}}


COMMANDS = _commands(get_command(cli.app))


@every_document
def test_every_command_it_names_exists_with_its_options(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for said in re.findall(r"(?:`|/|exec web |run --rm web )anxin ((?!--)[a-z][^`\n]*)", text):
        names = [name for name in COMMANDS if said == name or said.startswith(f"{name} ")]
        assert names, f"{path.name} says anxin {said}"
        options = {option for name in names for option in COMMANDS[name]}
        assert set(re.findall(r" (--[a-z-]+)", said)) <= options, f"{path.name} says anxin {said}"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme_with_its_options(name: str) -> None:
    lines = [line for line in README.splitlines() if re.match(rf"\| `anxin {name}[` ]", line)]
    assert len(lines) == 1
    assert set(re.findall(r"`(--[a-z-]+)`", lines[0])) <= COMMANDS[name]


@every_document
def test_every_make_target_it_names_exists(path: Path) -> None:
    targets = set(
        re.findall(
            r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:`|^ *)make ([a-z]+)", text, re.MULTILINE)) <= targets


@every_document
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    broken = [
        target
        for target in re.findall(r"\]\(([^)#]+)\)", text)
        if not (path.parent / target).exists()
    ]
    assert broken == []


@every_document
def test_every_path_of_ours_that_it_names_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:service|eligibility_rules|bank_adapters|migrations|tests|docker)/[A-Za-z0-9_./-]*)`",
        text,
    )
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_settings_table_is_complete_and_its_defaults_are_right() -> None:
    rows = dict(re.findall(r"^\| `(ANXIN_[A-Z_]+)` \| (.*?) \|", README, re.MULTILINE))
    assert set(rows) == {f"ANXIN_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, int | str):
            assert rows[f"ANXIN_{name.upper()}"] == f"`{field.default}`"


def test_the_tour_goes_in_the_order_that_imports_go() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = configured["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    stages = [stage for stage in reversed(layers) if f"| [`service/{stage}`]" in README]
    assert re.findall(r"^\| \[`service/([a-z]+)`\]", README, re.MULTILINE) == stages
    assert stages[0] == "residents"
    assert stages[-1] == "oversight"


def test_every_decision_is_listed_and_numbered_without_a_gap() -> None:
    listed = re.findall(r"\(docs/decisions/([0-9]{4}-[a-z0-9-]+\.md)\)", README)
    assert listed == [path.name for path in DECISIONS]
    assert [int(name[:4]) for name in listed] == list(range(1, len(listed) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=[path.name for path in DECISIONS])
def test_every_decision_is_one_page_of_five_parts(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == SECTIONS
    assert len(lines) <= 60
    title = lines[0].removeprefix("# ")
    assert title.startswith(path.name[:4])
    assert f"[{title}]" in README
