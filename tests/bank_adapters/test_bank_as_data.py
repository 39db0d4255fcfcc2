"""A bank as a data file: what it says is what happens, and every mistake is named with its line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bank_adapters import CannotWrite, State
from bank_adapters.assign import assign
from bank_adapters.sheets.adapter import SheetAdapter
from bank_adapters.sheets.load import load, shipped
from bank_adapters.sheets.located import ProfileRefused
from tests.bank_adapters.makers import CARD, HEADER, instruction, instructions

LAKE = """\
name: lake
version: 3
format: lake-txt
title: {en: Lake bank, zh: 湖边银行}
source: Made up.
container: !assumed txt
encoding: !assumed gb18030
line_end: lf
amount_unit: !assumed fen
file_name: "LK{execution_date}_{day_number}.txt"
limits:
  max_lines: !assumed 3
  amount_fen_max: !assumed 99_999_999
header:
  - [{name: 总数, prefix: H, value: count}]
columns: !assumed
  - {name: 号, value: serial, width: 6, pad: "0", pad_left: true}
  - {name: 账号, value: account_no, width: 20}
  - {name: 户名, value: account_name, width: 16, bytes: 16}
  - {name: 金额, value: amount, width: 10, pad: "0", pad_left: true}
  - {name: 结果, value: blank, width: 2}
answer: !assumed
  name: "*"
  silence: in_transit
  header:
    - [{name: 总数, prefix: H, value: count}]
  columns:
    - {name: 号, value: serial, width: 6, pad: "0", pad_left: true}
    - {name: 账号, value: account_no, width: 20}
    - {name: 户名, value: account_name, width: 16}
    - {name: 金额, value: amount, width: 10, pad: "0", pad_left: true}
    - {name: 结果, value: result, width: 2}
  results:
    "00": paid
    "99": rejected
"""


def faults_of(text: str) -> list[str]:
    """Return what is said about a file that cannot be used."""
    with pytest.raises(ProfileRefused) as refused:
        load("lake.yaml", text)
    return list(refused.value.sentences)


def test_columns_of_fixed_bytes_are_cut_by_bytes_and_not_by_characters() -> None:
    adapter = SheetAdapter(load("lake.yaml", LAKE))
    payments = [instruction(1, account_name="王秀英"), instruction(2, account_name="阿依古丽")]
    written = adapter.write(replace(HEADER, debtor_name="安心县财政局"), payments)
    assert written.name == "LK20261125_001.txt"
    assert written.content == (
        "H2\n"
        f"000001{CARD} 王秀英          0000010001  \n"
        f"000002{CARD} 阿依古丽        0000010002  \n"
    ).encode("gb18030")
    answered = written.content.replace(b"0001  \n", b"000100\n").replace(b"0002  \n", b"000299\n")
    reply = assign(adapter.read_reply("any", answered), payments)
    assert {one.code for one in reply.faults} == {"file_not_named"}
    assert [(one.reference, one.state) for one in reply.records] == [
        ("PAY0000001", State.PAID),
        ("PAY0000002", State.REJECTED),
    ]
    shorter = adapter.read_reply("any", answered.replace(b"0002", b"002"))
    assert "column_count_wrong" in {one.code for one in shorter.faults if one.fatal}


def test_a_limit_of_the_data_file_is_a_limit_of_the_bank() -> None:
    adapter = SheetAdapter(load("lake.yaml", LAKE))
    with pytest.raises(CannotWrite, match="too_many_lines"):
        adapter.write(HEADER, instructions(4))
    assert [one.code for one in adapter.check(instruction(1, account_name="王" * 9))] == [
        "too_many_bytes",
        "too_many_bytes",
    ]
    assert adapter.profile.version == 3


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("amount_unit: !assumed fen", "amount_unit: !assumed jiao", "lake.yaml:9: amount_unit: 'jiao'"),
        ("amount_unit: !assumed fen", "amount_unit: fen", "amount_unit needs the mark"),
        ("!assumed txt", "!assumed pdf", "lake.yaml:6: container: 'pdf' is none of"),
        ("!assumed gb18030", "!assumed gb9", "no encoding is called 'gb9'"),
        ("!assumed gb18030", "!hearsay gb18030", "lake.yaml:7: unknown evidence mark !hearsay"),
        ("  max_lines: !assumed 3", "  max_lines: !assumed three", "max_lines must be a whole number"),
        ("  max_lines: !assumed 3", "  max_line: 3", "unknown key 'max_line'"),
        ("version: 3", "version: 3\nversion: 4", "lake.yaml:3: 'version' stands twice"),
        ("limits:", "grenzen:", "limits is missing"),
        ("{name: 账号, value: account_no, width: 20}", "{name: 账号, value: konto}", "'konto' is none of"),
        ("  - {name: 户名, value: account_name, width: 16, bytes: 16}\n", "", "no column holds account_name"),
        ("value: account_no, width: 20", "value: account_no", "needs its width in bytes"),
        ('    "00": paid\n', "", "no result word means paid"),
        ('"99": rejected', "部分成功: paid", "'部分成功' cannot mean paid"),
        ('"99": rejected', "处理失败: paid", "'处理失败' cannot mean paid"),
        ('"99": rejected', '"99": perhaps', "'perhaps' is none of"),
        ("silence: in_transit", "silence: rejected", "'rejected' is none of in_transit"),
        ("{execution_date}", "{weekday}", "{weekday} is none of"),
        ("name: lake", "name: Lake Bank", "name must be"),
        ("zh: 湖边银行", "de: Seebank", "title needs en and zh"),
        ('pad: "0"', 'pad: "零"', "pad must be one byte"),
        ("line_end: lf", 'line_end: lf\ndelimiter: "||"', "delimiter must be one character"),
        ("line_end: lf", 'line_end: lf\ndelimiter: "|"\nforbidden: ""', "forbidden must hold the delimiter"),
        ("max_lines: !assumed 3", "max_lines: !assumed 3_000_000", "3000000 has more than 6 digits"),
        ("source: Made up.", "source: Made up.\ntrailer: end", "lake.yaml:6: trailer: must be a list"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_data_file_is_named(before: str, after: str, said: str) -> None:
    assert before in LAKE
    sentences = faults_of(LAKE.replace(before, after))
    assert any(said in sentence for sentence in sentences), sentences
    assert all(sentence.startswith("lake.yaml:") for sentence in sentences)


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "a: !!python/object:os.system {}", "\x00"])
def test_what_is_no_data_file_is_refused(text: str) -> None:
    assert all(one.startswith("lake.yaml:") for one in faults_of(text))


def test_every_mistake_is_told_and_not_only_the_first() -> None:
    text = (
        LAKE.replace("fen\n", "jiao\n").replace("txt\n", "pdf\n").replace('"00": paid', '"00": so')
    )
    assert len(faults_of(text)) >= 3


def test_each_shipped_bank_says_how_its_figures_are_known() -> None:
    for profile in shipped():
        for place in ("encoding", "limits.max_lines", "limits.amount_fen_max", "amount_unit"):
            assert profile.evidence[place] in {"seen", "ran", "memory", "assumed"}
    lanzhou = next(one for one in shipped() if one.name == "lanzhou")
    assert (lanzhou.evidence["limits.min_lines"], lanzhou.min_lines) == ("seen", 5)


def test_a_data_file_can_be_tried_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "lake.yaml"
    for text, code in ((LAKE, 0), (LAKE.replace("!assumed txt", "!assumed pdf"), 1)):
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "bank_adapters.sheets", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert ("can be used" in done.stdout) is (code == 0)
