"""``anxin rules …`` by its commands: check, list, show, test, burden and sql."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from eligibility_rules import load_rules, required_columns
from eligibility_rules.load import HOME
from service.cli import app
from service.programmes.commands.ask_burden import percent

MZ16 = "programmes/minzheng/MZ16.yaml"


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["rules", *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result


def run_json(*arguments: str, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", code=code).stdout)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Rules of one programme and its cases, to change."""
    for name in ("facts.yaml", "parameters/dl_pool.yaml", MZ16, "cases/MZ16.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOME / name, tmp_path / name)
    return tmp_path


def change(folder: Path, name: str, before: str, after: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after, 1), encoding="utf-8")


def test_check_counts_and_names_the_digest() -> None:
    rules = load_rules()
    found = run_json("check")
    assert found["digest"] == rules.digest
    assert found["faults"] == []
    assert (found["programmes"], found["proofs"]) == (len(rules.programmes), 74)
    assert found["cases"] >= 5 * found["programmes"]
    assert f"digest {rules.digest}" in run("check").stdout


def test_check_prints_every_fault_with_file_line_and_code(small: Path) -> None:
    change(small, MZ16, "p.age_m >= 100", "p.agem >= 100")
    change(small, MZ16, "Z08 年龄证明", "年龄证明")
    lines = run("check", str(small), "--language", "en", code=1).stdout.splitlines()
    at = (small / MZ16).read_text(encoding="utf-8").splitlines()
    condition = 1 + next(n for n, line in enumerate(at) if "p.agem" in line)
    proof = 1 + next(n for n, line in enumerate(at) if "proofs_replaced" in line)
    assert lines[0].startswith(f"{MZ16}:{condition}: name_unknown: ")
    assert lines[0].endswith("did you mean p.age_m?")
    assert lines[1].startswith(f"{MZ16}:{proof}: proof_unknown: ")
    faults = run_json("check", str(small), code=1)["faults"]
    assert [(one["file"], one["line"], one["code"]) for one in faults] == [
        (MZ16, condition, "name_unknown"),
        (MZ16, proof, "proof_unknown"),
    ]
    assert faults[0]["value"] == "p.agem >= 100"
    assert faults[0]["column"] == at[condition - 1].index("p.agem") + 1
    assert lines[0].endswith(faults[0]["sentence"])
    said = run("check", str(small), code=1).stdout.splitlines()
    assert said[0].endswith(faults[0]["sentence_zh"])
    assert "是否指 p.age_m？" in said[0]


def test_check_reads_the_cases_too(small: Path) -> None:
    change(small, "cases/MZ16.yaml", "outcome: due", "outcome: perhaps")
    assert run("check", str(small), code=1).stdout.startswith("cases/MZ16.yaml:4: word_unknown: ")


def test_check_of_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    found = run_json("check", str(tmp_path / "nowhere"), code=1)["faults"]
    assert {one["code"] for one in found} == {"file_unreadable", "files_missing"}


def test_list_narrows_by_department_and_wave() -> None:
    every = run_json("list")
    assert [one["code"] for one in every] == sorted(load_rules().programmes)
    civil = run_json("list", "--department", "minzheng")
    assert {one["department"]["folder"] for one in civil} == {"minzheng"}
    assert "NY01" in {one["code"] for one in run_json("list", "--department", "农业")}
    assert {one["wave"] for one in run_json("list", "--wave", "1")} == {1}
    assert run_json("list", "--wave", "9") == []
    old_age = next(one for one in civil if one["code"] == "MZ16")
    assert old_age["figures"]["evidence"] == "mixed"


@pytest.mark.parametrize(("language", "name"), [("zh", "百岁老人"), ("en", "Centenarian")])
def test_list_and_show_speak_both_languages(language: str, name: str) -> None:
    assert name in run("list", "--language", language).stdout
    assert name in run("show", "MZ16", "--language", language).stdout


def test_show_tells_the_whole_programme() -> None:
    found = run_json("show", "MZ01", "--month", "2026-10")
    programme = load_rules().programme("MZ01")
    assert [one["id"] for one in found["conditions"]] == [one.id for one in programme.conditions]
    [standard] = [one for one in found["parameters"] if one["name"] == "dibao_std"]
    [in_force] = [one for one in standard["values"] if one["in_force"]]
    assert (in_force["effective"], in_force["value"]) == ("2024-11-01", 117_500)
    assert (in_force["evidence"], in_force["citation"]) == ("illustrative", "S-DBSX24")
    assert found["law"][0]["evidence"] in {"sourced", "secondary"}
    assert {feed["code"] for feed in found["feeds"]} == set(programme.feeds)
    page = run("show", "MZ01", "--month", "2026-10").stdout
    for condition in programme.conditions:
        assert condition.id in page
    for word in ("1175.00元", "S-DBSX24", "Z33", "入户调查表"):
        assert word in page


