"""`anxin bank`: files written and read by name on the command line, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bank_adapters.lines import EXAMPLE
from service import cli
from service.foundation.problems import Problem
from tests.bank_adapters.makers import Told, pain002

SAID = [
    Told("PAY0000001", "100.01"),
    Told("PAY0000002", "100.02", "RJCT", "AC04", "账户已销户"),
    Told("PAY0000003", "100.03", "RJCT", "AM05"),
]


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError("a database was asked for")

    monkeypatch.setattr(cli, "upgrade_embedded", never)


def run(*words: str | Path) -> tuple[int, str, str]:
    """Return exit code, what was said, and what was said to standard error."""
    done = CliRunner().invoke(cli.app, ["bank", *map(str, words)])
    if isinstance(done.exception, Problem):
        return 1, done.stdout, f"{done.exception}\n{done.exception.say('zh')}"
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def lines_file(folder: Path, **changes: Any) -> Path:
    """Write the example with its one payment changed."""
    document = json.loads(json.dumps(EXAMPLE))
    document["lines"][0].update(changes)
    path = folder / "lines.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_every_profile_is_listed_with_what_it_does_and_its_limits() -> None:
    code, said, _ = run("profiles")
    assert code == 0
    assert "pain.002\tread\t" in said
    assert "iso20022\twrite + read\t" in said
    listed = {one["name"]: one for one in json.loads(run("profiles", "--json")[1])["profiles"]}
    assert listed["pain.001.001.03"]["writes"] == "pain.001.001.03"
    assert listed["iso20022"]["limits"]["charset"] == "gbk"
    assert listed["pain.002"]["limits"] is None


def test_the_example_can_be_written_by_profiles_that_take_a_single_payment(tmp_path: Path) -> None:
    path = tmp_path / "example.json"
    path.write_text(run("example")[1], encoding="utf-8")
    for name in ("iso20022", "ccb", "ccb-sheet", "icbc-bxt", "pain.001.001.03", "pain.001.001.11"):
        code, _, wrong = run("write", "--profile", name, path, "--out", tmp_path / "out")
        assert (name, code, wrong) == (name, 0, "")
        once = (tmp_path / "out").read_bytes()
        run("write", "--profile", name, path, "--out", tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == once


def test_writing_tells_the_digest_or_gives_the_bytes(tmp_path: Path) -> None:
    lines, out = lines_file(tmp_path), tmp_path / "out.xml"
    written = json.loads(run("write", "--profile", "iso20022", lines, "--out", out, "--json")[1])
    assert (written["count"], written["amount_fen"]) == (1, 10_000)
    assert len(written["sha256"]) == len(written["sm3"]) == 64
    assert run("write", "--profile", "iso20022", lines)[1].encode() == out.read_bytes()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 100.0}, "amount_fen"),
        ({"amount_fen": "100"}, "amount_fen"),
        ({"amount_fen": True}, "amount_fen"),
        ({"amount_fen": 0}, "amount_fen"),
        ({"account_no": 6222600260001072444}, "account_no"),
        ({"bank_code": "102100099997"}, "bank_code"),
        ({"account_name": None}, "account_name"),
        ({"account_name": "王\ud800"}, "account_name"),
        ({"amount": 1}, "amount"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    path = lines_file(tmp_path, **changes)
    code, said, _ = run("write", "--profile", "iso20022", path, "--json")
    assert code == 1
    assert [(one["line"], one["field"]) for one in json.loads(said)["faults"]] == [(1, field)]
    code, said, wrong = run("write", "--profile", "iso20022", path)
    assert (code, said) == (1, "")
    assert "ine 1, " in wrong
    assert "第 1 行" in wrong


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"nonsense", b'{"header": [], "lines": {}}', b'{"header": {}, "lines": [1]}',
        b'{"header": {}, "header": {}, "lines": []}', b"\xff\xfe", b"[" * 100_000, b"NaN",
        b'{"header": {}, "lines": [{"amount_fen": ' + b"9" * 5000 + b"}]}",
    ],
)  # fmt: skip
def test_what_is_no_file_of_lines_gets_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lines.json"
    path.write_bytes(content)
    code, said, wrong = run("write", "--profile", "iso20022", path)
    assert (code, said) == (1, "")
    assert "lines.json: " in wrong


def test_reading_prints_records_faults_and_totals(tmp_path: Path) -> None:
    path = tmp_path / "../harmless.exe"
    path.write_bytes(pain002(SAID))
    code, said, _ = run("read", "--profile", "pain.002", path, "--json")
    assert code == 0
    read = json.loads(said)
    assert read["records"][1] == {
        "reference": "PAY0000002",
        "state": "rejected",
        "amount_fen": 10_002,
        "code": "AC04",
        "reason": "账户已销户",
        "line": 7,
    }
    assert [one["state"] for one in read["records"]] == ["paid", "rejected", "unknown"]
    assert (read["totals"]["count"], read["totals"]["amount_fen"]) == (3, 30_006)
    assert read["faults"] == []
    assert "PAY0000001\tpaid\t10001\tACSC\t" in run("read", "--profile", "pain.002", path)[1]


def test_a_file_that_cannot_be_believed_exits_with_one_and_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "reply.xml"
    path.write_bytes(pain002(SAID)[:-30])
    code, said, _ = run("read", "--profile", "pain.002", path, "--json")
    assert code == 1
    read = json.loads(said)
    assert read["records"] == []
    assert read["faults"][0]["line"] == 9
    assert read["faults"][0]["sentence"].startswith("Line 9: ")
    assert read["faults"][0]["sentence_zh"].startswith("第 9 行")
    code, said, wrong = run("read", "--profile", "pain.002", path)
    assert (code, said) == (1, "")
    assert "不可采信" in wrong
    assert wrong.startswith("reply.xml: Line 9: ")
    assert "reply.xml：第 9 行" in wrong


def test_names_that_lead_nowhere_get_a_sentence(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert "cannot be opened" in run("read", "--profile", "pain.002", nowhere)[2]
    assert "cannot be opened" in run("read", "--profile", "pain.002", tmp_path)[2]
    said = run("write", "--profile", "iso20022", nowhere)[2]
    assert "无法打开：文件不存在。" in said
    assert "there is no such file." in said
    assert "No such file" not in said, "the system's own words are English only"
    assert "这是文件夹，不是文件。" in run("read", "--profile", "pain.002", tmp_path)[2]
    unwritable = run("write", "--profile", "iso20022", lines_file(tmp_path), "--out", tmp_path)
    assert "cannot be opened" in unwritable[2]
    assert "known: " in run("read", "--profile", "no-such", nowhere)[2]
