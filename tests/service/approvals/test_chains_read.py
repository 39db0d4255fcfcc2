"""A file of chains: what it may say, and the sentence with file and line for everything else."""

from pathlib import Path

import pytest

from service.approvals.chains.read import PACKAGED, ChainsRefused, read, read_file
from tests.factories.chains import LONG

PROGRAMMES = ("MZ15", "MZ01")


def faults_of(text: str) -> list[str]:
    with pytest.raises(ChainsRefused) as refused:
        read(text, "county.yaml", PROGRAMMES)
    faults: list[str] = refused.value.members["faults"]
    return faults


def test_the_shipped_chain_is_maker_reviewer_signer() -> None:
    chain = read_file(PACKAGED, PROGRAMMES).for_batch("MZ01", 1)
    assert [(one.duty, one.kind, one.people) for one in chain.steps] == [
        ("reviewer", "approve", 1),
        ("signer", "sign", 1),
    ]


@pytest.mark.parametrize(
    ("programme", "fen", "chain"),
    [
        ("MZ15", 20_000, "large"),
        ("MZ15", 19_999, "ordinary"),
        ("MZ01", 10**12, "ordinary"),
    ],
)
def test_programme_and_amount_choose_the_chain(programme: str, fen: int, chain: str) -> None:
    assert read(LONG, "county.yaml", PROGRAMMES).for_batch(programme, fen).code == chain


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("duty: reviewer, days: 3}", "duty: signer, days: 3}", 6, "taken by reviewer, not by “signer”"),
        ("duty: signer, kind: sign, days: 2}", "duty: reviewer, kind: sign, days: 2}", 7, "by signer"),
        ("days: 3}", "days: 0}", 6, "days is a whole number from 1 to 60, not “0”"),
        ("days: 3}", "days: 1.5}", 6, "whole number"),
        ("days: 3}", "days: yes}", 6, "whole number"),
        ("people: 2, organisation", "people: 10, organisation", 14, "from 1 to 9"),
        ("from_fen: 20000", "from_fen: -1", 21, "from_fen is a whole number"),
        ("programmes: [MZ15]", "programmes: [MZ99]", 21, "there is no programme “MZ99”"),
        ("programmes: [MZ15]", "programmes: []", 21, "leave it out for all"),
        ("chain: large", "chain: larger", 21, "there is no chain “larger”"),
        ("code: finance", "code: leaders", 16, "in the chain large twice"),
        ("code: review", "code: Review", 6, "small letters"),
        ("code: review, ", "code: review, colour: red, ", 6, "a step has no “colour”"),
        ("code: review, ", "", 6, "a step lacks code"),
        ("kind: sign, days: 2}", "kind: stamp, days: 2}", 7, "kind is approve or sign"),
        ("each_township: yes", "each_township: 3", 12, "each_township is yes or no"),
        ("people: 2}\nuse", "people: 2, each_township: yes}\nuse", 18, "over a whole list"),
        ("  - {chain: ordinary}", "  - {chain: ordinary, from_fen: 5}", 22, "fits every batch"),
        ("duty: reviewer, days: 3}", "duty: reviewer, days: 3, escalate_to: mayor}", 6, "is none"),
        ("    zh: 一般审批", "    zh: 7", 3, "zh is a text"),
        ("    zh: 大额审批", "    zh: 大额审批\n    zh: 大额", 10, "zh is said twice"),
        ("chains:\n", "chains: [\n", 3, "A bracket that opens in line 1 is not closed"),
    ],
)  # fmt: skip
def test_every_fault_has_file_line_and_sentence(
    before: str, after: str, line: int, said: str
) -> None:
    assert before in LONG
    faults = faults_of(LONG.replace(before, after, 1))
    assert any(said in fault for fault in faults), faults
    found = next(fault for fault in faults if said in fault)
    assert found.startswith(f"county.yaml, line {line}: "), found


def test_what_the_reader_of_yaml_finds_is_said_in_both_languages() -> None:
    with pytest.raises(ChainsRefused) as caught:
        read("chains:\n\tordinary: 1\n", "county.yaml", PROGRAMMES)
    assert "county.yaml, line 2: A tab stands where spaces belong" in caught.value.say("en")
    assert "county.yaml 第 2 行：此处使用了制表符（Tab）" in caught.value.say("zh")


def test_all_faults_come_together() -> None:
    wrong = LONG.replace("days: 3", "days: 0").replace("chain: large", "chain: none")
    assert len(faults_of(wrong)) == 3


def test_an_approval_does_not_follow_a_signature() -> None:
    lines = LONG.splitlines()
    lines[5], lines[6] = lines[6], lines[5]
    assert any("approves after somebody has signed" in one for one in faults_of("\n".join(lines)))


@pytest.mark.parametrize("content", ["", "[]", "chains: {}\nuse: []", "a: b", "use: [{chain: x}]"])
def test_other_texts_are_refused(content: str) -> None:
    assert faults_of(content)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("审批".encode("gbk"))
    for name in ("gbk.yaml", "nowhere.yaml"):
        with pytest.raises(ChainsRefused, match=f"{name}, line 1: it cannot be read"):
            read_file(tmp_path / name, PROGRAMMES)