def test_every_programme_can_be_shown() -> None:
    for code in load_rules().programmes:
        assert code in run("show", code, "--month", "2026-10").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["show", "MZ1 6"], "programme_unknown", "did you mean MZ16?"),
        (["show", "MZ16", "--month", "2026-1"], "month_invalid", "2026-10"),
        (["sql", "MZ16", "--month", "October"], "month_invalid", "2026-10"),
        (["sql", "mz16", "--month", "2026-10"], "programme_unknown", "did you mean MZ16?"),
        (["test", "MZ16", "XX99"], "programme_unknown", "no rules for XX99"),
    ],
)
def test_a_wrong_question_ends_with_a_sentence_and_2(
    arguments: list[str], code: str, part: str
) -> None:
    output = run(*arguments, "--language", "en", code=2).stdout
    assert f": {code}: " in output
    assert part in output
    said = run(*arguments, code=2).stdout
    assert f": {code}: " in said
    assert any("一" <= sign <= "鿿" for sign in said)


def test_test_runs_the_cases_of_the_programmes_asked_for() -> None:
    found = run_json("test", "MZ16", "NY01")
    assert (found["failed"], found["passed"]) == (0, len(found["cases"]))
    assert {one["programme"] for one in found["cases"]} == {"MZ16", "NY01"}
    assert run("test", "MZ16").stdout == "passed 通过 6, failed 未过 0\n"


def test_a_failed_case_says_what_was_expected_and_what_came(small: Path) -> None:
    change(small, "cases/MZ16.yaml", "amount: '400'", "amount: '401'")
    lines = run("test", "--rules", str(small), code=1).stdout.splitlines()
    assert lines == [
        "cases/MZ16.yaml:4: 106周岁400元 aged 106 (2026-10)",
        "  expected 应为 due; 401.00 yuan",
        "  interpreter 解释器 due; 400.00 yuan",
        "  SQL due; 400.00 yuan",
        "passed 通过 5, failed 未过 1",
    ]
    found = run_json("test", "--rules", str(small), code=1)
    [failed] = [one for one in found["cases"] if not one["passed"]]
    assert (failed["expected"]["amount_fen"], failed["sql"]["amount_fen"]) == (40_100, 40_000)


def test_a_programme_without_cases_does_not_pass(small: Path) -> None:
    (small / "cases/MZ16.yaml").unlink()
    output = run("test", "--rules", str(small), "--language", "en", code=1).stdout
    assert output == "cases/MZ16.yaml:1: cases_missing: There are no cases for MZ16.\n"
    output = run("test", "--rules", str(small), code=1).stdout
    assert output == "cases/MZ16.yaml:1: cases_missing: 项目 MZ16 没有用例。\n"


def test_a_county_brings_its_own_figures(tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    value = "{effective: 2026-01-01, value: '1234', evidence: illustrative, source: 县定（示例）}"
    (tmp_path / "parameters/dibao_std.yaml").write_text(f"values:\n  - {value}\n", "utf-8")
    county = ("--county", str(tmp_path))
    assert run_json("check", *county)["digest"] != load_rules().digest
    found = run_json("show", "MZ01", "--month", "2026-10", *county)
    [standard] = [one for one in found["parameters"] if one["name"] == "dibao_std"]
    assert [one["value"] for one in standard["values"] if one["in_force"]] == [123_400]
    assert "123400" in run("sql", "MZ01", "--month", "2026-10", *county).stdout


def test_a_county_folder_without_figures_is_refused(tmp_path: Path) -> None:
    output = run("check", "--county", str(tmp_path / "nowhere"), code=1).stdout
    assert output.startswith("county:1: files_missing: ")


def test_sql_is_what_duckdb_runs() -> None:
    text = run("sql", "MZ16", "--month", "2026-10", "--table", "people").stdout
    rules = load_rules()
    with duckdb.connect() as database:
        columns = required_columns(rules, rules.programme("MZ16").subject)
        shape = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        database.execute(f"CREATE TABLE people ({shape})")
        database.execute(
            "INSERT INTO people (person_id, p__birth, p__hukou_county) VALUES (7, '1920-01-01', true)"
        )
        [(person, outcome, amount_fen, _, unknown)] = database.execute(text).fetchall()
    assert (person, outcome, amount_fen, unknown) == (7, 1, 40_000, 0)


def test_sql_for_spark_differs() -> None:
    spark = run("sql", "MZ16", "--month", "2026-10", "--dialect", "spark").stdout
    assert "`person_id`" in spark


def test_burden_counts_against_the_seed_figures() -> None:
    found = run_json("burden")
    used = {
        text.split()[0] for one in load_rules().programmes.values() for text in one.proofs_replaced
    }
    assert (found["proofs"]["before"], found["forms"]["before"]) == (74, 50)
    assert found["proofs"]["replaced"] == len(used)
    assert [one["code"] for one in found["proofs"]["each"]] == [f"Z{n:02d}" for n in range(1, 75)]
    kept = [one for one in found["forms"]["each"] if one["kept"]]
    assert "核对授权书" in [one["name"] for one in kept]
    assert found["forms"]["replaced"] == len(found["forms"]["each"]) - len(kept)
    output = run("burden", "--language", "en").stdout
    assert f"{len(used)} / 74 ({found['proofs']['percent']} %)" in output
    assert "forms counted at the start 起始统计表格: 50" in output


def test_forms_are_a_share_of_the_different_forms_that_programmes_name() -> None:
    programmes = load_rules().programmes.values()
    names = {
        re.split("[（(]", text)[0].strip() for one in programmes for text in one.forms_replaced
    }
    forms = run_json("burden")["forms"]
    assert forms["named"] == len(forms["each"]) == len(names)
    assert forms["replaced"] <= forms["named"]
    assert forms["percent"] == percent(forms["replaced"], len(names))
    assert f"{forms['replaced']} / {len(names)} ({forms['percent']} %)" in run("burden").stdout
    assert (percent(3, 3), percent(1, 3), percent(0, 0)) == ("100.0", "33.3", "0.0")


def test_burden_names_what_is_still_asked_for(small: Path) -> None:
    change(
        small,
        MZ16,
        "sensitive:",
        "asks_for:\n  - {kind: proof, names: {zh: 发票原件, en: original invoice}, "
        "reason: {zh: 无数据源, en: no feed says it}}\nsensitive:",
    )
    [asking] = run_json("burden", "--rules", str(small))["still_asked"]
    assert asking["programme"] == "MZ16"
    assert asking["asks_for"][0]["names"]["zh"] == "发票原件"
    assert "MZ16 发票原件 (无数据源)" in run("burden", "--rules", str(small)).stdout
    assert "发票原件: 无数据源" in run("show", "MZ16", "--rules", str(small)).stdout


def test_a_programme_that_asks_too_much_is_refused_by_every_command(small: Path) -> None:
    change(
        small,
        MZ16,
        "sensitive:",
        "asks_for:\n  - {kind: proof, code: Z08, reason: {zh: 核验, en: to check}}\nsensitive:",
    )
    for arguments in (["check", str(small)], ["burden", "--rules", str(small)]):
        output = run(*arguments, "--language", "en", code=1).stdout
        assert "proof_already_answered: Nobody may be asked for Z08" in output
        said = run(*arguments, code=1).stdout
        assert "proof_already_answered: 不得要求任何人提供 Z08" in said


NOWHERE = {
    "ANXIN_DATABASE_URL": "postgresql://nowhere.invalid/none",
    "ANXIN_REDIS_URL": "redis://nowhere.invalid",
}


@pytest.mark.parametrize("environment", [{}, NOWHERE], ids=["embedded", "servers out of reach"])
def test_the_command_needs_no_settings_no_home_and_no_engine(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "facts.json").write_text('{"p.birth": "1920-01-01"}', encoding="utf-8")
    finished = subprocess.run(
        [
            *[sys.executable, "-c", "from service.start import main; main()", "rules", "evaluate"],
            *["MZ16", "--facts", "facts.json", "--month", "2026-10", "--json"],
        ],
        env={
            "PYTHONPATH": str(HOME.parent),
            "HOME": str(tmp_path / "home"),
            "PATH": os.defpath,
            **environment,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["outcome"] == "unknown"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.json"]
